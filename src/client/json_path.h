/*
 * The path of a downloaded file, as JSON. Pure.
 */
#ifndef CLIENT_JSON_PATH_H
#define CLIENT_JSON_PATH_H

#include "base/json.h"

/* "path", and "path_hex" if need be: the name below the folder. */
void json_path_put(struct json *json, const char *folder, const char *name);

#endif

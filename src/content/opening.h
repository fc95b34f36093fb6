/*
 * The file behind a name that a client asks for, if there is one that is served.
 */
#ifndef CONTENT_OPENING_H
#define CONTENT_OPENING_H

#include "content/shared.h"
#include "net/conn.h"

/* Opens the file, or looks at it only. 0 or a plat error. Any thread. */
int opening_open(struct content_shared *shared, struct slice name, struct plat_file *file,
                 struct plat_file_info *info);
int opening_look(struct content_shared *shared, struct slice name, struct plat_file_info *info);

/* Answers the client for whom that failed. */
void opening_refuse(struct content_shared *shared, struct conn *conn, struct slice name, int error);

#endif

/*
 * Writing JSON (RFC 8259) into a buffer, compact and without line feeds: commas and escapes are
 * seen to here. Pure.
 *
 * JSON texts are UTF-8 and file names need not be: a byte that is none becomes U+FFFD, and
 * json_put_bytes says beside it what the bytes were. Nothing is checked of how the calls nest; out
 * of memory is remembered by the buffer.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

struct json {
    struct buffer *out;
    bool follows; /* private: a value stands before this place, so a comma is due */
};

/* The key is given inside an object only, and NULL elsewhere; it is plain ASCII. */
void json_begin_object(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *key);
void json_end_array(struct json *json);

void json_put_text(struct json *json, const char *key, struct slice text);
void json_put_number(struct json *json, const char *key, uint64_t number);
void json_put_bool(struct json *json, const char *key, bool value);
void json_put_null(struct json *json, const char *key);

/* A text that may be no UTF-8, inside an object. If it is none, a second member "<key>_hex" has all
 * its bytes in hexadecimal. */
void json_put_bytes(struct json *json, const char *key, struct slice bytes);

#endif

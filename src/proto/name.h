/*
 * What may be called a file, a server and a host on the wire. Pure.
 */
#ifndef PROTO_NAME_H
#define PROTO_NAME_H

#include <stdbool.h>

#include "base/slice.h"

/* A relative path of 1 to FILE_NAME_SIZE_MAX bytes: no part is empty, "." or "..", no control
 * byte, no backslash, no space at its beginning or end. */
bool name_is_file(struct slice name);

/* Whether content servers offer it: none of its parts begins with a dot, and it is not
 * name_is_unfinished. The name has passed name_is_file. */
bool name_is_served(struct slice name);

/* Whether it is what our own client calls a download that is not complete, or what it notes of it.
 */
bool name_is_unfinished(struct slice name);

/* What an unfinished download is called while it grows: the file's name and this; and its journal.
 */
#define NAME_PART_SUFFIX    ".mcdn-part"
#define NAME_JOURNAL_SUFFIX ".mcdn-journal"

/* 1 to SERVER_ID_SIZE_MAX of A-Z a-z 0-9 . _ - */
bool name_is_server_id(struct slice id);

/* 1 to HOST_SIZE_MAX bytes that an address or a host name may have. */
bool name_is_host(struct slice host);

/* The SHA-256 of a file or of a piece of it: 64 lower-case hexadecimal digits. */
bool name_is_sha256(struct slice digits);

#endif

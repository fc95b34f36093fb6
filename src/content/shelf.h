/*
 * Small files' contents, kept in memory with the answer's first line in front, so that those that
 * are asked for often need no disk and hardly the system. Pure.
 *
 * What is kept is trusted for a moment only: the caller looks at the file again when shelf_is_fresh
 * says so, and forgets what has another stamp. One thread uses a shelf.
 */
#ifndef CONTENT_SHELF_H
#define CONTENT_SHELF_H

#include <stddef.h>

#include "base/slice.h"
#include "content/stamp.h"

enum {
    SHELF_FILE_SIZE_MAX = 32 * 1024, /* bytes of a file that is kept */
    SHELF_TRUST_MS = 1000,           /* then the file is looked at, even if nothing was told */
    SHELF_KEEP_MS = 30 * 1000,       /* then it is read again, even if it looks the same */
    SHELF_RACY_MS = 3000             /* a file that was written to so lately is not kept: another
                                        write might not change its time */
};

struct shelf;

struct shelf_file {
    struct stamp stamp;
    struct slice answer;   /* "OK <size>", LF, contents */
    struct slice contents; /* a part of it */
};

/* Keeps at most size_max bytes in all. 0, or PLAT_ERR_NO_MEMORY. */
int shelf_open(struct shelf **out, size_t size_max);
void shelf_close(struct shelf *shelf); /* NULL is allowed */

/* What is kept of the file, valid until the next call for this shelf; or NULL. */
const struct shelf_file *shelf_find(struct shelf *shelf, struct slice name, uint64_t now_ms);

/* Whether what was found can be served without a look at the file. `changes` is a number that
 * grows whenever something in the served folder may have changed. */
bool shelf_is_fresh(const struct shelf_file *file, uint64_t now_ms, uint64_t changes);

/* The file was looked at and is still the same. */
void shelf_trust(const struct shelf_file *file, uint64_t now_ms, uint64_t changes);

/* The file is not the same any more. */
void shelf_forget(struct shelf *shelf, const struct shelf_file *file);

/* Keeps a copy of a file that was just read, if it is one to be kept, in place of those that were
 * not asked for the longest. `changes` is the number before it was read, unix_ms the time by the
 * clock of files. */
void shelf_put(struct shelf *shelf, struct slice name, const struct stamp *stamp,
               struct slice contents, uint64_t now_ms, int64_t unix_ms, uint64_t changes);

#endif

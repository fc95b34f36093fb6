/*
 * What changed in the served folder, in order, on its way from the scanner's thread to the main
 * loop.
 */
#ifndef CONTENT_CHANGES_H
#define CONTENT_CHANGES_H

#include <stddef.h>

#include "base/slice.h"
#include "content/stamp.h"

enum change_kind {
    CHANGE_FILE,  /* there, or there with other contents */
    CHANGE_GONE,  /* not there any more */
    CHANGE_HASHED /* its hash is known now */
};

struct change {
    struct change *next;
    enum change_kind kind;
    struct stamp stamp; /* of CHANGE_FILE */
    size_t path_size;
    char path[1]; /* and more */
};

struct changes {
    struct change *first, **last;
    size_t count;
};

void changes_init(struct changes *changes);

/* Frees all. */
void changes_fini(struct changes *changes);

/* Adds one at the end; stamp may be NULL but for CHANGE_FILE. 0, or PLAT_ERR_NO_MEMORY. */
int changes_add(struct changes *changes, struct slice path, enum change_kind kind,
                const struct stamp *stamp);

/* Moves all to the end of another. */
void changes_move(struct changes *from, struct changes *to);

/* Takes the first one out, the caller's to free(); NULL when there is none. */
struct change *changes_take(struct changes *changes);

#endif

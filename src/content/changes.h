/*
 * What changed in the served folder, in order, on its way from the scanner's thread to the main
 * loop.
 */
#ifndef CONTENT_CHANGES_H
#define CONTENT_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct change {
    struct change *next;
    bool gone;
    uint64_t size;
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

/* Adds one at the end. 0, or PLAT_ERR_NO_MEMORY. */
int changes_add(struct changes *changes, struct slice path, bool gone, uint64_t size);

/* Moves all to the end of another. */
void changes_move(struct changes *from, struct changes *to);

/* Takes the first one out, the caller's to free(); NULL when there is none. */
struct change *changes_take(struct changes *changes);

#endif

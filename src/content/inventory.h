/*
 * The files that are announced, by name: what a registration tells the index. Pure.
 */
#ifndef CONTENT_INVENTORY_H
#define CONTENT_INVENTORY_H

#include <stdbool.h>

#include "base/slice.h"
#include "base/table.h"
#include "content/changes.h"

struct inventory_file {
    struct stamp stamp;
    size_t name_size;
    char name[1]; /* and more */
};

struct inventory {
    struct table files; /* its count is how many there are */
};

#define INVENTORY_INIT                                                                             \
    {                                                                                              \
        TABLE_INIT                                                                                 \
    }

void inventory_fini(struct inventory *inventory);

/* Applies a change; a hash is none here. 0, or PLAT_ERR_NO_MEMORY. */
int inventory_apply(struct inventory *inventory, const struct change *change);

/* The file of that name, or NULL. */
const struct inventory_file *inventory_find(const struct inventory *inventory, struct slice name);

/* Walks over the files: start with *at = 0; NULL at the end. No changes meanwhile. */
const struct inventory_file *inventory_next(const struct inventory *inventory, size_t *at);

/* How many names hold a space. */
size_t inventory_count_spaced(const struct inventory *inventory);

bool inventory_has_space(const struct inventory_file *file);

#endif

/*
 * Items in the order of their names: found by halves, listed from any name on. For some ten
 * thousand items; it neither owns nor looks into them but for the name. Not thread-safe.
 */
#ifndef BASE_SORTED_H
#define BASE_SORTED_H

#include <stddef.h>

#include "base/slice.h"
#include "plat/error.h"

/* The name of an item; it must not change while the item is in. */
typedef struct slice sorted_name(const void *item);

struct sorted {
    sorted_name *name;
    /* private */
    void **items;
    size_t capacity;
    /* public, to read */
    size_t count;
};

#define SORTED_INIT(name)                                                                          \
    {                                                                                              \
        (name), NULL, 0, 0                                                                         \
    }

void sorted_fini(struct sorted *sorted);

/* The item of that name, or NULL. */
void *sorted_find(const struct sorted *sorted, struct slice name);

/* Adds an item whose name is not in yet. 0, or PLAT_ERR_NO_MEMORY. */
int sorted_add(struct sorted *sorted, void *item);

/* Removes the item, if it is in. */
void sorted_remove(struct sorted *sorted, const void *item);

/* The position of the first item after that name; every name is after the empty one. */
size_t sorted_after(const struct sorted *sorted, struct slice name);

static inline void *sorted_at(const struct sorted *sorted, size_t position)
{
    return sorted->items[position];
}

#endif

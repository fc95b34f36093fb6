#include "base/sorted.h"

#include <stdlib.h>

void sorted_fini(struct sorted *sorted)
{
    free(sorted->items);
    sorted->items = NULL;
    sorted->count = sorted->capacity = 0;
}

size_t sorted_after(const struct sorted *sorted, struct slice name)
{
    size_t low = 0, high = sorted->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(sorted->name(sorted->items[middle]), name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void *sorted_find(const struct sorted *sorted, struct slice name)
{
    size_t behind = sorted_after(sorted, name);
    if (behind == 0 || !slice_equal(sorted->name(sorted->items[behind - 1]), name))
        return NULL;
    return sorted->items[behind - 1];
}

static int grow(struct sorted *sorted)
{
    size_t capacity = sorted->capacity ? sorted->capacity * 2 : 16;
    void **items = realloc(sorted->items, capacity * sizeof *items);
    if (!items)
        return PLAT_ERR_NO_MEMORY;
    sorted->items = items;
    sorted->capacity = capacity;
    return 0;
}

int sorted_add(struct sorted *sorted, void *item)
{
    if (sorted->count == sorted->capacity) {
        int rc = grow(sorted);
        if (rc < 0)
            return rc;
    }
    size_t position = sorted_after(sorted, sorted->name(item));
    memmove(sorted->items + position + 1, sorted->items + position,
            (sorted->count - position) * sizeof *sorted->items);
    sorted->items[position] = item;
    sorted->count++;
    return 0;
}

void sorted_remove(struct sorted *sorted, const void *item)
{
    size_t behind = sorted_after(sorted, sorted->name(item));
    if (behind == 0 || sorted->items[behind - 1] != item)
        return;
    memmove(sorted->items + behind - 1, sorted->items + behind,
            (sorted->count - behind) * sizeof *sorted->items);
    sorted->count--;
}

#include "base/table.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 8 };

void table_fini(struct table *table)
{
    free(table->items);
    free(table->hashes);
    *table = (struct table)TABLE_INIT;
}

void *table_find(const struct table *table, uint32_t hash, table_match *match, const void *key)
{
    size_t mask = table->capacity - 1;
    if (table->capacity == 0)
        return NULL;
    for (size_t at = hash & mask; table->items[at]; at = (at + 1) & mask)
        if (table->hashes[at] == hash && match(table->items[at], key))
            return table->items[at];
    return NULL;
}

static void place(struct table *table, uint32_t hash, void *item)
{
    size_t mask = table->capacity - 1;
    size_t at = hash & mask;
    while (table->items[at])
        at = (at + 1) & mask;
    table->items[at] = item;
    table->hashes[at] = hash;
}

static int grow(struct table *table)
{
    struct table old = *table;
    size_t capacity = old.capacity ? old.capacity * 2 : FIRST_CAPACITY;
    void **items = calloc(capacity, sizeof *items);
    uint32_t *hashes = malloc(capacity * sizeof *hashes);
    if (!items || !hashes) {
        free(items);
        free(hashes);
        return PLAT_ERR_NO_MEMORY;
    }
    table->items = items;
    table->hashes = hashes;
    table->capacity = capacity;
    for (size_t at = 0; at < old.capacity; at++)
        if (old.items[at])
            place(table, old.hashes[at], old.items[at]);
    free(old.items);
    free(old.hashes);
    return 0;
}

int table_add(struct table *table, uint32_t hash, void *item)
{
    /* At most three quarters full: beyond that the runs of linear probing grow long. */
    if ((table->count + 1) * 4 > table->capacity * 3) {
        int rc = grow(table);
        if (rc < 0)
            return rc;
    }
    place(table, hash, item);
    table->count++;
    return 0;
}

/* Closes the gap at `hole` by moving back those behind it that may stand there. */
static void close_gap(struct table *table, size_t hole)
{
    size_t mask = table->capacity - 1;
    for (size_t at = (hole + 1) & mask; table->items[at]; at = (at + 1) & mask) {
        size_t home = table->hashes[at] & mask;
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        table->items[hole] = table->items[at];
        table->hashes[hole] = table->hashes[at];
        hole = at;
    }
    table->items[hole] = NULL;
}

void table_remove(struct table *table, uint32_t hash, const void *item)
{
    size_t mask = table->capacity - 1;
    if (table->capacity == 0)
        return;
    for (size_t at = hash & mask; table->items[at]; at = (at + 1) & mask) {
        if (table->items[at] != item)
            continue;
        close_gap(table, at);
        table->count--;
        return;
    }
}

void *table_next(const struct table *table, size_t *at)
{
    while (*at < table->capacity) {
        void *item = table->items[(*at)++];
        if (item)
            return item;
    }
    return NULL;
}

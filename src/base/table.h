/*
 * A hash table of pointers, open addressing with linear probing. It neither owns nor looks into
 * its items: the caller hashes the keys (with a key of his own where strangers choose them) and
 * compares them. Not thread-safe.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/error.h"

struct table {
    /* private */
    void **items; /* NULL: free */
    uint32_t *hashes;
    size_t capacity; /* 0, or a power of two */
    /* public, to read */
    size_t count;
};

#define TABLE_INIT                                                                                 \
    {                                                                                              \
        NULL, NULL, 0, 0                                                                           \
    }

/* Whether the item has the key that was asked for. */
typedef bool table_match(const void *item, const void *key);

void table_fini(struct table *table);

/* The item with the key, or NULL. */
void *table_find(const struct table *table, uint32_t hash, table_match *match, const void *key);

/* Adds an item whose key is not there yet. 0, or PLAT_ERR_NO_MEMORY. */
int table_add(struct table *table, uint32_t hash, void *item);

/* Removes this very item, if it is there. */
void table_remove(struct table *table, uint32_t hash, const void *item);

/* Walks over all items in no order: start with *at = 0; NULL at the end. No changes meanwhile. */
void *table_next(const struct table *table, size_t *at);

#endif

/*
 * The hashes of a file's chunks, wherever they are: in the hash cache, or in memory where that
 * cannot be written. A reference that is counted.
 */
#ifndef CONTENT_CHUNK_LIST_H
#define CONTENT_CHUNK_LIST_H

#include "content/hash_store.h"

struct chunk_list {
    /* private; all zero: none */
    struct hash_store *store;
    struct chunk_memory *memory;
    uint64_t at; /* in the store */
};

/* Takes over a reference to the store; or copies the digests. 0, or PLAT_ERR_NO_MEMORY. */
struct chunk_list chunk_list_in_store(struct hash_store *store, uint64_t blocks_at);
int chunk_list_in_memory(struct chunk_list *out, const unsigned char *digests, size_t count);

/* Another reference to the same. Any thread. */
struct chunk_list chunk_list_share(const struct chunk_list *list);

/* Any thread. None: nothing happens. */
void chunk_list_release(struct chunk_list *list);

/* Whether the list is in the store at this place. */
bool chunk_list_is_at(const struct chunk_list *list, const struct hash_store *store,
                      uint64_t blocks_at);

/* Reads some of the `total` digests: the block of that number, as many as *count tells. Any
 * thread. 0, or PLAT_ERR_IO. */
int chunk_list_read(const struct chunk_list *list, uint64_t total, uint64_t block,
                    unsigned char digests[HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE], size_t *count);

#endif

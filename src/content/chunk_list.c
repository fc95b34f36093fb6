#include "content/chunk_list.h"

#include <stdlib.h>

struct chunk_memory {
    struct plat_atomic_u64 users;
    unsigned char digests[];
};

struct chunk_list chunk_list_in_store(struct hash_store *store, uint64_t blocks_at)
{
    struct chunk_list list = {.store = store, .at = blocks_at};
    return list;
}

int chunk_list_in_memory(struct chunk_list *out, const unsigned char *digests, size_t count)
{
    struct chunk_memory *memory = malloc(sizeof *memory + count * PLAT_HASH_SIZE);
    if (!memory)
        return PLAT_ERR_NO_MEMORY;
    plat_atomic_store(&memory->users, 1);
    memcpy(memory->digests, digests, count * PLAT_HASH_SIZE);
    *out = (struct chunk_list){.memory = memory};
    return 0;
}

struct chunk_list chunk_list_share(const struct chunk_list *list)
{
    hash_store_ref(list->store);
    if (list->memory)
        plat_atomic_add(&list->memory->users, 1);
    return *list;
}

void chunk_list_release(struct chunk_list *list)
{
    hash_store_unref(list->store);
    if (list->memory && plat_atomic_add(&list->memory->users, UINT64_MAX) == 1)
        free(list->memory);
    *list = (struct chunk_list){0};
}

bool chunk_list_is_at(const struct chunk_list *list, const struct hash_store *store,
                      uint64_t blocks_at)
{
    return list->store == store && list->at == blocks_at;
}

int chunk_list_read(const struct chunk_list *list, uint64_t total, uint64_t block,
                    unsigned char digests[HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE], size_t *count)
{
    uint64_t first = block * HASH_BLOCK_CHUNKS;
    *count = total - first < HASH_BLOCK_CHUNKS ? (size_t)(total - first) : HASH_BLOCK_CHUNKS;
    if (list->store)
        return hash_store_read_block(list->store, list->at, block, *count, digests);
    if (!list->memory)
        return PLAT_ERR_IO;
    memcpy(digests, list->memory->digests + first * PLAT_HASH_SIZE, *count * PLAT_HASH_SIZE);
    return 0;
}

/*
 * The catalogue's inside, which its parts share. For catalogue*.c only.
 */
#ifndef INDEX_CATALOGUE_PARTS_H
#define INDEX_CATALOGUE_PARTS_H

#include "base/hash.h"
#include "index/catalogue.h"
#include "index/shard.h"

enum { CATALOGUE_SHARDS = 256 };

struct catalogue {
    struct hash_key key;
    uint64_t records_max;
    struct plat_atomic_u64 records;
    struct plat_atomic_u64 turns;
    struct plat_atomic_u64 registrations;
    struct shard shards[CATALOGUE_SHARDS];
};

#endif

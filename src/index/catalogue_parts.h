/*
 * The catalogue's inside, which its parts share. For catalogue*.c only.
 */
#ifndef INDEX_CATALOGUE_PARTS_H
#define INDEX_CATALOGUE_PARTS_H

#include "base/hash.h"
#include "index/catalogue.h"
#include "index/choice.h"
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

/* The shard of a name; *hash is for the table inside, from other bits than the shard's. */
struct shard *catalogue_shard(struct catalogue *catalogue, struct slice name, uint32_t *hash);

/* Whether lookups see the record: its list is in force and its server alive. *candidate is then
 * what the choice has to know of it. */
bool catalogue_sees(const struct record *record, struct choice_candidate *candidate);

/* Chooses among the holders of a file that lookups see; NULL if there are none. The shard's mutex
 * is held. */
const struct choice_group *catalogue_choose(const struct file *file, struct choice *choice);

#endif

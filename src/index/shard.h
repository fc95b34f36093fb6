/*
 * One of the catalogue's parts: the files whose names hash to it. For catalogue*.c only.
 *
 * Its table is read without a lock by lookups within an epoch. Everything else here is done with
 * the shard's mutex held. A record is also counted by its list, under the list's mutex; that one is
 * locked first.
 */
#ifndef INDEX_SHARD_H
#define INDEX_SHARD_H

#include "base/buffer.h"
#include "base/hash.h"
#include "index/buckets.h"
#include "plat/thread.h"

struct shard {
    struct plat_atomic_ptr table; /* a struct buckets, or NULL while there is no file */
    /* What lookups read stays apart from what changes write. */
    char apart[64 - sizeof(struct plat_atomic_ptr)];
    struct plat_mutex mutex;
    /* private */
    const struct hash_key *key;
    struct epochs *epochs;
    struct limbo limbo;
    size_t count;        /* files */
    struct file **order; /* all files by name; made when a listing asks for it */
    size_t order_capacity;
    bool is_ordered;
};

/* Where a file stands, and a record among its holders. */
struct shard_place {
    uint64_t hash;
    struct file *file; /* NULL: there is none of that name */
    size_t at;         /* file->count: not that list */
    /* private */
    struct probe probe;
};

void shard_init(struct shard *shard, const struct hash_key *key, struct epochs *epochs);
void shard_fini(struct shard *shard); /* frees the files that are left; nobody reads any more */

/* Looks for the record of a list among the holders of a name. Whether it is there. */
bool shard_find(const struct shard *shard, uint64_t hash, struct slice name,
                const struct catalogue_list *list, struct shard_place *place);

/* The same, for the record at a position of its list. */
bool shard_find_position(const struct shard *shard, uint64_t hash,
                         const struct catalogue_list *list, uint32_t position,
                         struct shard_place *place);

/* Adds a record that shard_find did not find, replaces the one that it found, or removes that. 0,
 * or PLAT_ERR_NO_MEMORY. */
int shard_add(struct shard *shard, const struct shard_place *place, struct slice name,
              const struct record *record);
int shard_replace(struct shard *shard, const struct shard_place *place,
                  const struct record *record);
int shard_remove(struct shard *shard, const struct shard_place *place);

/* Appends at most `most` names after `after`, in their order and nothing between them, to `bytes`,
 * and writes their sizes. How many; fewer too when memory runs out, which `bytes` shows. */
size_t shard_names(struct shard *shard, struct slice after, size_t most, struct buffer *bytes,
                   size_t *sizes);

/* For shard*.c only: a file has come, another has taken its place, or it goes. `count` is how many
 * stand in the order before. */
void shard_order_add(struct shard *shard, struct file *file, size_t count);
void shard_order_replace(struct shard *shard, struct file *file);
void shard_order_remove(struct shard *shard, const struct file *file, size_t count);

#endif

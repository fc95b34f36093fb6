#include "index/shard.h"

#include <stdlib.h>

#include "plat/error.h"

enum { FIRST_BUCKETS = 1 };

void shard_init(struct shard *shard, const struct hash_key *key, struct epochs *epochs)
{
    *shard = (struct shard){.key = key, .epochs = epochs};
    plat_mutex_init(&shard->mutex);
}

void shard_fini(struct shard *shard)
{
    struct buckets *table = plat_atomic_load_ptr(&shard->table);
    struct file *file;
    size_t at = 0;
    while (table && (file = buckets_next(table, &at)) != NULL)
        file_free(file);
    free(table);
    limbo_fini(&shard->limbo);
    free(shard->order);
    plat_mutex_fini(&shard->mutex);
}

/* Goes on to the next file that may be meant. */
static bool begin_probe(const struct shard *shard, uint64_t hash, struct shard_place *place)
{
    const struct buckets *table = plat_atomic_load_ptr(&shard->table);
    place->hash = hash;
    place->file = NULL;
    place->at = 0;
    if (table)
        probe_begin(&place->probe, table, hash);
    return table != NULL;
}

bool shard_find(const struct shard *shard, uint64_t hash, struct slice name,
                const struct catalogue_list *list, struct shard_place *place)
{
    if (!begin_probe(shard, hash, place))
        return false;
    do
        place->file = probe_next(&place->probe);
    while (place->file && !slice_equal(file_name(place->file), name));
    if (!place->file)
        return false;
    place->at = file_find(place->file, list);
    return place->at < place->file->count;
}

bool shard_find_position(const struct shard *shard, uint64_t hash,
                         const struct catalogue_list *list, uint32_t position,
                         struct shard_place *place)
{
    if (!begin_probe(shard, hash, place))
        return false;
    while ((place->file = probe_next(&place->probe)) != NULL) {
        place->at = file_find(place->file, list);
        if (place->at < place->file->count &&
            file_record(place->file, place->at)->position == position)
            return true;
    }
    return false;
}

/* Puts a table of twice the size in the place of the old one. 0, or PLAT_ERR_NO_MEMORY. */
static int grow(struct shard *shard)
{
    struct buckets *old = plat_atomic_load_ptr(&shard->table);
    struct buckets *table = buckets_new(old ? 2 * (old->mask + 1) : FIRST_BUCKETS);
    struct file *file;
    size_t at = 0;
    if (!table)
        return PLAT_ERR_NO_MEMORY;
    while (old && (file = buckets_next(old, &at)) != NULL)
        buckets_add(table, hash_bytes(shard->key, file_name(file)), file);
    plat_atomic_store_ptr(&shard->table, table);
    if (old)
        limbo_add(&shard->limbo, shard->epochs, &old->limbo,
                  (old->mask + 1) * sizeof(struct bucket));
    return 0;
}

static int add_file(struct shard *shard, uint64_t hash, struct slice name,
                    const struct record *record)
{
    struct buckets *table = plat_atomic_load_ptr(&shard->table);
    int rc = table && shard->count < buckets_room(table) ? 0 : grow(shard);
    struct file *file = rc == 0 ? file_new(name, record) : NULL;
    if (!file)
        return PLAT_ERR_NO_MEMORY;
    buckets_add(plat_atomic_load_ptr(&shard->table), hash, file);
    shard_order_add(shard, file, shard->count);
    shard->count++;
    return 0;
}

static void bury_file(struct shard *shard, struct file *file)
{
    limbo_add(&shard->limbo, shard->epochs, &file->limbo, file_size(file));
}

/* Puts the changed file in the place of the old one. */
static void put_edit(struct shard *shard, const struct shard_place *place,
                     const struct file_edit *edit)
{
    buckets_set(&place->probe, place->hash, edit->made);
    shard_order_replace(shard, edit->made);
    bury_file(shard, place->file);
    for (int i = 0; i < 2; i++)
        if (edit->dropped[i])
            limbo_add(&shard->limbo, shard->epochs, &edit->dropped[i]->limbo,
                      sizeof *edit->dropped[i]);
}

int shard_add(struct shard *shard, const struct shard_place *place, struct slice name,
              const struct record *record)
{
    struct file_edit edit;
    if (!place->file)
        return add_file(shard, place->hash, name, record);
    int rc = file_add(&edit, place->file, record);
    if (rc == 0)
        put_edit(shard, place, &edit);
    return rc;
}

int shard_replace(struct shard *shard, const struct shard_place *place, const struct record *record)
{
    struct file_edit edit;
    int rc = file_replace(&edit, place->file, place->at, record);
    if (rc == 0)
        put_edit(shard, place, &edit);
    return rc;
}

int shard_remove(struct shard *shard, const struct shard_place *place)
{
    struct file_edit edit;
    if (place->file->count == 1) {
        shard_order_remove(shard, place->file, shard->count);
        buckets_set(&place->probe, place->hash, NULL);
        bury_file(shard, place->file);
        shard->count--;
        return 0;
    }
    int rc = file_remove(&edit, place->file, place->at);
    if (rc == 0)
        put_edit(shard, place, &edit);
    return rc;
}

#include "index/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "index/catalogue_parts.h"
#include "plat/error.h"
#include "plat/random.h"

static int open_readers(struct catalogue *catalogue, size_t count)
{
    int rc = epochs_open(&catalogue->epochs, count);
    if (rc < 0)
        return rc;
    catalogue->readers = calloc(count, sizeof *catalogue->readers);
    if (!catalogue->readers)
        return PLAT_ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        catalogue->readers[i] = (struct catalogue_reader){catalogue, &catalogue->epochs.readers[i]};
    return 0;
}

int catalogue_open(struct catalogue **out, const struct catalogue_limits *limits, size_t readers)
{
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (!catalogue)
        return PLAT_ERR_NO_MEMORY;
    catalogue->limits = *limits;
    plat_mutex_init(&catalogue->mutex);
    for (int i = 0; i < CATALOGUE_SHARDS; i++)
        shard_init(&catalogue->shards[i], &catalogue->key, &catalogue->epochs);
    int rc = plat_random_bytes(&catalogue->key, sizeof catalogue->key);
    if (rc == 0)
        rc = open_readers(catalogue, readers);
    if (rc < 0) {
        catalogue_close(catalogue);
        return rc;
    }
    *out = catalogue;
    return 0;
}

void catalogue_close(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (int i = 0; i < CATALOGUE_SHARDS; i++)
        shard_fini(&catalogue->shards[i]);
    limbo_fini(&catalogue->limbo);
    plat_mutex_fini(&catalogue->mutex);
    epochs_close(&catalogue->epochs);
    free(catalogue->readers);
    free(catalogue);
}

struct catalogue_reader *catalogue_reader(struct catalogue *catalogue, size_t number)
{
    return &catalogue->readers[number];
}

void catalogue_bury(struct catalogue *catalogue, struct limbo_item *item, size_t size)
{
    plat_mutex_lock(&catalogue->mutex);
    limbo_add(&catalogue->limbo, &catalogue->epochs, item, size);
    plat_mutex_unlock(&catalogue->mutex);
}

uint64_t catalogue_records(const struct catalogue *catalogue)
{
    return plat_atomic_load(&catalogue->records);
}

/* Finds the list's record of a file, with both mutexes locked. */
static bool begin_change(struct catalogue *catalogue, struct catalogue_list *list,
                         struct slice name, struct shard_place *place)
{
    uint64_t hash = hash_bytes(&catalogue->key, name);
    struct shard *shard = catalogue_shard(catalogue, hash);
    plat_mutex_lock(&list->mutex);
    plat_mutex_lock(&shard->mutex);
    return shard_find(shard, hash, name, list, place);
}

static void end_change(struct catalogue *catalogue, struct catalogue_list *list,
                       const struct shard_place *place)
{
    plat_mutex_unlock(&catalogue_shard(catalogue, place->hash)->mutex);
    plat_mutex_unlock(&list->mutex);
}

static struct record *found_record(const struct shard_place *place)
{
    return file_record(place->file, place->at);
}

/* A few threads that ask at the same time may each be given the last of it. */
static bool has_room(const struct catalogue *catalogue, const struct shard_place *place,
                     struct slice name)
{
    uint64_t more = place->file ? 0 : name.size;
    return plat_atomic_load(&catalogue->records) < catalogue->limits.records &&
           plat_atomic_load(&catalogue->name_bytes) + more <= catalogue->limits.name_bytes;
}

/* A record is gone, and its file too where it was the only one. */
static void count_removed(struct catalogue *catalogue, size_t name_size)
{
    plat_atomic_add(&catalogue->records, UINT64_MAX);
    plat_atomic_add(&catalogue->name_bytes, (uint64_t)0 - name_size);
}

/* Bytes of names that go with a record. */
static size_t last_name_size(const struct shard_place *place)
{
    return place->file->count == 1 ? place->file->name_size : 0;
}

static int add_record(struct catalogue *catalogue, struct catalogue_list *list,
                      const struct shard_place *place, struct slice name, uint64_t size)
{
    if (!has_room(catalogue, place, name))
        return PLAT_ERR_NO_SPACE;
    int rc = catalogue_list_reserve(list);
    struct record record = {.list = list,
                            .size = size,
                            .registered = plat_atomic_add(&catalogue->registrations, 1),
                            .position = list->count};
    if (rc == 0)
        rc = shard_add(catalogue_shard(catalogue, place->hash), place, name, &record);
    if (rc < 0)
        return rc;
    list->names[list->count++] = place->hash;
    if (!place->file)
        plat_atomic_add(&catalogue->name_bytes, name.size);
    plat_atomic_add(&catalogue->records, 1);
    return 0;
}

static int resize_record(struct catalogue *catalogue, const struct shard_place *place,
                         uint64_t size)
{
    struct record record = *found_record(place);
    record.size = size;
    record.registered = plat_atomic_add(&catalogue->registrations, 1);
    record.has_sha256 = false;
    return shard_replace(catalogue_shard(catalogue, place->hash), place, &record);
}

int catalogue_add(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                  uint64_t size)
{
    int rc;
    struct shard_place place;
    bool found = begin_change(catalogue, list, name, &place);
    if (list->retired)
        rc = PLAT_ERR_NOT_FOUND;
    else if (found)
        rc = resize_record(catalogue, &place, size);
    else
        rc = add_record(catalogue, list, &place, name, size);
    end_change(catalogue, list, &place);
    return rc;
}

int catalogue_set_hash(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                       const uint8_t sha256[PLAT_HASH_SIZE])
{
    int rc = PLAT_ERR_NOT_FOUND;
    struct shard_place place;
    bool found = begin_change(catalogue, list, name, &place);
    if (found && !list->retired) {
        struct record record = *found_record(&place);
        record.has_sha256 = true;
        memcpy(record.sha256, sha256, sizeof record.sha256);
        rc = shard_replace(catalogue_shard(catalogue, place.hash), &place, &record);
    }
    end_change(catalogue, list, &place);
    return rc;
}

/* Has the list's last name fill the gap of another. The list's mutex is held, and no shard's. */
static void close_gap(struct catalogue *catalogue, struct catalogue_list *list, uint32_t position)
{
    struct shard_place place;
    uint32_t last = --list->count;
    if (position == last)
        return;
    uint64_t hash = list->names[last];
    struct shard *shard = catalogue_shard(catalogue, hash);
    list->names[position] = hash;
    plat_mutex_lock(&shard->mutex);
    if (shard_find_position(shard, hash, list, last, &place))
        found_record(&place)->position = position;
    plat_mutex_unlock(&shard->mutex);
}

int catalogue_remove(struct catalogue *catalogue, struct catalogue_list *list, struct slice name)
{
    int rc = PLAT_ERR_NOT_FOUND;
    uint32_t position = 0;
    size_t name_size = 0;
    struct shard_place place;
    if (begin_change(catalogue, list, name, &place)) {
        position = found_record(&place)->position;
        name_size = last_name_size(&place);
        rc = shard_remove(catalogue_shard(catalogue, place.hash), &place);
    }
    plat_mutex_unlock(&catalogue_shard(catalogue, place.hash)->mutex);
    if (rc == 0) {
        close_gap(catalogue, list, position);
        count_removed(catalogue, name_size);
    }
    plat_mutex_unlock(&list->mutex);
    return rc;
}

static void retire(struct catalogue_list *list)
{
    plat_mutex_lock(&list->mutex);
    list->retired = true;
    plat_mutex_unlock(&list->mutex);
}

struct catalogue_list *catalogue_publish(struct catalogue_server *server,
                                         struct catalogue_list *list)
{
    struct catalogue_list *before = plat_atomic_load_ptr(&server->list);
    if (before == list)
        return NULL;
    if (list) {
        plat_atomic_add(&list->refs, 1);
        plat_atomic_store_ptr(&list->server, server);
    }
    plat_atomic_store_ptr(&server->list, list);
    if (before)
        retire(before);
    return before;
}

/* Takes the last file out of a list. 0, or PLAT_ERR_NO_MEMORY. */
static int discard_last(struct catalogue *catalogue, struct catalogue_list *list)
{
    int rc = 0;
    size_t name_size = 0;
    struct shard_place place;
    uint64_t hash = list->names[list->count - 1];
    struct shard *shard = catalogue_shard(catalogue, hash);
    plat_mutex_lock(&shard->mutex);
    if (shard_find_position(shard, hash, list, list->count - 1, &place)) {
        name_size = last_name_size(&place);
        rc = shard_remove(shard, &place);
    }
    plat_mutex_unlock(&shard->mutex);
    if (rc < 0)
        return rc;
    list->count--;
    count_removed(catalogue, name_size);
    return 0;
}

bool catalogue_discard(struct catalogue *catalogue, struct catalogue_list *list, size_t most)
{
    plat_mutex_lock(&list->mutex);
    list->retired = true;
    while (most-- > 0 && list->count > 0)
        if (discard_last(catalogue, list) < 0)
            break;
    bool gone = list->count == 0;
    plat_mutex_unlock(&list->mutex);
    if (gone)
        catalogue_list_unref(list);
    return gone;
}

#include "index/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "index/catalogue_parts.h"
#include "plat/random.h"

int catalogue_open(struct catalogue **out, uint64_t records_max)
{
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (!catalogue)
        return PLAT_ERR_NO_MEMORY;
    int rc = plat_random_bytes(&catalogue->key, sizeof catalogue->key);
    if (rc < 0) {
        free(catalogue);
        return rc;
    }
    catalogue->records_max = records_max;
    for (int i = 0; i < CATALOGUE_SHARDS; i++)
        shard_init(&catalogue->shards[i]);
    *out = catalogue;
    return 0;
}

void catalogue_close(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (int i = 0; i < CATALOGUE_SHARDS; i++)
        shard_fini(&catalogue->shards[i]);
    free(catalogue);
}

struct shard *catalogue_shard(struct catalogue *catalogue, struct slice name, uint32_t *hash)
{
    uint64_t bits = hash_bytes(&catalogue->key, name);
    *hash = (uint32_t)bits;
    return &catalogue->shards[bits >> 56];
}

static void retire(struct catalogue_list *list)
{
    plat_mutex_lock(&list->mutex);
    list->retired = true;
    plat_mutex_unlock(&list->mutex);
}

static void link_record(struct catalogue_list *list, struct record *record)
{
    record->list = list;
    record->next = list->records;
    if (record->next)
        record->next->previous = record;
    list->records = record;
}

static void unlink_record(struct record *record)
{
    if (record->previous)
        record->previous->next = record->next;
    else
        record->list->records = record->next;
    if (record->next)
        record->next->previous = record->previous;
}

static int add_record(struct catalogue *catalogue, struct shard *shard, uint32_t hash,
                      struct catalogue_list *list, struct slice name, uint64_t size)
{
    if (plat_atomic_load(&catalogue->records) >= catalogue->records_max)
        return PLAT_ERR_NO_SPACE;
    struct record *record = calloc(1, sizeof *record);
    if (!record)
        return PLAT_ERR_NO_MEMORY;
    record->size = size;
    record->registered = plat_atomic_add(&catalogue->registrations, 1);
    record->list = list;
    int rc = shard_add(shard, hash, name, record);
    if (rc < 0) {
        free(record);
        return rc;
    }
    link_record(list, record);
    plat_atomic_add(&catalogue->records, 1);
    return 0;
}

int catalogue_add(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                  uint64_t size)
{
    uint32_t hash;
    int rc = 0;
    struct shard *shard = catalogue_shard(catalogue, name, &hash);
    plat_mutex_lock(&list->mutex);
    plat_mutex_lock(&shard->mutex);
    struct record *record = shard_find_record(shard, hash, name, list);
    if (list->retired)
        rc = PLAT_ERR_NOT_FOUND;
    else if (record)
        shard_resize(record, size, plat_atomic_add(&catalogue->registrations, 1));
    else
        rc = add_record(catalogue, shard, hash, list, name, size);
    plat_mutex_unlock(&shard->mutex);
    plat_mutex_unlock(&list->mutex);
    return rc;
}

/* Both mutexes are held. */
static void remove_record(struct catalogue *catalogue, struct shard *shard, uint32_t hash,
                          struct record *record)
{
    unlink_record(record);
    shard_remove(shard, hash, record);
    plat_atomic_add(&catalogue->records, UINT64_MAX);
}

int catalogue_set_hash(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                       const uint8_t sha256[PLAT_HASH_SIZE])
{
    uint32_t hash;
    int rc = PLAT_ERR_NOT_FOUND;
    struct shard *shard = catalogue_shard(catalogue, name, &hash);
    plat_mutex_lock(&list->mutex);
    plat_mutex_lock(&shard->mutex);
    struct record *record = shard_find_record(shard, hash, name, list);
    if (record && !list->retired)
        rc = shard_set_hash(record, sha256);
    plat_mutex_unlock(&shard->mutex);
    plat_mutex_unlock(&list->mutex);
    return rc;
}

bool catalogue_remove(struct catalogue *catalogue, struct catalogue_list *list, struct slice name)
{
    uint32_t hash;
    struct shard *shard = catalogue_shard(catalogue, name, &hash);
    plat_mutex_lock(&list->mutex);
    plat_mutex_lock(&shard->mutex);
    struct record *record = shard_find_record(shard, hash, name, list);
    bool found = record != NULL;
    if (found)
        remove_record(catalogue, shard, hash, record);
    plat_mutex_unlock(&shard->mutex);
    plat_mutex_unlock(&list->mutex);
    return found;
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

bool catalogue_discard(struct catalogue *catalogue, struct catalogue_list *list, size_t most)
{
    plat_mutex_lock(&list->mutex);
    list->retired = true;
    for (; most > 0 && list->records; most--) {
        uint32_t hash;
        struct record *record = list->records;
        struct shard *shard = catalogue_shard(catalogue, file_name(record->file), &hash);
        plat_mutex_lock(&shard->mutex);
        remove_record(catalogue, shard, hash, record);
        plat_mutex_unlock(&shard->mutex);
    }
    bool gone = !list->records;
    plat_mutex_unlock(&list->mutex);
    if (gone)
        catalogue_list_unref(list);
    return gone;
}

bool catalogue_sees(const struct record *record, struct choice_candidate *candidate)
{
    struct catalogue_server *server = plat_atomic_load_ptr(&record->list->server);
    if (!server || plat_atomic_load_ptr(&server->list) != record->list ||
        !plat_atomic_load(&server->alive))
        return false;
    *candidate = (struct choice_candidate){
        .holder = record,
        .size = record->size,
        .sha256 = record->sha256,
        .registered = record->registered,
        .load = plat_atomic_load(&server->load) + plat_atomic_load(&server->given),
        .turn = plat_atomic_load(&server->turn),
    };
    return true;
}

static void count_turn(struct catalogue *catalogue, const struct record *record)
{
    struct catalogue_server *server = plat_atomic_load_ptr(&record->list->server);
    plat_atomic_store(&server->turn, plat_atomic_add(&catalogue->turns, 1) + 1);
    plat_atomic_add(&server->given, 1);
}

static void describe(const struct choice_group *group, struct catalogue_hit *hit)
{
    const struct record *record = group->best.holder;
    const struct catalogue_list *list = record->list;
    strcpy(hit->server_id, list->id);
    strcpy(hit->address, list->address);
    hit->tcp_port = list->tcp_port;
    hit->size = record->size;
    hit->holders = group->count;
    hit->has_sha256 = group->sha256 != NULL;
    if (group->sha256)
        memcpy(hit->sha256, group->sha256, PLAT_HASH_SIZE);
}

/* A list may be put in force while we look: its record was passed over then, and the one of the
 * list before it may be met too late. Looking once more finds the new one, so that no file is
 * missing in between. */
const struct choice_group *catalogue_choose(const struct file *file, struct choice *choice)
{
    const struct choice_group *chosen = NULL;
    for (int tries = 0; tries < 2 && !chosen; tries++) {
        struct choice_candidate candidate;
        choice_init(choice);
        for (const struct record *r = file->records; r; r = r->next_holder)
            if (catalogue_sees(r, &candidate))
                choice_offer(choice, &candidate);
        chosen = choice_end(choice);
    }
    return chosen;
}

bool catalogue_find(struct catalogue *catalogue, struct slice name, bool take_turn,
                    struct catalogue_hit *hit)
{
    uint32_t hash;
    struct choice choice;
    struct shard *shard = catalogue_shard(catalogue, name, &hash);
    plat_mutex_lock(&shard->mutex);
    const struct file *file = shard_find(shard, hash, name);
    const struct choice_group *chosen = file ? catalogue_choose(file, &choice) : NULL;
    if (chosen && take_turn)
        count_turn(catalogue, chosen->best.holder);
    if (chosen)
        describe(chosen, hit);
    plat_mutex_unlock(&shard->mutex);
    return chosen != NULL;
}

uint64_t catalogue_records(const struct catalogue *catalogue)
{
    return plat_atomic_load(&catalogue->records);
}

/*
 * All places where a file is, for a client that fetches from several at once.
 *
 * They are gathered under the shard's mutex, while no list of theirs can go, and sorted after it.
 * They hold on to their lists, so that they can be told piece by piece however long their peer
 * takes.
 */
#include <stdlib.h>
#include <string.h>

#include "index/catalogue_parts.h"
#include "plat/error.h"

static int by_rank(const void *a, const void *b)
{
    const struct catalogue_source *x = a, *y = b;
    if (x->load != y->load)
        return x->load < y->load ? -1 : 1;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    if (x->has_sha256 != y->has_sha256)
        return x->has_sha256 ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Makes room for a source more than there are. */
static bool reserve(struct catalogue_sources *sources, size_t *capacity)
{
    if (sources->count < *capacity)
        return true;
    *capacity *= 4;
    bool few = sources->items == sources->few;
    struct catalogue_source *items =
        realloc(few ? NULL : sources->items, *capacity * sizeof *items);
    if (!items)
        return false;
    if (few)
        memcpy(items, sources->few, sizeof sources->few);
    sources->items = items;
    return true;
}

static void begin(struct catalogue_sources *sources, const struct choice_group *group)
{
    sources->size = group->best.size;
    sources->count = 0;
    sources->items = sources->few;
    if (group->sha256)
        memcpy(sources->sha256, group->sha256, PLAT_HASH_SIZE);
}

/* Gathers the group's members. 0, or PLAT_ERR_NO_MEMORY. */
static int gather(const struct file *file, const struct choice_group *group,
                  struct catalogue_sources *sources, bool *passed)
{
    size_t capacity = CATALOGUE_SOURCES_FEW;
    begin(sources, group);
    for (size_t i = 0; i < file->count; i++) {
        const struct record *record = file_record(file, i);
        const struct catalogue_server *server = catalogue_sees(record, passed);
        if (!server || !choice_is_member(group, record->size, record_sha256(record)))
            continue;
        if (!reserve(sources, &capacity))
            return PLAT_ERR_NO_MEMORY;
        struct choice_candidate seen = catalogue_candidate(record, server);
        plat_atomic_add(&record->list->refs, 1);
        sources->items[sources->count] = (struct catalogue_source){
            record->list, record->has_sha256, seen.load, seen.turn, sources->count};
        sources->count++;
    }
    return 0;
}

/* A server that put another list in force while we gathered may be there twice, by its old list and
 * by its new one; the old one goes. */
static void drop_replaced(struct catalogue_sources *sources)
{
    size_t kept = 0;
    for (size_t i = 0; i < sources->count; i++) {
        struct catalogue_list *list = sources->items[i].list;
        const struct catalogue_server *server = plat_atomic_load_ptr(&list->server);
        if (plat_atomic_load_ptr(&server->list) == list)
            sources->items[kept++] = sources->items[i];
        else
            catalogue_list_unref(list);
    }
    sources->count = kept;
}

/* All whom the choice saw may be dead, or have newer lists, when they are gathered; then who is
 * there now is found by choosing anew. */
static int choose_and_gather(const struct file *file, struct catalogue_sources *sources)
{
    struct choice choice;
    for (int looks = 0; looks < CATALOGUE_LOOKS_MOST; looks++) {
        bool passed = false;
        const struct choice_group *group = catalogue_choose(file, &choice, &passed);
        int rc = group ? gather(file, group, sources, &passed) : 0;
        if (rc == 0)
            drop_replaced(sources);
        if (rc < 0 || sources->count > 0 || (!group && !passed))
            return rc;
        catalogue_sources_fini(sources);
    }
    return 0;
}

int catalogue_locate(struct catalogue *catalogue, struct slice name,
                     struct catalogue_sources *sources)
{
    int rc = 0;
    uint64_t hash = hash_bytes(&catalogue->key, name);
    struct shard *shard = catalogue_shard(catalogue, hash);
    sources->count = 0;
    sources->items = sources->few;
    plat_mutex_lock(&shard->mutex);
    const struct file *file = catalogue_file(catalogue, hash, name);
    if (file)
        rc = choose_and_gather(file, sources);
    plat_mutex_unlock(&shard->mutex);
    if (rc == 0 && sources->count == 0)
        rc = PLAT_ERR_NOT_FOUND;
    if (rc < 0)
        catalogue_sources_fini(sources);
    else
        qsort(sources->items, sources->count, sizeof *sources->items, by_rank);
    return rc;
}

void catalogue_sources_fini(struct catalogue_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        catalogue_list_unref(sources->items[i].list);
    if (sources->items != sources->few)
        free(sources->items);
    sources->items = NULL;
    sources->count = 0;
}

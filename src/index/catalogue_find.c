/*
 * Lookups: which of a file's live holders a client is sent to, and what is known of a file.
 *
 * Nothing here locks. Several names are looked up side by side: first the lines of memory that
 * each will need are asked for, then the answers are made, so that they wait for memory once and
 * not one after the other.
 */
#include <string.h>

#include "index/catalogue_parts.h"
#include "plat/compiler.h"

struct file *catalogue_file(struct catalogue *catalogue, uint64_t hash, struct slice name)
{
    struct probe probe;
    struct file *file;
    const struct buckets *table = plat_atomic_load_ptr(&catalogue_shard(catalogue, hash)->table);
    if (!table)
        return NULL;
    probe_begin(&probe, table, hash);
    do
        file = probe_next(&probe);
    while (file && !slice_equal(file_name(file), name));
    return file;
}

struct catalogue_server *catalogue_sees(const struct record *record, bool *passed)
{
    struct catalogue_server *server = plat_atomic_load_ptr(&record->list->server);
    if (!server || plat_atomic_load_ptr(&server->list) != record->list) {
        *passed = true;
        return NULL;
    }
    return plat_atomic_load(&server->alive) ? server : NULL;
}

struct choice_candidate catalogue_candidate(const struct record *record,
                                            const struct catalogue_server *server)
{
    return (struct choice_candidate){
        .holder = record,
        .size = record->size,
        .sha256 = record_sha256(record),
        .registered = record->registered,
        .load = plat_atomic_load(&server->load) + plat_atomic_load(&server->given),
        .turn = plat_atomic_load(&server->turn),
    };
}

const struct choice_group *catalogue_choose(const struct file *file, struct choice *choice,
                                            bool *passed)
{
    choice_init(choice);
    for (size_t i = 0; i < file->count; i++) {
        const struct record *record = file_record(file, i);
        const struct catalogue_server *server = catalogue_sees(record, passed);
        if (!server)
            continue;
        struct choice_candidate candidate = catalogue_candidate(record, server);
        choice_offer(choice, &candidate);
    }
    return choice_end(choice);
}

/* Clients that were sent to one server and are not counted there yet: the counters are shared by
 * all threads, and writing to them is what costs. */
struct turns {
    struct catalogue *catalogue;
    struct catalogue_server *server;
    uint64_t count;
};

static void flush_turns(struct turns *turns)
{
    if (turns->count == 0)
        return;
    uint64_t before = plat_atomic_add(&turns->catalogue->turns, turns->count);
    plat_atomic_store(&turns->server->turn, before + turns->count);
    plat_atomic_add(&turns->server->given, turns->count);
    turns->count = 0;
}

static void count_turn(struct turns *turns, struct catalogue_server *server)
{
    if (turns->server != server)
        flush_turns(turns);
    turns->server = server;
    turns->count++;
}

static const struct record *choose_record(const struct file *file, struct turns *turns,
                                          bool *passed)
{
    struct choice choice;
    if (file->count == 1) {
        const struct record *only = file_only(file);
        struct catalogue_server *server = catalogue_sees(only, passed);
        if (server)
            count_turn(turns, server);
        return server ? only : NULL;
    }
    flush_turns(turns);
    const struct choice_group *group = catalogue_choose(file, &choice, passed);
    const struct record *chosen = group ? group->best.holder : NULL;
    if (chosen)
        count_turn(turns, plat_atomic_load_ptr(&chosen->list->server));
    return chosen;
}

/* A name on its way to its answer. */
struct lookup {
    struct slice name;
    uint64_t hash;
    const struct buckets *table;
    struct probe probe;
    const struct file *file; /* that it may be */
};

/* Asks for the bucket. */
static void ask_bucket(struct catalogue *catalogue, struct lookup *lookup, struct slice name)
{
    lookup->name = name;
    lookup->hash = hash_bytes(&catalogue->key, name);
    lookup->file = NULL;
    lookup->table = plat_atomic_load_ptr(&catalogue_shard(catalogue, lookup->hash)->table);
    if (lookup->table)
        PLAT_PREFETCH(buckets_home(lookup->table, lookup->hash));
}

/* Asks for the file: for where it begins, and for the size in its record if it is the one. */
static void ask_file(struct lookup *lookup)
{
    if (!lookup->table)
        return;
    probe_begin(&lookup->probe, lookup->table, lookup->hash);
    lookup->file = probe_next(&lookup->probe);
    if (!lookup->file)
        return;
    PLAT_PREFETCH(lookup->file);
    PLAT_PREFETCH((const char *)lookup->file + file_head_size(lookup->name.size) +
                  offsetof(struct record, size));
}

static void describe(const struct record *record, struct catalogue_hit *hit)
{
    hit->found = record != NULL;
    if (!record)
        return;
    hit->size = record->size;
    place_copy(&hit->place, &record->list->place);
}

/* The record where a client is sent, or NULL. */
static const struct record *look_up(struct catalogue *catalogue, struct lookup *lookup,
                                    struct turns *turns)
{
    while (lookup->file && !slice_equal(file_name(lookup->file), lookup->name))
        lookup->file = probe_next(&lookup->probe);
    for (int looks = 0; lookup->file && looks < CATALOGUE_LOOKS_MOST; looks++) {
        bool passed = false;
        const struct record *record = choose_record(lookup->file, turns, &passed);
        if (record || !passed)
            return record;
        lookup->file = catalogue_file(catalogue, lookup->hash, lookup->name);
    }
    return NULL;
}

void catalogue_find(struct catalogue_reader *reader, const struct slice *names, size_t count,
                    struct catalogue_hit *hits)
{
    struct lookup lookups[CATALOGUE_NAMES_MOST];
    struct catalogue *catalogue = reader->catalogue;
    struct turns turns = {.catalogue = catalogue};
    epochs_enter(&catalogue->epochs, reader->epoch);
    for (size_t i = 0; i < count; i++)
        ask_bucket(catalogue, &lookups[i], names[i]);
    for (size_t i = 0; i < count; i++)
        ask_file(&lookups[i]);
    for (size_t i = 0; i < count; i++)
        describe(look_up(catalogue, &lookups[i], &turns), &hits[i]);
    flush_turns(&turns);
    epochs_leave(reader->epoch);
}

/* The group that the name stands for at the moment, or NULL. */
static const struct choice_group *look(struct catalogue *catalogue, struct slice name,
                                       struct choice *choice)
{
    uint64_t hash = hash_bytes(&catalogue->key, name);
    for (int looks = 0; looks < CATALOGUE_LOOKS_MOST; looks++) {
        bool passed = false;
        const struct file *file = catalogue_file(catalogue, hash, name);
        const struct choice_group *group = file ? catalogue_choose(file, choice, &passed) : NULL;
        if (group || !passed)
            return group;
    }
    return NULL;
}

bool catalogue_look(struct catalogue_reader *reader, struct slice name, struct catalogue_stat *stat)
{
    struct choice choice;
    epochs_enter(&reader->catalogue->epochs, reader->epoch);
    const struct choice_group *group = look(reader->catalogue, name, &choice);
    if (group) {
        stat->size = group->best.size;
        stat->holders = group->count;
        stat->has_sha256 = group->sha256 != NULL;
        if (group->sha256)
            memcpy(stat->sha256, group->sha256, sizeof stat->sha256);
    }
    epochs_leave(reader->epoch);
    return group != NULL;
}

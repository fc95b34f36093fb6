/*
 * Writing the hash cache anew without what it has about files that are gone or have changed.
 */
#include "content/hasher_parts.h"

#include <stdlib.h>

enum { GARBAGE_MIN = 64 * 1024 /* bytes for which it is not worth while */ };

/* A file whose chunks' hashes have moved with its record. */
struct move {
    struct move *next;
    struct stamp stamp;
    uint64_t blocks_at;
    size_t name_size;
    char name[1]; /* and more */
};

struct compaction {
    struct hasher *hasher;
    struct hash_store *to;
    struct move *moves;
    int rc;
};

static int note_move(struct compaction *compaction, const struct hash_record *record,
                     uint64_t blocks_at)
{
    struct move *move = malloc(sizeof *move + record->name.size);
    if (!move)
        return PLAT_ERR_NO_MEMORY;
    move->next = compaction->moves;
    move->stamp = record->stamp;
    move->blocks_at = blocks_at;
    move->name_size = record->name.size;
    slice_copy(record->name, move->name, record->name.size + 1);
    compaction->moves = move;
    return 0;
}

/* Whether this record is the one that is to be kept of its file. */
static bool is_live(struct hasher *hasher, const struct hash_record *record, uint64_t blocks_at)
{
    plat_mutex_lock(&hasher->mutex);
    struct digest *digest = digests_find_version(&hasher->digests, record->name, &record->stamp);
    bool live = digest && digest->state == DIGEST_KNOWN &&
                digest->compaction != hasher->compactions &&
                (hash_record_blocks_size(record->stamp.size) == 0 ||
                 chunk_list_is_at(&digest->chunks, hasher->store, blocks_at));
    if (live)
        digest->compaction = hasher->compactions;
    plat_mutex_unlock(&hasher->mutex);
    return live;
}

static bool on_kept_record(void *arg, const struct hash_record *record, uint64_t blocks_at)
{
    struct compaction *compaction = arg;
    struct hasher *hasher = compaction->hasher;
    uint64_t new_at;
    if (is_live(hasher, record, blocks_at)) {
        compaction->rc = hash_store_copy(compaction->to, record, hasher->store, blocks_at, &new_at);
        if (compaction->rc == 0 && hash_record_blocks_size(record->stamp.size) > 0)
            compaction->rc = note_move(compaction, record, new_at);
    }
    if (plat_atomic_load(&hasher->stopping))
        compaction->rc = PLAT_ERR_OTHER;
    return compaction->rc == 0;
}

/* One by one, as others wait for the mutex, and this thread may be slow. */
static void take_moves(struct hasher *hasher, const struct move *moves, struct hash_store *to)
{
    for (const struct move *move = moves; move; move = move->next) {
        struct slice name = slice_of(move->name, move->name_size);
        plat_mutex_lock(&hasher->mutex);
        struct digest *digest = digests_find_version(&hasher->digests, name, &move->stamp);
        if (digest && digest->state == DIGEST_KNOWN) {
            chunk_list_release(&digest->chunks);
            hash_store_ref(to);
            digest->chunks = chunk_list_in_store(to, move->blocks_at);
        }
        plat_mutex_unlock(&hasher->mutex);
    }
}

static void free_moves(struct move *moves)
{
    while (moves) {
        struct move *move = moves;
        moves = move->next;
        free(move);
    }
}

static int compact(struct hasher *hasher, struct plat_folder *folder)
{
    struct compaction compaction = {.hasher = hasher};
    struct hash_store_reader reader = {on_kept_record, &compaction};
    int rc = hash_store_open_new(&compaction.to, folder);
    if (rc < 0)
        return rc;
    hasher->compactions++;
    rc = hash_store_read(hasher->store, &reader);
    if (rc >= 0)
        rc = compaction.rc;
    if (rc == 0)
        rc = hash_store_put_in_place(compaction.to, folder);
    if (rc == 0) {
        take_moves(hasher, compaction.moves, compaction.to);
        hash_store_unref(hasher->store);
        hasher->store = compaction.to;
        compaction.to = NULL;
    }
    hash_store_unref(compaction.to);
    free_moves(compaction.moves);
    return rc;
}

bool hasher_compaction_is_due(struct hasher *hasher)
{
    if (!hasher->store || hash_store_size(hasher->store) < hasher->compact_from)
        return false;
    uint64_t live = hasher->digests.record_bytes, size = hash_store_size(hasher->store);
    return size >= live + GARBAGE_MIN && size / 2 >= live;
}

void hasher_compact(struct hasher *hasher)
{
    uint64_t before = hash_store_size(hasher->store);
    struct root_folder *folder = root_acquire(hasher->root);
    int rc = PLAT_ERR_NOT_FOUND; /* if the store is not that of the present folder any more */
    if (folder && root_generation(hasher->root) == hasher->generation)
        rc = compact(hasher, root_folder_plat(folder));
    root_release(hasher->root, folder);
    /* After a failure it is not tried again before the store has grown. */
    hasher->compact_from = rc == 0 ? 0 : before + before / 2;
    if (rc == 0)
        log_debug(hasher->log, "Hash cache written anew: %llu bytes, before %llu",
                  (unsigned long long)hash_store_size(hasher->store), (unsigned long long)before);
}

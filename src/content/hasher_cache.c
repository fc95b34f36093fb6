/*
 * What the hasher keeps in the folder's cache, and takes from it at the start.
 */
#include "content/hasher_parts.h"

static void tell_no_store(struct hasher *hasher, int error)
{
    if (!hasher->told_no_store)
        log_warn(hasher->log, "Cannot keep hashes in %s/%s: %s; the next start makes them anew",
                 root_path(hasher->root), HASH_STORE_NAME,
                 error == PLAT_ERR_BUSY ? "another process does" : plat_error_text(error));
    hasher->told_no_store = true;
}

void hasher_close_cache(struct hasher *hasher)
{
    hash_store_unref(hasher->store);
    hasher->store = NULL;
}

/* Reading */

struct reading {
    struct hasher *hasher;
    size_t count;
};

/* A file that waits and is as it was when it was hashed need not be hashed again. */
static bool on_record(void *arg, const struct hash_record *record, uint64_t blocks_at)
{
    struct reading *reading = arg;
    struct hasher *hasher = reading->hasher;
    struct chunk_list chunks = {0};
    plat_mutex_lock(&hasher->mutex);
    struct digest *digest = digests_find_version(&hasher->digests, record->name, &record->stamp);
    bool wanted = digest && digest->state == DIGEST_WAITING;
    if (wanted && hash_record_blocks_size(record->stamp.size) > 0) {
        hash_store_ref(hasher->store);
        chunks = chunk_list_in_store(hasher->store, blocks_at);
    }
    if (wanted)
        digests_know(&hasher->digests, digest, record->sha256, chunks);
    plat_mutex_unlock(&hasher->mutex);
    if (wanted) {
        char name[FILE_NAME_SIZE_MAX + 1];
        slice_copy(record->name, name, sizeof name);
        outbox_put(hasher->outbox, name, CHANGE_HASHED, NULL);
        reading->count++;
    }
    return !plat_atomic_load(&hasher->stopping);
}

static void read_store(struct hasher *hasher)
{
    struct reading reading = {.hasher = hasher};
    struct hash_store_reader reader = {on_record, &reading};
    int rc = hash_store_read(hasher->store, &reader);
    outbox_send(hasher->outbox, false);
    if (reading.count > 0)
        log_info(hasher->log, "Hashes of %zu files are known from before", reading.count);
    if (rc == PLAT_LOST)
        log_warn(hasher->log, "%s/%s is damaged; files whose hashes are lost are hashed again",
                 root_path(hasher->root), HASH_STORE_NAME);
    if (rc >= 0)
        return;
    tell_no_store(hasher, rc);
    hasher_close_cache(hasher);
}

void hasher_open_cache(struct hasher *hasher)
{
    hasher_drop_jobs(hasher);
    hasher_close_cache(hasher);
    hasher->compact_from = 0;
    struct root_folder *folder = root_acquire(hasher->root);
    if (!folder)
        return;
    int rc = hash_store_open(&hasher->store, root_folder_plat(folder));
    root_release(hasher->root, folder);
    if (rc == 0)
        read_store(hasher);
    else
        tell_no_store(hasher, rc);
}

/* Writing */

int hasher_keep(struct hasher *hasher, const struct hash_record *record,
                const unsigned char *digests, struct chunk_list *chunks)
{
    uint64_t count = hash_record_chunks(record->stamp.size), blocks_at;
    bool many = count > 1;
    if (hasher->store) {
        int rc = hash_store_append(hasher->store, record, digests, &blocks_at);
        if (rc == 0 && many) {
            hash_store_ref(hasher->store);
            *chunks = chunk_list_in_store(hasher->store, blocks_at);
        }
        if (rc == 0)
            return 0;
        tell_no_store(hasher, rc);
        hasher_close_cache(hasher);
    }
    return many ? chunk_list_in_memory(chunks, digests, (size_t)count) : 0;
}

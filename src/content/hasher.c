#include "content/hasher.h"

#include <stdlib.h>

#include "content/hasher_parts.h"

enum { PAUSE_MS = 1000 /* after running out of something */ };

static void tell_hashed(struct hasher *hasher)
{
    if (hasher->hashed_files > 0)
        log_info(hasher->log, "Hashed %zu files (%llu bytes)", hasher->hashed_files,
                 (unsigned long long)hasher->hashed_bytes);
    hasher->hashed_files = 0;
    hasher->hashed_bytes = 0;
}

/* Nothing can be done now. Under the mutex. */
static void wait_for_work(struct hasher *hasher)
{
    if (hasher->pausing) {
        (void)plat_cond_wait_for(&hasher->cond, &hasher->mutex, PAUSE_MS);
        hasher->pausing = false;
        return;
    }
    tell_hashed(hasher);
    plat_cond_wait(&hasher->cond, &hasher->mutex);
}

/* One step: the folder's cache is read or written anew, or a chunk is hashed. Under the mutex,
 * which is given up meanwhile. */
static void work(struct hasher *hasher)
{
    struct hash_job *job = NULL;
    uint64_t generation = root_generation(hasher->root);
    bool read_cache = hasher->started, is_present = generation == hasher->generation;
    bool compact = !read_cache && is_present && hasher_compaction_is_due(hasher);
    hasher->started = false;
    if (!read_cache && !compact && is_present && !hasher->pausing)
        job = hasher_choose_job(hasher);
    if (!read_cache && !compact && !job) {
        wait_for_work(hasher);
        return;
    }
    plat_mutex_unlock(&hasher->mutex);
    if (read_cache)
        hasher->generation = generation;
    if (read_cache)
        hasher_open_cache(hasher);
    else if (compact)
        hasher_compact(hasher);
    else
        hasher_go_on(hasher, job);
    plat_mutex_lock(&hasher->mutex);
}

static void run(void *arg)
{
    struct hasher *hasher = arg;
    plat_thread_lower_priority();
    plat_mutex_lock(&hasher->mutex);
    while (!plat_atomic_load(&hasher->stopping))
        work(hasher);
    plat_mutex_unlock(&hasher->mutex);
    hasher_drop_jobs(hasher);
    hasher_close_cache(hasher);
}

static void free_hasher(struct hasher *hasher)
{
    outbox_close(hasher->outbox);
    hasher_free_jobs(hasher);
    digests_fini(&hasher->digests);
    plat_cond_fini(&hasher->cond);
    plat_mutex_fini(&hasher->mutex);
    free(hasher->piece);
    free(hasher);
}

int hasher_open(struct hasher **out, struct loop *main_loop, struct log *log, struct root *root,
                const struct outbox_events *events)
{
    struct hasher *hasher = calloc(1, sizeof *hasher);
    if (!hasher)
        return PLAT_ERR_NO_MEMORY;
    hasher->log = log;
    hasher->root = root;
    digests_init(&hasher->digests);
    plat_mutex_init(&hasher->mutex);
    plat_cond_init(&hasher->cond);
    hasher->piece = malloc(HASHER_PIECE_SIZE);
    int rc = hasher->piece ? 0 : PLAT_ERR_NO_MEMORY;
    if (rc == 0)
        rc = outbox_open(&hasher->outbox, main_loop, log, events);
    if (rc == 0)
        rc = plat_thread_start(&hasher->thread, run, hasher);
    if (rc < 0) {
        free_hasher(hasher);
        return rc;
    }
    *out = hasher;
    return 0;
}

void hasher_close(struct hasher *hasher)
{
    if (!hasher)
        return;
    plat_mutex_lock(&hasher->mutex);
    plat_atomic_store(&hasher->stopping, 1);
    plat_cond_broadcast(&hasher->cond);
    plat_mutex_unlock(&hasher->mutex);
    plat_thread_join(&hasher->thread);
    free_hasher(hasher);
}

void hasher_note(struct hasher *hasher, const struct changes *changes)
{
    plat_mutex_lock(&hasher->mutex);
    for (const struct change *change = changes->first; change; change = change->next) {
        struct slice name = slice_of(change->path, change->path_size);
        if (change->kind == CHANGE_GONE)
            digests_forget(&hasher->digests, name);
        else if (change->kind == CHANGE_FILE &&
                 digests_want(&hasher->digests, name, &change->stamp) < 0)
            log_error(hasher->log, "Out of memory: %s is not hashed", change->path);
    }
    plat_cond_broadcast(&hasher->cond);
    plat_mutex_unlock(&hasher->mutex);
}

void hasher_start(struct hasher *hasher)
{
    plat_mutex_lock(&hasher->mutex);
    hasher->started = true;
    plat_cond_broadcast(&hasher->cond);
    plat_mutex_unlock(&hasher->mutex);
}

bool hasher_find_chunks(struct hasher *hasher, struct slice name, const struct stamp *stamp,
                        unsigned char sha256[PLAT_HASH_SIZE], struct chunk_list *chunks)
{
    plat_mutex_lock(&hasher->mutex);
    const struct digest *digest = digests_find_version(&hasher->digests, name, stamp);
    bool known = digest && digest->state == DIGEST_KNOWN;
    if (known)
        memcpy(sha256, digest->sha256, PLAT_HASH_SIZE);
    if (known && chunks)
        *chunks = chunk_list_share(&digest->chunks);
    plat_mutex_unlock(&hasher->mutex);
    return known;
}

bool hasher_find(struct hasher *hasher, struct slice name, const struct stamp *stamp,
                 unsigned char sha256[PLAT_HASH_SIZE])
{
    return hasher_find_chunks(hasher, name, stamp, sha256, NULL);
}

void hasher_ask(struct hasher *hasher, struct slice name)
{
    plat_mutex_lock(&hasher->mutex);
    struct digest *digest = digests_find(&hasher->digests, name);
    if (digest && digests_ask(&hasher->digests, digest))
        plat_cond_broadcast(&hasher->cond);
    plat_mutex_unlock(&hasher->mutex);
}

void hasher_distrust(struct hasher *hasher, struct slice name)
{
    plat_mutex_lock(&hasher->mutex);
    struct digest *digest = digests_find(&hasher->digests, name);
    if (digest && digest->state == DIGEST_KNOWN)
        (void)digests_requeue(&hasher->digests, digest);
    plat_cond_broadcast(&hasher->cond);
    plat_mutex_unlock(&hasher->mutex);
}

#include "client/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "client/chunk_queue.h"
#include "plat/error.h"
#include "plat/thread.h"
#include "proto/limits.h"

enum {
    READ_SIZE = 256 * 1024,
    LAG_MOST = 256 /* chunks that were just fetched and wait while the whole goes first */
};

/* The whole file, hashed from its front. */
struct whole {
    uint64_t to;   /* how far it may be hashed */
    uint64_t at;   /* how far it is, or is about to be */
    uint64_t turn; /* counts how often it began anew */
    bool is_ended; /* its last bytes are hashed, or are about to be */
    bool has_result;
    int error;
    unsigned char digest[PLAT_HASH_SIZE];
};

struct verifier {
    struct loop *loop;
    struct verifier_events events;
    struct plat_file file;
    uint64_t size;
    bool in_background;
    struct loop_task task;
    size_t waiting, waiting_fresh; /* of the loop's thread, as is the next */
    uint64_t resets;
    struct plat_thread thread;
    struct plat_mutex mutex;
    struct plat_cond changed;
    /* under the mutex */
    bool stopping, posted;
    struct chunk_queue fresh, old, done;
    struct queued_chunk *current; /* is being hashed; NULL: nobody wants it any more */
    struct whole whole;
    /* of the thread */
    struct plat_hash *chunk_hash, *whole_hash;
    unsigned char *buffer;
};

static int hash_range(struct verifier *v, struct plat_hash *hash, uint64_t from, uint64_t to)
{
    while (from < to) {
        size_t got, size = to - from < READ_SIZE ? (size_t)(to - from) : READ_SIZE;
        int rc = plat_file_read(v->file, v->buffer, size, from, &got);
        if (rc != 0)
            return rc < 0 ? rc : PLAT_ERR_IO;
        plat_hash_update(hash, v->buffer, got);
        from += got;
    }
    return 0;
}

/* Under the mutex. */
static void post(struct verifier *v)
{
    if (!v->posted)
        loop_post(v->loop, &v->task);
    v->posted = true;
}

/* Hashes the next part of the whole. Called and returns with the mutex, without it in between. */
static void run_whole(struct verifier *v)
{
    uint64_t from = v->whole.at, turn = v->whole.turn;
    uint64_t to = v->whole.to - from > CHUNK_SIZE ? from + CHUNK_SIZE : v->whole.to;
    unsigned char digest[PLAT_HASH_SIZE];
    v->whole.at = to;
    v->whole.is_ended = to == v->size;
    plat_mutex_unlock(&v->mutex);
    if (from == 0)
        plat_hash_begin(v->whole_hash);
    int error = hash_range(v, v->whole_hash, from, to);
    bool is_over = error < 0 || to == v->size;
    if (is_over) {
        int rc = plat_hash_end(v->whole_hash, digest);
        error = error < 0 ? error : rc;
    }
    plat_mutex_lock(&v->mutex);
    if (!is_over || turn != v->whole.turn)
        return;
    v->whole.is_ended = v->whole.has_result = true;
    v->whole.error = error;
    memcpy(v->whole.digest, digest, sizeof digest);
    post(v);
}

/* The same for a chunk. */
static void run_chunk(struct verifier *v)
{
    struct queued_chunk *item = v->current =
        chunk_queue_take(v->fresh.count > 0 ? &v->fresh : &v->old);
    uint64_t from = item->chunk * CHUNK_SIZE;
    plat_mutex_unlock(&v->mutex);
    plat_hash_begin(v->chunk_hash);
    int error = hash_range(v, v->chunk_hash, from,
                           v->size - from > CHUNK_SIZE ? from + CHUNK_SIZE : v->size);
    int rc = plat_hash_end(v->chunk_hash, item->digest);
    item->error = error < 0 ? error : rc;
    plat_mutex_lock(&v->mutex);
    if (v->current == item) {
        chunk_queue_put(&v->done, item);
        post(v);
    } else {
        free(item);
    }
    v->current = NULL;
}

static void run(void *arg)
{
    struct verifier *v = arg;
    if (v->in_background)
        plat_thread_lower_priority();
    plat_mutex_lock(&v->mutex);
    while (!v->stopping) {
        bool has_whole =
            !v->whole.is_ended && (v->whole.at < v->whole.to || v->whole.to == v->size);
        if (has_whole && v->fresh.count <= LAG_MOST)
            run_whole(v);
        else if (v->fresh.count + v->old.count > 0)
            run_chunk(v);
        else
            plat_cond_wait(&v->changed, &v->mutex);
    }
    plat_mutex_unlock(&v->mutex);
}

/* Takes the results out first, so that the callbacks may do as they like, a reset included. */
static void on_results(struct loop_task *task)
{
    struct verifier *v = CONTAINER_OF(task, struct verifier, task);
    struct chunk_queue done;
    chunk_queue_init(&done);
    plat_mutex_lock(&v->mutex);
    while (v->done.first)
        chunk_queue_put(&done, chunk_queue_take(&v->done));
    struct whole whole = v->whole;
    bool is_stopping = v->stopping;
    v->whole.has_result = v->posted = false;
    plat_mutex_unlock(&v->mutex);
    uint64_t resets = v->resets;
    for (; done.first && !is_stopping && resets == v->resets; free(chunk_queue_take(&done))) {
        const struct queued_chunk *item = done.first;
        v->waiting--;
        v->waiting_fresh -= !item->can_wait;
        v->events.on_chunk(v->events.owner, item->chunk, item->error, item->digest);
    }
    chunk_queue_fini(&done);
    if (whole.has_result && !is_stopping && whole.turn == v->whole.turn)
        v->events.on_whole(v->events.owner, whole.error, whole.digest);
}

static int open_parts(struct verifier *v)
{
    v->buffer = malloc(READ_SIZE);
    if (!v->buffer)
        return PLAT_ERR_NO_MEMORY;
    int rc = plat_hash_open(&v->chunk_hash);
    if (rc == 0)
        rc = plat_hash_open(&v->whole_hash);
    return rc == 0 ? plat_thread_start(&v->thread, run, v) : rc;
}

static void release(struct verifier *v)
{
    plat_hash_close(v->chunk_hash);
    plat_hash_close(v->whole_hash);
    plat_mutex_fini(&v->mutex);
    plat_cond_fini(&v->changed);
    chunk_queue_fini(&v->fresh);
    chunk_queue_fini(&v->old);
    chunk_queue_fini(&v->done);
    free(v->buffer);
    free(v);
}

int verifier_open(struct verifier **out, struct loop *loop, struct plat_file file, uint64_t size,
                  bool in_background, const struct verifier_events *events)
{
    struct verifier *v = calloc(1, sizeof *v);
    if (!v)
        return PLAT_ERR_NO_MEMORY;
    v->loop = loop;
    v->events = *events;
    v->file = file;
    v->size = size;
    v->in_background = in_background;
    v->task.run = on_results;
    chunk_queue_init(&v->fresh);
    chunk_queue_init(&v->old);
    chunk_queue_init(&v->done);
    plat_mutex_init(&v->mutex);
    plat_cond_init(&v->changed);
    int rc = open_parts(v);
    if (rc < 0)
        release(v);
    else
        *out = v;
    return rc;
}

void verifier_close(struct verifier *v)
{
    if (!v)
        return;
    plat_mutex_lock(&v->mutex);
    v->stopping = true;
    plat_cond_broadcast(&v->changed);
    plat_mutex_unlock(&v->mutex);
    plat_thread_join(&v->thread);
    while (v->posted && loop_turn(v->loop, 0) == 0) {
    }
    release(v);
}

int verifier_check(struct verifier *v, uint64_t chunk, bool can_wait)
{
    struct queued_chunk *item = calloc(1, sizeof *item);
    if (!item)
        return PLAT_ERR_NO_MEMORY;
    item->chunk = chunk;
    item->can_wait = can_wait;
    v->waiting++;
    v->waiting_fresh += !can_wait;
    plat_mutex_lock(&v->mutex);
    chunk_queue_put(can_wait ? &v->old : &v->fresh, item);
    plat_cond_broadcast(&v->changed);
    plat_mutex_unlock(&v->mutex);
    return 0;
}

void verifier_extend(struct verifier *v, uint64_t to)
{
    plat_mutex_lock(&v->mutex);
    v->whole.to = to;
    plat_cond_broadcast(&v->changed);
    plat_mutex_unlock(&v->mutex);
}

void verifier_retract(struct verifier *v, uint64_t from)
{
    plat_mutex_lock(&v->mutex);
    if (v->whole.at > from)
        v->whole = (struct whole){.to = from, .turn = v->whole.turn + 1};
    else if (v->whole.to > from)
        v->whole.to = from;
    plat_mutex_unlock(&v->mutex);
}

void verifier_reset(struct verifier *v)
{
    plat_mutex_lock(&v->mutex);
    chunk_queue_fini(&v->fresh);
    chunk_queue_fini(&v->old);
    chunk_queue_fini(&v->done);
    v->current = NULL;
    v->whole = (struct whole){.turn = v->whole.turn + 1};
    plat_mutex_unlock(&v->mutex);
    v->waiting = v->waiting_fresh = 0;
    v->resets++;
}

size_t verifier_waiting(const struct verifier *v)
{
    return v->waiting;
}

size_t verifier_waiting_fresh(const struct verifier *v)
{
    return v->waiting_fresh;
}

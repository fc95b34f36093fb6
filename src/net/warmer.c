#include "net/warmer.h"

#include <stdlib.h>

#include "plat/thread.h"

enum { AHEAD_SIZE = 8 * 1024 * 1024 }; /* bytes read in advance, whoever wants the ones before */

struct warmer {
    struct plat_mutex mutex;
    struct plat_cond cond;
    struct warming *first, **last; /* under the mutex, as the next one */
    bool stopping;
    bool always;
    unsigned count;
    struct plat_thread readers[];
};

static struct warming *take(struct warmer *warmer)
{
    struct warming *warming = warmer->first;
    warmer->first = warming->next;
    if (!warmer->first)
        warmer->last = &warmer->first;
    return warming;
}

static void run(void *arg)
{
    struct warmer *warmer = arg;
    plat_mutex_lock(&warmer->mutex);
    while (warmer->first || !warmer->stopping) {
        if (!warmer->first) {
            plat_cond_wait(&warmer->cond, &warmer->mutex);
            continue;
        }
        struct warming *warming = take(warmer);
        plat_mutex_unlock(&warmer->mutex);
        plat_file_warm(warming->file, warming->offset, warming->size, AHEAD_SIZE);
        loop_post(warming->loop, &warming->done);
        plat_mutex_lock(&warmer->mutex);
    }
    plat_mutex_unlock(&warmer->mutex);
}

int warmer_open(struct warmer **out, unsigned threads, bool always)
{
    struct warmer *warmer = calloc(1, sizeof *warmer + threads * sizeof warmer->readers[0]);
    if (!warmer)
        return PLAT_ERR_NO_MEMORY;
    plat_mutex_init(&warmer->mutex);
    plat_cond_init(&warmer->cond);
    warmer->last = &warmer->first;
    warmer->always = always;
    for (; warmer->count < threads; warmer->count++) {
        int rc = plat_thread_start(&warmer->readers[warmer->count], run, warmer);
        if (rc < 0) {
            warmer_close(warmer);
            return rc;
        }
    }
    *out = warmer;
    return 0;
}

void warmer_stop(struct warmer *warmer)
{
    if (!warmer)
        return;
    plat_mutex_lock(&warmer->mutex);
    warmer->stopping = true;
    plat_cond_broadcast(&warmer->cond);
    plat_mutex_unlock(&warmer->mutex);
    for (; warmer->count > 0; warmer->count--)
        plat_thread_join(&warmer->readers[warmer->count - 1]);
}

void warmer_close(struct warmer *warmer)
{
    if (!warmer)
        return;
    warmer_stop(warmer);
    plat_cond_fini(&warmer->cond);
    plat_mutex_fini(&warmer->mutex);
    free(warmer);
}

bool warmer_is_cold(const struct warmer *warmer, struct plat_file file, uint64_t end)
{
    return warmer->always || !plat_file_is_at_hand(file, end);
}

bool warmer_ask(struct warmer *warmer, struct warming *warming)
{
    plat_mutex_lock(&warmer->mutex);
    bool stopping = warmer->stopping;
    if (!stopping) {
        warming->next = NULL;
        *warmer->last = warming;
        warmer->last = &warming->next;
        plat_cond_broadcast(&warmer->cond);
    }
    plat_mutex_unlock(&warmer->mutex);
    return !stopping;
}

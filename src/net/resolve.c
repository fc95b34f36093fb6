#include "net/resolve.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "plat/thread.h"

/* Shared by the loop and the thread; who lets go of it last frees it. The system's lookup cannot
 * be interrupted, so a cancelled one goes on and finds nobody waiting. */
struct resolve_job {
    struct loop_task task;
    struct plat_mutex mutex;
    struct resolve *owner; /* under the mutex; NULL once cancelled */
    struct loop *loop;
    char *host;
    uint16_t port;
    int error;
    struct plat_addr addresses[RESOLVE_ADDRESSES_MAX];
    size_t count;
};

static void free_job(struct resolve_job *job)
{
    plat_mutex_fini(&job->mutex);
    free(job->host);
    free(job);
}

static void finish(struct loop_task *task)
{
    struct resolve_job *job = CONTAINER_OF(task, struct resolve_job, task);
    plat_mutex_lock(&job->mutex); /* the thread may still be inside */
    struct resolve *resolve = job->owner;
    plat_mutex_unlock(&job->mutex);
    int error = job->error;
    if (resolve) {
        resolve->job = NULL;
        resolve->count = job->count;
        memcpy(resolve->addresses, job->addresses, sizeof resolve->addresses);
    }
    free_job(job);
    if (resolve)
        resolve->on_done(resolve, error);
}

static void look_up(void *arg)
{
    struct resolve_job *job = arg;
    job->error =
        plat_addr_resolve(job->host, job->port, job->addresses, RESOLVE_ADDRESSES_MAX, &job->count);
    plat_mutex_lock(&job->mutex);
    bool wanted = job->owner != NULL;
    if (wanted) /* under the mutex, so that the loop is not closed meanwhile */
        loop_post(job->loop, &job->task);
    plat_mutex_unlock(&job->mutex);
    if (!wanted)
        free_job(job);
}

static int start_job(struct resolve *resolve, struct loop *loop, const char *host, uint16_t port)
{
    struct resolve_job *job = calloc(1, sizeof *job);
    if (!job)
        return PLAT_ERR_NO_MEMORY;
    plat_mutex_init(&job->mutex);
    job->task.run = finish;
    job->owner = resolve;
    job->loop = loop;
    job->port = port;
    job->host = malloc(strlen(host) + 1);
    int rc = job->host ? 0 : PLAT_ERR_NO_MEMORY;
    if (rc == 0) {
        strcpy(job->host, host);
        rc = plat_thread_start_detached(look_up, job);
    }
    if (rc < 0) {
        free_job(job);
        return rc;
    }
    resolve->job = job;
    return PLAT_AGAIN;
}

int resolve_start(struct resolve *resolve, struct loop *loop, const char *host, uint16_t port)
{
    resolve->count = 0;
    if (strcmp(host, "localhost") == 0) {
        resolve->addresses[0] = plat_addr_loopback(false, port);
        resolve->addresses[1] = plat_addr_loopback(true, port);
        resolve->count = 2;
        return 0;
    }
    if (plat_addr_parse(&resolve->addresses[0], host) == 0) {
        resolve->addresses[0].port = port;
        resolve->count = 1;
        return 0;
    }
    return start_job(resolve, loop, host, port);
}

void resolve_cancel(struct resolve *resolve)
{
    struct resolve_job *job = resolve->job;
    if (!job)
        return;
    resolve->job = NULL;
    plat_mutex_lock(&job->mutex);
    job->owner = NULL; /* whether posted or not, nobody is told, and the job is freed there */
    plat_mutex_unlock(&job->mutex);
}

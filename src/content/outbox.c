#include "content/outbox.h"

#include <stdlib.h>

#include "base/container.h"
#include "plat/thread.h"

enum { BATCH = 1000 }; /* changes sent at a time */

struct outbox {
    struct loop *main_loop;
    struct log *log;
    const struct outbox_events *events;
    struct changes gathered; /* the other thread */
    bool closing;            /* the main loop's thread */
    struct plat_mutex mutex;
    struct changes sent; /* under the mutex, and the two below */
    bool posted, complete;
    struct loop_task task;
};

static void deliver(struct loop_task *task)
{
    struct outbox *outbox = CONTAINER_OF(task, struct outbox, task);
    struct changes changes;
    changes_init(&changes);
    plat_mutex_lock(&outbox->mutex);
    changes_move(&outbox->sent, &changes);
    bool complete = outbox->complete;
    outbox->complete = false;
    outbox->posted = false;
    plat_mutex_unlock(&outbox->mutex);
    if (!outbox->closing)
        outbox->events->on_changes(outbox->events->arg, &changes, complete);
    changes_fini(&changes);
}

int outbox_open(struct outbox **out, struct loop *main_loop, struct log *log,
                const struct outbox_events *events)
{
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (!outbox)
        return PLAT_ERR_NO_MEMORY;
    outbox->main_loop = main_loop;
    outbox->log = log;
    outbox->events = events;
    outbox->task.run = deliver;
    changes_init(&outbox->gathered);
    changes_init(&outbox->sent);
    plat_mutex_init(&outbox->mutex);
    *out = outbox;
    return 0;
}

void outbox_close(struct outbox *outbox)
{
    if (!outbox)
        return;
    outbox->closing = true;
    if (outbox->posted) /* let the main loop come across it once more */
        (void)loop_turn(outbox->main_loop, 0);
    changes_fini(&outbox->gathered);
    changes_fini(&outbox->sent);
    plat_mutex_fini(&outbox->mutex);
    free(outbox);
}

void outbox_send(struct outbox *outbox, bool complete)
{
    if (!outbox->gathered.first && !complete)
        return;
    plat_mutex_lock(&outbox->mutex);
    changes_move(&outbox->gathered, &outbox->sent);
    outbox->complete = outbox->complete || complete;
    bool post = !outbox->posted;
    outbox->posted = true;
    plat_mutex_unlock(&outbox->mutex);
    if (post)
        loop_post(outbox->main_loop, &outbox->task);
}

void outbox_put(struct outbox *outbox, const char *path, enum change_kind kind,
                const struct stamp *stamp)
{
    if (changes_add(&outbox->gathered, slice_text(path), kind, stamp) < 0)
        log_error(outbox->log, "Out of memory: %s is not announced", path);
    if (outbox->gathered.count >= BATCH)
        outbox_send(outbox, false);
}

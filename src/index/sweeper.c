#include "index/sweeper.h"

#include <stdlib.h>

#include "base/container.h"
#include "plat/thread.h"

enum {
    FILES_A_STEP = 2000, /* about a millisecond */
    SERVER_SIZE = 256    /* about what `then` is */
};

struct sweep {
    struct sweep *next;
    struct catalogue_list *list;
    struct limbo_item *then;
};

struct sweeper {
    struct loop *loop;
    struct catalogue *catalogue;
    struct plat_mutex mutex;
    struct sweep *first, **last; /* under the mutex, and the two below */
    bool posted;
    struct loop_task task;
};

static void step(struct loop_task *task);

int sweeper_open(struct sweeper **out, struct loop *loop, struct catalogue *catalogue)
{
    struct sweeper *sweeper = calloc(1, sizeof *sweeper);
    if (!sweeper)
        return PLAT_ERR_NO_MEMORY;
    sweeper->loop = loop;
    sweeper->catalogue = catalogue;
    sweeper->last = &sweeper->first;
    sweeper->task.run = step;
    plat_mutex_init(&sweeper->mutex);
    *out = sweeper;
    return 0;
}

/* The sweep to work on, which stays first until it is done. */
static struct sweep *first(struct sweeper *sweeper)
{
    plat_mutex_lock(&sweeper->mutex);
    struct sweep *sweep = sweeper->first;
    plat_mutex_unlock(&sweeper->mutex);
    return sweep;
}

static void finish(struct sweeper *sweeper, struct sweep *sweep)
{
    plat_mutex_lock(&sweeper->mutex);
    sweeper->first = sweep->next;
    if (!sweeper->first)
        sweeper->last = &sweeper->first;
    plat_mutex_unlock(&sweeper->mutex);
    if (sweep->then)
        catalogue_bury(sweeper->catalogue, sweep->then, SERVER_SIZE);
    free(sweep);
}

static void step(struct loop_task *task)
{
    struct sweeper *sweeper = CONTAINER_OF(task, struct sweeper, task);
    struct sweep *sweep = first(sweeper);
    if (sweep && (!sweep->list || catalogue_discard(sweeper->catalogue, sweep->list, FILES_A_STEP)))
        finish(sweeper, sweep);
    plat_mutex_lock(&sweeper->mutex);
    sweeper->posted = sweeper->first != NULL;
    bool more = sweeper->posted;
    plat_mutex_unlock(&sweeper->mutex);
    if (more)
        loop_post(sweeper->loop, &sweeper->task);
}

void sweeper_add(struct sweeper *sweeper, struct catalogue_list *list, struct limbo_item *then)
{
    struct sweep *sweep = malloc(sizeof *sweep);
    if (!sweep) { /* then in one go: late, but it takes no memory */
        if (list)
            catalogue_discard(sweeper->catalogue, list, SIZE_MAX);
        return; /* `then` stays, as lists that are still queued may need it: a leak is better */
    }
    *sweep = (struct sweep){NULL, list, then};
    plat_mutex_lock(&sweeper->mutex);
    *sweeper->last = sweep;
    sweeper->last = &sweep->next;
    bool post = !sweeper->posted;
    sweeper->posted = true;
    plat_mutex_unlock(&sweeper->mutex);
    if (post)
        loop_post(sweeper->loop, &sweeper->task);
}

void sweeper_close(struct sweeper *sweeper)
{
    struct sweep *sweep;
    if (!sweeper)
        return;
    while ((sweep = first(sweeper)) != NULL) {
        if (sweep->list)
            (void)catalogue_discard(sweeper->catalogue, sweep->list, SIZE_MAX);
        finish(sweeper, sweep);
    }
    if (sweeper->posted)
        loop_turn(sweeper->loop, 0); /* lets the posted step find nothing */
    plat_mutex_fini(&sweeper->mutex);
    free(sweeper);
}

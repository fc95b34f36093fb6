#include "net/loop.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/container.h"
#include "plat/clock.h"
#include "plat/thread.h"

enum {
    EVENTS_MOST = 256,
    /* So many answers that a peer who is woken by the first finds others before he sleeps again,
     * and so few that none waits for long. */
    DEFERRED_MOST = 16,
    SPARES_MOST = DEFERRED_MOST,
    SPARE_SIZE_MAX = 256 * 1024 /* a larger buffer is freed when it comes back */
};

struct tasks {
    struct loop_task *first, **last;
};

struct loop {
    struct plat_poller *poller;
    struct timers timers;
    uint64_t now_ms;
    struct tasks deferred, graves;
    size_t deferred_count;
    struct buffer spares[SPARES_MOST];
    size_t spare_count;
    struct plat_mutex mutex;
    struct tasks posted; /* under the mutex */
    bool stopping;       /* under the mutex */
    struct plat_event events[EVENTS_MOST];
    char scratch[LOOP_SCRATCH_SIZE];
};

static void tasks_init(struct tasks *tasks)
{
    tasks->first = NULL;
    tasks->last = &tasks->first;
}

static void tasks_add(struct tasks *tasks, struct loop_task *task)
{
    task->next = NULL;
    *tasks->last = task;
    tasks->last = &task->next;
}

static bool tasks_run(struct tasks *tasks)
{
    struct loop_task *task = tasks->first;
    bool any = task != NULL;
    tasks_init(tasks);
    while (task) {
        struct loop_task *next = task->next;
        task->run(task);
        task = next;
    }
    return any;
}

int loop_open(struct loop **out)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return PLAT_ERR_NO_MEMORY;
    int rc = plat_poller_open(&loop->poller);
    if (rc < 0) {
        free(loop);
        return rc;
    }
    plat_mutex_init(&loop->mutex);
    tasks_init(&loop->posted);
    tasks_init(&loop->deferred);
    tasks_init(&loop->graves);
    loop->now_ms = plat_clock_now_ms();
    *out = loop;
    return 0;
}

static bool run_posted(struct loop *loop)
{
    struct tasks taken;
    plat_mutex_lock(&loop->mutex);
    taken = loop->posted;
    tasks_init(&loop->posted);
    plat_mutex_unlock(&loop->mutex);
    return tasks_run(&taken);
}

void loop_close(struct loop *loop)
{
    if (!loop)
        return;
    bool any = true;
    while (any) {
        any = run_posted(loop);
        any = tasks_run(&loop->graves) || any;
    }
    timers_fini(&loop->timers);
    while (loop->spare_count > 0)
        buffer_fini(&loop->spares[--loop->spare_count]);
    plat_poller_close(loop->poller);
    plat_mutex_fini(&loop->mutex);
    free(loop);
}

/* How long the poller may wait: until the first timer, or what the caller allows. */
static int wait_time(const struct loop *loop, int timeout_ms)
{
    uint64_t at_ms;
    if (loop->graves.first)
        return 0;
    if (!timers_next(&loop->timers, &at_ms))
        return timeout_ms;
    uint64_t wait_ms = at_ms > loop->now_ms ? at_ms - loop->now_ms : 0;
    if (wait_ms > INT_MAX)
        wait_ms = INT_MAX;
    return timeout_ms >= 0 && (uint64_t)timeout_ms < wait_ms ? timeout_ms : (int)wait_ms;
}

static void run_deferred(struct loop *loop)
{
    loop->deferred_count = 0;
    tasks_run(&loop->deferred);
}

static void handle_events(struct loop *loop, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct plat_watch *watch = loop->events[i].watch;
        if (watch->slot < 0)
            continue; /* forgotten by one of the events before it */
        struct loop_source *source = CONTAINER_OF(watch, struct loop_source, watch);
        size_t before = loop->deferred_count;
        source->on_event(source, loop->events[i].events);
        /* One that defers nothing may have had much to do, as sending of files. */
        if (loop->deferred_count == before || loop->deferred_count >= DEFERRED_MOST)
            run_deferred(loop);
    }
    run_deferred(loop);
}

int loop_turn(struct loop *loop, int timeout_ms)
{
    size_t count;
    loop->now_ms = plat_clock_now_ms();
    int rc = plat_poller_wait(loop->poller, loop->events, EVENTS_MOST, wait_time(loop, timeout_ms),
                              &count);
    if (rc < 0)
        return rc;
    loop->now_ms = plat_clock_now_ms();
    run_posted(loop);
    handle_events(loop, count);
    struct timer *due;
    while ((due = timers_take_due(&loop->timers, loop->now_ms)) != NULL)
        due->fire(due);
    tasks_run(&loop->graves);
    return 0;
}

bool loop_is_stopping(struct loop *loop)
{
    plat_mutex_lock(&loop->mutex);
    bool stopping = loop->stopping;
    plat_mutex_unlock(&loop->mutex);
    return stopping;
}

int loop_run(struct loop *loop)
{
    int rc = 0;
    while (rc == 0 && !loop_is_stopping(loop))
        rc = loop_turn(loop, -1);
    return rc;
}

void loop_stop(struct loop *loop)
{
    plat_mutex_lock(&loop->mutex);
    loop->stopping = true;
    plat_mutex_unlock(&loop->mutex);
    plat_poller_wake(loop->poller);
}

void loop_post(struct loop *loop, struct loop_task *task)
{
    plat_mutex_lock(&loop->mutex);
    bool was_empty = !loop->posted.first;
    tasks_add(&loop->posted, task);
    plat_mutex_unlock(&loop->mutex);
    if (was_empty)
        plat_poller_wake(loop->poller);
}

void loop_wake(struct loop *loop)
{
    plat_poller_wake(loop->poller);
}

void loop_bury(struct loop *loop, struct loop_task *task)
{
    tasks_add(&loop->graves, task);
}

void loop_defer(struct loop *loop, struct loop_task *task)
{
    loop->deferred_count++;
    tasks_add(&loop->deferred, task);
}

uint64_t loop_now(const struct loop *loop)
{
    return loop->now_ms;
}

int loop_watch(struct loop *loop, struct loop_source *source, unsigned events)
{
    return plat_poller_watch(loop->poller, &source->watch, events);
}

void loop_forget(struct loop *loop, struct loop_source *source)
{
    plat_poller_forget(loop->poller, &source->watch);
}

void loop_set_timer(struct loop *loop, struct timer *timer, uint64_t at_ms)
{
    if (timers_set(&loop->timers, timer, at_ms) < 0)
        timer->fire(timer);
}

void loop_cancel_timer(struct loop *loop, struct timer *timer)
{
    timers_cancel(&loop->timers, timer);
}

char *loop_scratch(struct loop *loop)
{
    return loop->scratch;
}

void loop_lend_buffer(struct loop *loop, struct buffer *buffer)
{
    if (!buffer->data && !buffer->failed && loop->spare_count > 0)
        *buffer = loop->spares[--loop->spare_count];
}

void loop_return_buffer(struct loop *loop, struct buffer *buffer)
{
    if (buffer->data && loop->spare_count < SPARES_MOST && buffer->capacity <= SPARE_SIZE_MAX) {
        buffer->start = buffer->end = 0;
        buffer->failed = false;
        loop->spares[loop->spare_count++] = *buffer;
        *buffer = (struct buffer)BUFFER_INIT;
        return;
    }
    buffer_fini(buffer);
}

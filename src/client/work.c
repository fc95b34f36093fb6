#include "client/work.h"

#include "base/container.h"
#include "plat/process.h"

static void wake(void *arg)
{
    loop_wake(((struct work *)arg)->loop);
}

int work_open(struct work *work)
{
    work->stops_seen = plat_process_stop_requests();
    limiter_init(&work->limiter, 0, 0);
    int rc = loop_open(&work->loop);
    if (rc == 0)
        rc = plat_process_on_stop(wake, work);
    return rc;
}

void work_close(struct work *work)
{
    (void)plat_process_on_stop(NULL, NULL);
    loop_close(work->loop);
}

bool work_is_interrupted(const struct work *work)
{
    return work->is_over || plat_process_stop_requests() != work->stops_seen;
}

void work_clear_interrupt(struct work *work)
{
    work->stops_seen = plat_process_stop_requests();
}

static void on_limit(struct timer *timer)
{
    CONTAINER_OF(timer, struct work, limit)->is_over = true;
}

void work_limit(struct work *work, uint64_t ms)
{
    (void)loop_turn(work->loop, 0); /* the time it tells may be from long ago */
    work->limit.fire = on_limit;
    loop_set_timer(work->loop, &work->limit, loop_now(work->loop) + ms);
}

void work_unlimit(struct work *work)
{
    loop_cancel_timer(work->loop, &work->limit);
    work->is_over = false;
}

bool work_wait(struct work *work, const bool *done)
{
    while (!*done) {
        if (work->between && !work->between(work->between_arg))
            return false;
        if (work_is_interrupted(work) || loop_turn(work->loop, -1) < 0)
            return false;
    }
    return true;
}

struct pause {
    struct timer timer;
    bool over;
};

static void on_pause_over(struct timer *timer)
{
    CONTAINER_OF(timer, struct pause, timer)->over = true;
}

bool work_pause(struct work *work, uint64_t ms)
{
    struct pause pause = {.timer = {.fire = on_pause_over}};
    loop_set_timer(work->loop, &pause.timer, loop_now(work->loop) + ms);
    bool finished = work_wait(work, &pause.over);
    loop_cancel_timer(work->loop, &pause.timer);
    return finished;
}

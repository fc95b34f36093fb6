#include "net/drain.h"

#include "base/container.h"

enum { DRAIN_MOST_MS = 5000, LOOK_EVERY_MS = 20 };

static void on_timer(struct timer *timer)
{
    struct drain *drain = CONTAINER_OF(timer, struct drain, timer);
    uint64_t now_ms = loop_now(drain->loop);
    if (crew_connections(drain->crew) == 0 || now_ms >= drain->end_ms)
        loop_stop(drain->loop);
    else
        loop_set_timer(drain->loop, timer, now_ms + LOOK_EVERY_MS);
}

void drain_start(struct drain *drain, struct loop *loop, struct crew *crew)
{
    drain->loop = loop;
    drain->crew = crew;
    drain->timer.fire = on_timer;
    drain->end_ms = loop_now(loop) + DRAIN_MOST_MS;
    crew_finish(crew);
    loop_set_timer(loop, &drain->timer, loop_now(loop));
}

void drain_cancel(struct drain *drain)
{
    if (drain->loop)
        loop_cancel_timer(drain->loop, &drain->timer);
}

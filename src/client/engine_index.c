/*
 * What the index tells while a download is under way, which goes on beside it.
 */
#include "client/engine_parts.h"

enum {
    LOOK_MS = 10 * 1000,        /* between two looks whether there are more holders */
    LOOK_SOON_MS = 1000,        /* after a source has failed */
    LOOK_LEAST = 2 * CHUNK_SIZE /* bytes to come, for another source to be worth it */
};

/* Before each turn of the wait for the index. False: all is there, or all hope is lost, and the
 * index need not answer. */
static bool go_on_beside(void *arg)
{
    struct engine *e = arg;
    uint64_t now_ms = loop_now(e->loop), wake_ms = UINT64_MAX;
    engine_count_time(e);
    if (e->file.size > 0) {
        engine_resume_reading(e);
        wake_ms = engine_act(e);
        engine_show_progress(e);
    }
    engine_end_round(e, wake_ms, false);
    return e->error == 0 && !engine_has_all(e) &&
           !engine_has_lost_hope(e, engine_is_stuck(e, now_ms));
}

static void begin(struct engine *e)
{
    e->work->between = go_on_beside;
    e->work->between_arg = e;
}

static void end(struct engine *e)
{
    e->work->between = NULL;
    engine_look_later(e);
}

bool engine_locate(struct engine *e)
{
    struct holders holders;
    begin(e);
    int rc = holders_locate(&holders, e->index, e->file.name, true);
    end(e);
    e->locate_ms = loop_now(e->loop) + backoff_random_pause_ms(&e->locate_backoff);
    if (rc == 0)
        engine_merge(e, &holders);
    return !work_is_interrupted(e->work);
}

void engine_look_later(struct engine *e)
{
    e->look_ms = loop_now(e->loop) + LOOK_MS;
}

void engine_look_soon(struct engine *e)
{
    uint64_t soon_ms = loop_now(e->loop) + LOOK_SOON_MS;
    if (e->look_ms > soon_ms)
        e->look_ms = soon_ms;
}

/* An index that knows GET alone would take each look for another client, and of a file whose hash
 * nobody knows no others can help. */
bool engine_may_look(const struct engine *e, uint64_t now_ms)
{
    return now_ms >= e->look_ms && !e->is_by_get && !e->is_alone && e->file.sha256[0] &&
           e->file.size >= PLANNER_SMALL_SIZE &&
           e->file.size - planner_coverage(e->planner)->done >= LOOK_LEAST;
}

bool engine_look(struct engine *e)
{
    struct holders holders;
    begin(e);
    int rc = holders_look(&holders, e->index, e->file.name);
    end(e);
    if (rc == 0)
        engine_join(e, &holders);
    return !work_is_interrupted(e->work);
}

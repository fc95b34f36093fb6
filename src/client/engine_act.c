/*
 * What the planner wants, done.
 */
#include "client/engine_parts.h"

#include <stdio.h>
#include <string.h>

static uint64_t now(const struct engine *e)
{
    return loop_now(e->loop);
}

bool engine_is_reading_paused(const struct engine *e)
{
    for (unsigned i = 0; i < e->worker_count; i++)
        if (e->workers[i].is_paused)
            return true;
    return false;
}

static unsigned open_count(const struct engine *e)
{
    unsigned open = 0;
    for (unsigned i = 0; i < e->worker_count; i++)
        open += e->workers[i].is_open;
    return open;
}

void engine_resume_reading(struct engine *e)
{
    if (!engine_is_reading_paused(e) || !limiter_begin_round(e->limiter, open_count(e), now(e)))
        return;
    for (unsigned i = 0; i < e->worker_count; i++) {
        struct engine_worker *w = &e->workers[i];
        if (!w->is_paused)
            continue;
        w->is_paused = false;
        planner_pause(e->planner, i, false, now(e));
        fetch_resume(&w->fetch);
    }
}

static void connect_worker(struct engine *e, const struct planner_action *action)
{
    struct engine_worker *w = &e->workers[action->worker];
    struct source *s = &e->sources[action->source];
    w->source = action->source;
    w->is_open = true;
    w->is_paused = false;
    if (!s->is_located)
        ui_info(e->ui, "File located on server %s (%s:%u), size: %llu bytes", s->at.id, s->at.host,
                s->at.port, (unsigned long long)e->file.size);
    s->is_located = true;
    fetch_open(&w->fetch, e->loop, &engine_fetch_events, s->at.host, s->at.port, e->file.name,
               s->peer != SOURCE_BASE);
}

/* Whether it may have a list of chunks that is worth asking for: the first to be the one in force,
 * the others to be compared with it. */
static void ask_chunks(struct engine *e, struct engine_worker *w)
{
    struct source *s = engine_source(e, w);
    if (s->peer != SOURCE_OURS || !s->sha256[0] || strcmp(s->sha256, e->file.sha256) != 0 ||
        e->chunk_count < 2 || e->list_asker >= 0 || s->list_ms > now(e))
        return;
    if (!fetch_ask_chunks(&w->fetch))
        return;
    e->list_asker = (int)w->number;
    s->list_ms = UINT64_MAX;
}

static void ask(struct engine *e, const struct planner_action *action)
{
    struct engine_worker *w = &e->workers[action->worker];
    if (engine_source(e, w)->peer == SOURCE_BASE) {
        (void)fetch_ask_all(&w->fetch);
        return;
    }
    ask_chunks(e, w);
    (void)fetch_ask_range(&w->fetch, action->from, action->to - action->from);
}

static void drop(struct engine *e, const struct planner_action *action)
{
    struct engine_worker *w = &e->workers[action->worker];
    struct source *s = engine_source(e, w);
    char reason[80];
    if (action->cause == PLANNER_STALLED) {
        snprintf(reason, sizeof reason, "it says nothing for %.1f s",
                 (double)e->options.stall_ms / 1000);
        engine_count_failure(e, w->source, reason);
    } else if (action->cause == PLANNER_SLOW && !s->is_slow) {
        s->is_slow = true;
        ui_warn(e->ui, "Content Server %s at %s:%u is left, as it is far slower than others",
                s->at.id, s->at.host, s->at.port);
    }
    fetch_close(&w->fetch);
}

uint64_t engine_act(struct engine *e)
{
    struct planner_action action;
    while (e->error == 0) {
        planner_next(e->planner, now(e), &action);
        switch (action.kind) {
        case PLANNER_OPEN: connect_worker(e, &action); break;
        case PLANNER_ASK: ask(e, &action); break;
        case PLANNER_DROP: drop(e, &action); break;
        case PLANNER_WAIT: return action.wake_ms;
        }
    }
    return now(e);
}

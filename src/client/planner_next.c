/*
 * The planner's decisions: who connects, who asks for what, and until when to wait.
 */
#include "client/planner_parts.h"

#include "base/least.h"
#include "proto/limits.h"

enum {
    LOOK_MS = 100,      /* between two looks at speeds */
    AWAY_MS = 250,      /* longer than that is no look at all */
    FAILURES_MOST = 4,  /* a source that breaks off so often is poor ... */
    FORGIVE_MS = 60000, /* ... until it was left alone for so long */
    FORGET_MS = 30000   /* what a source could do so long ago says little */
};

enum source_rank planner_rank(const struct planner_source *source, uint64_t now_ms)
{
    if (!source->admitted)
        return RANK_NONE;
    if (source->wrong_until_ms > now_ms)
        return RANK_WRONG;
    if (source->slow ||
        (source->failures >= FAILURES_MOST && now_ms < source->aside_until_ms + FORGIVE_MS))
        return RANK_POOR;
    return source->kind == PLANNER_STREAM ? RANK_STREAM : RANK_GOOD;
}

bool planner_may_connect(const struct planner_source *source, uint64_t now_ms)
{
    return source->admitted && source->aside_until_ms <= now_ms;
}

unsigned planner_workers_of(const struct planner *planner, unsigned source)
{
    unsigned count = 0;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        count += w->source == source && (w->state == WORKER_OPENING || w->state == WORKER_READY);
    }
    return count;
}

enum source_rank planner_best_rank(const struct planner *planner, uint64_t now_ms)
{
    enum source_rank best = RANK_NONE;
    for (unsigned i = 0; i < planner->source_count; i++) {
        enum source_rank rank = planner_rank(&planner->sources[i], now_ms);
        if (rank < best &&
            (planner_may_connect(&planner->sources[i], now_ms) || planner_workers_of(planner, i)))
            best = rank;
    }
    return best;
}

bool planner_is_stuck(const struct planner *planner, uint64_t now_ms)
{
    return planner_best_rank(planner, now_ms) == RANK_NONE;
}

bool planner_has_all(const struct planner *planner)
{
    return planner->coverage.done == planner->coverage.size;
}

unsigned planner_busy_sources(const struct planner *planner)
{
    unsigned count = 0;
    for (unsigned i = 0; i < planner->source_count; i++)
        count += planner->sources[i].busy;
    return count;
}

/* Whether it was found out lately what the source can do. */
static bool is_known(const struct planner_source *source, uint64_t now_ms)
{
    uint64_t last_ms = source->used_ms > source->tried_ms ? source->used_ms : source->tried_ms;
    return last_ms > 0 && now_ms - last_ms < FORGET_MS;
}

/* Whether a source is the better one of two of the same rank: the one with fewer workers, then one
 * of which nothing is known, then the faster one. */
static bool is_preferred(const struct planner *planner, unsigned a, unsigned b, uint64_t now_ms)
{
    const struct planner_source *sa = &planner->sources[a], *sb = &planner->sources[b];
    unsigned workers_a = planner_workers_of(planner, a), workers_b = planner_workers_of(planner, b);
    if (workers_a != workers_b)
        return workers_a < workers_b;
    if (sa->slow != sb->slow)
        return sb->slow;
    if (is_known(sa, now_ms) != is_known(sb, now_ms))
        return is_known(sb, now_ms);
    return speed_rate(&sa->speed) > speed_rate(&sb->speed);
}

/* The source to connect another worker to, or -1. */
static int choose_source(const struct planner *planner, uint64_t now_ms)
{
    enum source_rank best = planner_best_rank(planner, now_ms);
    int chosen = -1;
    for (unsigned i = 0; i < planner->source_count; i++) {
        const struct planner_source *s = &planner->sources[i];
        if (planner_rank(s, now_ms) == best && planner_may_connect(s, now_ms) &&
            (chosen < 0 || is_preferred(planner, i, (unsigned)chosen, now_ms)))
            chosen = (int)i;
    }
    return chosen;
}

/* Whether the missing bytes are more than those workers will take that are about to ask. */
static bool has_work(const struct planner *planner)
{
    uint64_t promised = 0;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if (w->state == WORKER_OPENING || planner_is_idle(w))
            promised += CHUNK_SIZE;
    }
    return planner->coverage.missing.total > promised;
}

/* Whether somebody who is some help is about to look for work. */
static bool has_hands(const struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if ((w->state == WORKER_OPENING || planner_is_idle(w)) &&
            planner_may_help(&planner->sources[w->source], 0))
            return true;
    }
    return false;
}

/* Streams apart, which are only there until there is something better. */
static bool has_connections(const struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner->workers[i].state != WORKER_FREE && !planner->workers[i].streams)
            return true;
    return false;
}

static int free_worker(const struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner->workers[i].state == WORKER_FREE)
            return (int)i;
    return -1;
}

/* One stream serves all that is missing. */
static bool is_streaming(const struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if (w->state != WORKER_FREE && w->streams)
            return true;
    }
    return false;
}

/* Whether another connection to this source would do any good. */
static bool is_of_use(const struct planner *planner, unsigned source, uint64_t now_ms)
{
    if (planner->sources[source].kind == PLANNER_STREAM)
        return planner->coverage.missing.total > 0 && !is_streaming(planner);
    if (has_work(planner) &&
        (planner->coverage.size >= PLANNER_SMALL_SIZE || !has_connections(planner)))
        return true;
    return !has_hands(planner) && planner_is_worth_stealing(planner, source, now_ms);
}

static bool connect_another(struct planner *planner, uint64_t now_ms, struct planner_action *action)
{
    int worker = free_worker(planner);
    int source = worker < 0 ? -1 : choose_source(planner, now_ms);
    if (source < 0 || !is_of_use(planner, (unsigned)source, now_ms))
        return false;
    struct planner_source *s = &planner->sources[source];
    s->tried_ms = now_ms;
    planner->workers[worker] = (struct planner_worker){.state = WORKER_OPENING,
                                                       .source = (unsigned)source,
                                                       .streams = s->kind == PLANNER_STREAM,
                                                       .heard_ms = now_ms};
    *action = (struct planner_action){
        .kind = PLANNER_OPEN, .worker = (unsigned)worker, .source = (unsigned)source};
    return true;
}

static bool steal(struct planner *planner, uint64_t now_ms, struct planner_action *action)
{
    if (planner->coverage.missing.total > 0)
        return false;
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner_is_idle(&planner->workers[i]) && planner_steal(planner, i, now_ms, action))
            return true;
    return false;
}

/* When to look again if nothing happens. */
static uint64_t wake_at(const struct planner *planner, uint64_t now_ms)
{
    uint64_t wake_ms = UINT64_MAX;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if (planner_is_busy(w) || w->state == WORKER_OPENING)
            wake_ms = least(wake_ms, now_ms + LOOK_MS);
    }
    for (unsigned i = 0; i < planner->source_count; i++)
        if (planner->sources[i].admitted && planner->sources[i].aside_until_ms > now_ms)
            wake_ms = least(wake_ms, planner->sources[i].aside_until_ms);
    return wake_ms;
}

/* Time passes for sources that send nothing, too. */
static void look_at_speeds(struct planner *planner, uint64_t now_ms)
{
    if (now_ms < planner->looked_ms + LOOK_MS)
        return;
    for (unsigned i = 0; i < planner->source_count; i++) {
        struct planner_source *s = &planner->sources[i];
        bool busy = false;
        for (unsigned k = 0; k < planner->worker_count; k++)
            busy =
                busy || (planner->workers[k].source == i && planner_is_busy(&planner->workers[k]));
        if (busy && s->busy) {
            speed_add(&s->speed, 0, now_ms);
            s->busy_ms += now_ms - planner->looked_ms;
        } else if (now_ms - s->used_ms >= FORGET_MS) {
            s->busy_ms = 0;
        }
        if (busy)
            s->used_ms = now_ms;
        s->busy = busy && s->busy;
    }
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner_is_busy(&planner->workers[i]))
            speed_add(&planner->workers[i].speed, 0, now_ms);
    if (planner->looked_ms == 0)
        speed_start(&planner->speed, now_ms);
    speed_add(&planner->speed, 0, now_ms);
    planner->looked_ms = now_ms;
}

/* When we did not run ourselves, nobody else is to blame for the silence: what has come meanwhile
 * is only just being read. */
static void excuse(struct planner *planner, uint64_t now_ms)
{
    uint64_t away_ms = now_ms - planner->ran_ms;
    for (unsigned i = 0; away_ms > AWAY_MS && i < planner->worker_count; i++) {
        struct planner_worker *w = &planner->workers[i];
        w->heard_ms = least(w->heard_ms + away_ms, now_ms);
    }
    planner->ran_ms = now_ms;
}

void planner_next(struct planner *planner, uint64_t now_ms, struct planner_action *action)
{
    excuse(planner, now_ms);
    look_at_speeds(planner, now_ms);
    if (planner_judge(planner, now_ms, action) || planner_assign(planner, true, now_ms, action) ||
        planner_assign(planner, false, now_ms, action) ||
        connect_another(planner, now_ms, action) || steal(planner, now_ms, action))
        return;
    *action = (struct planner_action){.kind = PLANNER_WAIT, .wake_ms = wake_at(planner, now_ms)};
}

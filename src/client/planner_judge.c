/*
 * The planner's judgement of what goes on: which connections are not worth keeping.
 */
#include "client/planner_parts.h"

#include "proto/limits.h"

enum {
    DRAIN_MOST = 64 * 1024, /* unwanted bytes that cost less than another connection */
    SLOW_AFTER_MS = 4000,   /* a source gets so long to come to its speed */
    SILENT_MS = 1000,
    FORGET_MS = 30 * 1000, /* what a source could do so long ago says little */
    PROVEN_MS = 2000,      /* and one that sends for so long is there to stay */
    SLOW_TIMES = 10        /* slower than the others: far slower */
};

/* A stream that gave all, or has nothing to give from here on while nobody else's work may fall to
 * it. */
static bool is_used_up(const struct planner *planner, const struct planner_worker *worker)
{
    struct range range;
    if (!worker->streams || !planner_is_busy(worker))
        return worker->has_streamed;
    uint64_t at = worker->pieces[0].at;
    if (at < worker->held.to || ranges_next(&planner->coverage.missing, at, &range))
        return false;
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner_is_busy(&planner->workers[i]) && !planner->workers[i].streams)
            return false;
    return true;
}

/* The speed of all together: that of one connection says nothing where they share what is let in.
 */
bool planner_is_limited(const struct planner *planner)
{
    bool paused = false;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        paused = paused || (planner_is_busy(w) && w->paused);
    }
    return planner->options.rate_max > 0 &&
           (paused || speed_rate(&planner->speed) >= planner->options.rate_max / 2);
}

/* Its source may not be used, or not like this, or not now after what it did. */
static bool is_unwanted(const struct planner *planner, const struct planner_worker *worker,
                        uint64_t now_ms)
{
    const struct planner_source *source = &planner->sources[worker->source];
    return !source->admitted || worker->streams != (source->kind == PLANNER_STREAM) ||
           (source->wrong_until_ms > now_ms && source->aside_until_ms > now_ms);
}

static bool is_cut(const struct planner_worker *worker)
{
    const struct planner_piece *piece = &worker->pieces[0];
    return planner_is_busy(worker) && piece->at >= piece->to && piece->end - piece->at > DRAIN_MOST;
}

static bool has_stalled(const struct planner *planner, const struct planner_worker *worker,
                        uint64_t now_ms)
{
    return (worker->state == WORKER_OPENING || planner_is_busy(worker)) && !worker->paused &&
           now_ms - worker->heard_ms >= planner->options.stall_ms;
}

/* The speed of one of its connections; of a source without any, its last one. */
static uint64_t rate_each(const struct planner *planner, unsigned source)
{
    unsigned count = 0;
    for (unsigned i = 0; i < planner->worker_count; i++)
        count += planner->workers[i].source == source && planner_is_busy(&planner->workers[i]);
    return speed_rate(&planner->sources[source].speed) / (count > 0 ? count : 1);
}

static bool is_measured(const struct planner_source *source, uint64_t now_ms, uint64_t least_ms)
{
    return source->busy && speed_is_known(&source->speed) &&
           now_ms - source->busy_since_ms >= least_ms;
}

/* Whether nothing speaks against trying this source instead of one of that rank and speed. */
static bool is_hope(const struct planner_source *source, enum source_rank rank, uint64_t rate,
                    uint64_t now_ms)
{
    if (!planner_may_connect(source, now_ms) || source->busy || planner_rank(source, now_ms) > rank)
        return false;
    return planner_rank(source, now_ms) < rank || !speed_is_known(&source->speed) ||
           speed_rate(&source->speed) / SLOW_TIMES > rate || now_ms - source->used_ms >= FORGET_MS;
}

/* Whether a worker's place would better be for another source. Where there is a free one, it needs
 * no more than that; but a stream takes what is missing only, and not what others have taken. */
static bool is_hope_elsewhere(const struct planner *planner, const struct planner_worker *worker,
                              enum source_rank rank, uint64_t now_ms)
{
    bool has_place = false;
    for (unsigned i = 0; i < planner->worker_count; i++)
        has_place = has_place || planner->workers[i].state == WORKER_FREE ||
                    planner->workers[i].state == WORKER_CLOSING;
    for (unsigned i = 0; i < planner->source_count; i++)
        if (is_hope(&planner->sources[i], rank, speed_rate(&worker->speed), now_ms) &&
            (!has_place || planner->sources[i].kind == PLANNER_STREAM))
            return true;
    return false;
}

/* Whether an idle worker of another source could help, but for the chunk that must not be divided.
 */
static bool is_help_refused(const struct planner *planner, const struct planner_worker *worker)
{
    const struct planner_piece *piece = &worker->pieces[0];
    if (piece->at >= piece->to ||
        !coverage_is_undivided(&planner->coverage, coverage_chunk_at(piece->at)))
        return false;
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner_is_idle(&planner->workers[i]) && planner->workers[i].source != worker->source &&
            planner_may_help(&planner->sources[planner->workers[i].source],
                             speed_rate(&worker->speed) * SLOW_TIMES))
            return true;
    return false;
}

static bool is_worse_than_others(const struct planner *planner, const struct planner_worker *worker,
                                 uint64_t now_ms)
{
    enum source_rank rank = planner_rank(&planner->sources[worker->source], now_ms);
    return rank >= RANK_POOR && planner_is_busy(worker) && !planner_is_limited(planner) &&
           (is_help_refused(planner, worker) || is_hope_elsewhere(planner, worker, rank, now_ms));
}

/* The speed of the good sources that are sending, a connection; 0: there are none. */
static uint64_t rate_of_others(const struct planner *planner, unsigned source, uint64_t now_ms)
{
    uint64_t sum = 0;
    unsigned count = 0;
    for (unsigned i = 0; i < planner->source_count; i++) {
        const struct planner_source *s = &planner->sources[i];
        if (i == source || planner_rank(s, now_ms) > RANK_STREAM || !is_measured(s, now_ms, 0))
            continue;
        sum += rate_each(planner, i);
        count++;
    }
    return count > 0 ? sum / count : 0;
}

/* Whether anything comes: one that is silent is not slow, but may be hanging. */
static bool is_heard(const struct planner *planner, unsigned source, uint64_t now_ms)
{
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if (w->source == source && planner_is_busy(w) && now_ms - w->heard_ms < SILENT_MS)
            return true;
    }
    return false;
}

static bool has_trickle(const struct planner *planner, unsigned source, uint64_t now_ms)
{
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if (w->source == source && planner_is_busy(w) && planner_trickles(w, now_ms))
            return true;
    }
    return false;
}

/* A source is slow that is far slower than others are, or than nearly any would be. What it was
 * when it was used last counts for a while. */
static void mark_slow(struct planner *planner, uint64_t now_ms)
{
    bool limited = planner_is_limited(planner);
    for (unsigned i = 0; i < planner->source_count && !limited; i++) {
        struct planner_source *s = &planner->sources[i];
        if (!s->busy && now_ms - s->used_ms >= FORGET_MS)
            s->slow = false;
        if (!s->busy || s->busy_ms < SLOW_AFTER_MS || !is_heard(planner, i, now_ms))
            continue;
        s->slow = rate_each(planner, i) < rate_of_others(planner, i, now_ms) / SLOW_TIMES ||
                  has_trickle(planner, i, now_ms);
    }
}

/* Whether a worker's source is worse than one that is sending as fast. One that breaks off again
 * and again proves nothing; but it is better than one whose bytes are likely to be wrong. */
static bool is_outdone(const struct planner *planner, const struct planner_worker *worker,
                       uint64_t now_ms)
{
    enum source_rank rank = planner_rank(&planner->sources[worker->source], now_ms);
    if (rank == RANK_WRONG && planner_best_rank(planner, now_ms) < rank)
        return true;
    for (unsigned i = 0; i < planner->source_count; i++)
        if (planner_rank(&planner->sources[i], now_ms) < rank &&
            is_measured(&planner->sources[i], now_ms, PROVEN_MS) &&
            speed_rate(&planner->sources[i].speed) >= speed_rate(&worker->speed) / 2)
            return true;
    return false;
}

bool planner_judge(struct planner *planner, uint64_t now_ms, struct planner_action *action)
{
    mark_slow(planner, now_ms);
    for (unsigned i = 0; i < planner->worker_count; i++) {
        struct planner_worker *w = &planner->workers[i];
        if (w->state != WORKER_OPENING && w->state != WORKER_READY)
            continue;
        enum planner_cause cause;
        if (has_stalled(planner, w, now_ms))
            cause = PLANNER_STALLED;
        else if (is_unwanted(planner, w, now_ms))
            cause = PLANNER_UNWANTED;
        else if (is_cut(w) || is_used_up(planner, w))
            cause = PLANNER_CUT;
        else if (is_worse_than_others(planner, w, now_ms) || is_outdone(planner, w, now_ms))
            cause = planner->sources[w->source].slow ? PLANNER_SLOW : PLANNER_UNWANTED;
        else
            continue;
        planner_drop(planner, i, cause, action);
        if (cause == PLANNER_STALLED)
            planner_blame(planner, w->source, PLANNER_BROKEN, now_ms);
        return true;
    }
    return false;
}

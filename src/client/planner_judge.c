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
    FORGET_DOUBLED_MOST = 6,
    PROVEN_MS = 2000, /* and one that sends for so long is there to stay */
    SLOW_TIMES = 10   /* slower than the others: far slower */
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

/* Whether it is our own limit that makes sources slow. */
static bool is_limited(const struct planner *planner)
{
    uint64_t rate = 0;
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner_is_busy(&planner->workers[i]))
            rate += speed_rate(&planner->workers[i].speed);
    return planner->options.rate_max > 0 && rate >= planner->options.rate_max / 2;
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

static uint64_t forget_ms(const struct planner_source *source)
{
    unsigned doubled =
        source->slow_count < FORGET_DOUBLED_MOST ? source->slow_count : FORGET_DOUBLED_MOST;
    return (uint64_t)FORGET_MS << doubled;
}

bool planner_is_unknown(const struct planner_source *source, uint64_t now_ms)
{
    return !speed_is_known(&source->speed) || now_ms - source->used_ms >= forget_ms(source);
}

/* Whether nothing speaks against trying this source instead of one of that speed. */
static bool is_hope(const struct planner_source *source, enum source_rank rank, uint64_t rate,
                    uint64_t now_ms)
{
    if (planner_rank(source, now_ms) > rank || source->busy || source->slow ||
        source->aside_until_ms > now_ms)
        return false;
    return planner_is_unknown(source, now_ms) || speed_rate(&source->speed) / SLOW_TIMES > rate;
}

/* Whether a worker's place would better be for another source. Where there is a free one, it needs
 * no more than that; but nobody looks for a stream while there are others, or shares with one. */
static bool is_hope_elsewhere(const struct planner *planner, const struct planner_worker *worker,
                              uint64_t now_ms)
{
    enum source_rank rank = planner_rank(&planner->sources[worker->source], now_ms);
    bool has_place = false;
    for (unsigned i = 0; i < planner->worker_count; i++)
        has_place = has_place || planner->workers[i].state == WORKER_FREE ||
                    planner->workers[i].state == WORKER_CLOSING;
    for (unsigned i = 0; i < planner->source_count; i++) {
        const struct planner_source *s = &planner->sources[i];
        if (is_hope(s, rank > RANK_STREAM ? rank : RANK_STREAM, speed_rate(&worker->speed),
                    now_ms) &&
            (!has_place || s->kind == PLANNER_STREAM || worker->streams))
            return true;
    }
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
        if (planner_is_idle(&planner->workers[i]) && planner->workers[i].source != worker->source)
            return true;
    return false;
}

static bool is_worse_than_others(const struct planner *planner, const struct planner_worker *worker,
                                 uint64_t now_ms)
{
    return planner_is_busy(worker) &&
           is_measured(&planner->sources[worker->source], now_ms, SLOW_AFTER_MS) &&
           planner_trickles(worker, now_ms) && !is_limited(planner) &&
           (is_help_refused(planner, worker) || is_hope_elsewhere(planner, worker, now_ms));
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

/* A slow source stays one for as long as the others are so much faster than it last was; that
 * others trickle as well does not make it better. */
static void mark_slow(struct planner *planner, uint64_t now_ms)
{
    bool limited = is_limited(planner);
    for (unsigned i = 0; i < planner->source_count && !limited; i++) {
        struct planner_source *s = &planner->sources[i];
        if (s->slow && !s->busy && now_ms - s->used_ms >= forget_ms(s))
            s->slow = false;
        if (!s->slow && (!is_measured(s, now_ms, SLOW_AFTER_MS) || !is_heard(planner, i, now_ms)))
            continue;
        uint64_t rate = rate_each(planner, i), others = rate_of_others(planner, i, now_ms);
        if (s->slow ? rate >= PLANNER_TRICKLE_RATE : others > 0)
            s->slow = rate < others / SLOW_TIMES;
    }
}

/* Whether a worker's source is worse than one that is sending. One that breaks off again and again
 * proves nothing. */
static bool is_outdone(const struct planner *planner, const struct planner_worker *worker,
                       uint64_t now_ms)
{
    enum source_rank rank = planner_rank(&planner->sources[worker->source], now_ms);
    for (unsigned i = 0; i < planner->source_count; i++)
        if (planner_rank(&planner->sources[i], now_ms) < rank &&
            is_measured(&planner->sources[i], now_ms, PROVEN_MS))
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
        else if (is_worse_than_others(planner, w, now_ms))
            cause = PLANNER_SLOW;
        else if (is_outdone(planner, w, now_ms))
            cause = planner->sources[w->source].slow ? PLANNER_SLOW : PLANNER_UNWANTED;
        else
            continue;
        planner_drop(planner, i, cause, action);
        if (cause == PLANNER_SLOW) {
            planner->sources[w->source].slow = true;
            planner->sources[w->source].slow_count++;
        }
        if (cause == PLANNER_STALLED)
            planner_blame(planner, w->source, PLANNER_BROKEN, now_ms);
        return true;
    }
    return false;
}

/*
 * The planner's end game: whose work is better shared with an idle connection.
 */
#include "client/planner_parts.h"

enum {
    STEAL_WORTH_MS = 400, /* a piece that ends sooner is not worth sharing */
    OPEN_WORTH_MS = 1000, /* nor one that ends sooner connecting another source */
    STEAL_LEAST = 16 * 1024,
    SLOW_TIMES = 10,          /* help of one so much slower is none */
    YOUNG_MS = 500,           /* a piece just asked for may come fast */
    SILENT_MS = 1000,         /* when another connection to the same source may help */
    TRICKLE_RATE = 64 * 1024, /* bytes a second that nearly any source can do */
    TRICKLE_MS = 5000,
    FOREVER_MS = 1000000000
};

/* How long a worker will need for what it has asked for. */
static uint64_t needs_ms(const struct planner_worker *worker, uint64_t now_ms)
{
    uint64_t left = planner_left(worker), rate = speed_rate(&worker->speed);
    if (left == 0 || (!speed_is_known(&worker->speed) && now_ms - worker->heard_ms < YOUNG_MS))
        return 0;
    if (rate == 0 || left / rate >= FOREVER_MS / 1000)
        return FOREVER_MS;
    return left * 1000 / rate;
}

/* Whether another connection to `source` would help the worker. */
static bool may_help(const struct planner_worker *worker, unsigned source, uint64_t now_ms)
{
    return planner_is_busy(worker) && !worker->paused && !worker->streams &&
           (worker->source != source || now_ms - worker->heard_ms >= SILENT_MS);
}

/* The worker that needs longest, or -1 if none needs worth_ms. */
static int slowest(const struct planner *planner, unsigned source, uint64_t worth_ms,
                   uint64_t now_ms)
{
    int found = -1;
    if (planner_is_limited(planner))
        return -1;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        const struct planner_worker *w = &planner->workers[i];
        if (!may_help(w, source, now_ms) || needs_ms(w, now_ms) < worth_ms)
            continue;
        worth_ms = needs_ms(w, now_ms);
        found = (int)i;
    }
    return found;
}

bool planner_may_help(const struct planner_source *source, uint64_t rate)
{
    if (rate < TRICKLE_RATE)
        rate = TRICKLE_RATE;
    return !source->slow && (!speed_is_known(&source->speed) || speed_rate(&source->speed) >= rate);
}

bool planner_trickles(const struct planner_worker *worker, uint64_t now_ms)
{
    return speed_rate(&worker->speed) < TRICKLE_RATE && needs_ms(worker, now_ms) >= TRICKLE_MS;
}

bool planner_is_worth_stealing(const struct planner *planner, unsigned source, uint64_t now_ms)
{
    int worker = slowest(planner, source, OPEN_WORTH_MS, now_ms);
    /* A small file is shared only where its source is no good. */
    return worker >= 0 && (planner->coverage.size >= PLANNER_SMALL_SIZE ||
                           planner_trickles(&planner->workers[worker], now_ms));
}

/* The worker's last piece of which something is left. */
static struct planner_piece *last_piece(struct planner_worker *worker)
{
    for (unsigned i = worker->piece_count; i-- > 0;)
        if (worker->pieces[i].at < worker->pieces[i].to)
            return &worker->pieces[i];
    return NULL;
}

/* Where to cut a piece so that both parts end together; its end where that cannot be. */
static uint64_t cut_at(const struct planner *planner, const struct planner_worker *victim,
                       const struct planner_piece *piece, uint64_t thief_rate)
{
    uint64_t rate = speed_rate(&victim->speed), length = piece->to - piece->at;
    if (thief_rate == 0)
        thief_rate = rate > 0 ? rate : 1;
    double share = (double)thief_rate / ((double)thief_rate + (double)rate);
    uint64_t part = (uint64_t)((double)planner_left(victim) * share);
    if (part < STEAL_LEAST && share * (double)SLOW_TIMES < 1)
        return piece->to; /* a slow one's help is none */
    if (part < STEAL_LEAST)
        part = STEAL_LEAST;
    uint64_t cut = part >= length ? piece->at : piece->to - part;
    uint64_t chunk = coverage_chunk_at(cut);
    uint64_t from = coverage_chunk_from(&planner->coverage, chunk);
    if (coverage_is_undivided(&planner->coverage, chunk) && cut > from)
        cut = from >= piece->at ? from : coverage_chunk_from(&planner->coverage, chunk + 1);
    return cut;
}

bool planner_steal(struct planner *planner, unsigned worker, uint64_t now_ms,
                   struct planner_action *action)
{
    const struct planner_worker *thief = &planner->workers[worker];
    const struct planner_source *source = &planner->sources[thief->source];
    int slow = slowest(planner, thief->source, STEAL_WORTH_MS, now_ms);
    struct planner_worker *victim = slow < 0 ? NULL : &planner->workers[slow];
    struct planner_piece *piece = victim ? last_piece(victim) : NULL;
    if (!piece || thief->streams)
        return false;
    uint64_t rate = speed_rate(&thief->speed);
    uint64_t cut = cut_at(planner, victim, piece, rate > 0 ? rate : speed_rate(&source->speed));
    if (cut >= piece->to)
        return false;
    uint64_t to = piece->to;
    piece->to = cut;
    planner_ask(planner, worker, cut, to, now_ms, action);
    return true;
}

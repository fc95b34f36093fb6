/*
 * The planner's decisions: who connects, who asks for what, and until when to wait.
 */
#include "client/planner_parts.h"

#include <assert.h>

#include "proto/limits.h"

enum {
    LOOK_MS = 100,                /* between two looks at speeds */
    PIECE_MOST = 16 * CHUNK_SIZE, /* bytes */
    PIECE_MS = 500,               /* a piece is what a fast source sends in so long */
    AHEAD_LEAST = 512 * 1024,     /* the next piece is asked for when so much is left ... */
    AHEAD_MS = 300,               /* ... or what the source sends in so long */
    FAILING_FROM = 3,             /* failures in a row, after which a stream is better ... */
    FAILING_MS = 30 * 1000        /* ... unless the last of them is long ago */
};

enum source_rank planner_rank(const struct planner_source *source, uint64_t now_ms)
{
    if (!source->admitted)
        return RANK_NONE;
    if (source->wrong_until_ms > now_ms)
        return RANK_WRONG;
    if (source->slow)
        return RANK_SLOW;
    if (source->failures >= FAILING_FROM && now_ms < source->aside_until_ms + FAILING_MS)
        return RANK_FAILING;
    return source->kind == PLANNER_STREAM ? RANK_STREAM : RANK_GOOD;
}

static bool may_connect(const struct planner_source *source, uint64_t now_ms)
{
    return source->admitted && source->aside_until_ms <= now_ms;
}

static unsigned workers_of(const struct planner *planner, unsigned source)
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
        if (rank < best && (may_connect(&planner->sources[i], now_ms) || workers_of(planner, i)))
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

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How long the next piece of a worker should be: whole chunks, more for a fast source, fewer when
 * there is not much left to share. */
static uint64_t piece_size(const struct planner *planner, const struct planner_worker *worker)
{
    uint64_t size = speed_rate(&worker->speed) / 1000 * PIECE_MS;
    uint64_t share = planner->coverage.missing.total / (2 * planner->worker_count);
    if (planner->coverage.size < PLANNER_SMALL_SIZE)
        return PLANNER_SMALL_SIZE;
    size = least(least(size, share), PIECE_MOST);
    return size < CHUNK_SIZE ? CHUNK_SIZE : size;
}

/* The first missing bytes, up to the end of a chunk. */
static bool next_piece(struct planner *planner, const struct planner_worker *worker,
                       struct range *out)
{
    if (!ranges_next(&planner->coverage.missing, 0, out))
        return false;
    uint64_t last = coverage_chunk_at(out->from + piece_size(planner, worker) - 1);
    if (last > coverage_chunk_at(out->from) && (out->from % CHUNK_SIZE) != 0)
        last--; /* what an unfinished chunk adds is not worth a longer piece */
    out->to = least(out->to, coverage_chunk_from(&planner->coverage, last + 1));
    return true;
}

static bool wants_more(const struct planner *planner, const struct planner_worker *worker)
{
    uint64_t ahead = speed_rate(&worker->speed) / 1000 * AHEAD_MS;
    if (!planner_is_busy(worker) || worker->piece_count == PIECES_MOST || worker->paused)
        return false;
    const struct planner_piece *piece = &worker->pieces[0];
    if (piece->to < piece->end || planner->coverage.missing.total < CHUNK_SIZE)
        return false;
    return piece->to - piece->at <= (ahead < AHEAD_LEAST ? AHEAD_LEAST : ahead);
}

/* Gives a piece to a worker that has none, or soon will have none. */
static bool assign(struct planner *planner, bool idle, uint64_t now_ms,
                   struct planner_action *action)
{
    struct range range;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        struct planner_worker *w = &planner->workers[i];
        if (idle ? !planner_is_idle(w) : !wants_more(planner, w))
            continue;
        if (w->streams) {
            if (!idle || planner->coverage.missing.total == 0)
                continue;
            planner_ask(planner, i, 0, planner->coverage.size, now_ms, action);
            return true;
        }
        if (!next_piece(planner, w, &range))
            return false;
        coverage_take(&planner->coverage, range.from, range.to);
        planner_ask(planner, i, range.from, range.to, now_ms, action);
        return true;
    }
    return false;
}

/* Whether one may well be faster than another, which is known to trickle. */
static bool is_bet(const struct planner_source *source, const struct planner_source *other,
                   uint64_t now_ms)
{
    return planner_is_unknown(source, now_ms) && !planner_is_unknown(other, now_ms) &&
           speed_rate(&other->speed) < PLANNER_TRICKLE_RATE;
}

/* Whether a source is the better one of two of the same rank: the one with fewer workers, then one
 * of which nothing is known, then the faster one. */
static bool is_preferred(const struct planner *planner, unsigned a, unsigned b, uint64_t now_ms)
{
    const struct planner_source *sa = &planner->sources[a], *sb = &planner->sources[b];
    unsigned workers_a = workers_of(planner, a), workers_b = workers_of(planner, b);
    if (workers_a != workers_b)
        return workers_a < workers_b;
    if (sa->slow != sb->slow)
        return sb->slow;
    if (sa->tried != sb->tried)
        return sb->tried;
    if (is_bet(sa, sb, now_ms) != is_bet(sb, sa, now_ms))
        return is_bet(sa, sb, now_ms);
    return speed_rate(&sa->speed) > speed_rate(&sb->speed);
}

/* The source to connect another worker to, or -1. */
static int choose_source(const struct planner *planner, uint64_t now_ms)
{
    enum source_rank best = planner_best_rank(planner, now_ms);
    int chosen = -1;
    for (unsigned i = 0; i < planner->source_count; i++) {
        const struct planner_source *s = &planner->sources[i];
        if (planner_rank(s, now_ms) == best && may_connect(s, now_ms) &&
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

/* Whether a worker is about to look for work. That of a source that trickles is no help. */
static bool is_hand(const struct planner *planner, const struct planner_worker *worker)
{
    const struct speed *speed = &planner->sources[worker->source].speed;
    return worker->state == WORKER_OPENING ||
           (planner_is_idle(worker) &&
            (!speed_is_known(speed) || speed_rate(speed) >= PLANNER_TRICKLE_RATE));
}

static bool has_hands(const struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (is_hand(planner, &planner->workers[i]))
            return true;
    return false;
}

static bool has_connections(const struct planner *planner)
{
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner->workers[i].state != WORKER_FREE)
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
    bool shared = planner->coverage.size >= PLANNER_SMALL_SIZE || !has_connections(planner);
    if (has_work(planner) && shared)
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
    s->tried = true;
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
        if (planner_is_busy(w))
            wake_ms = least(wake_ms, now_ms + LOOK_MS);
        if ((planner_is_busy(w) || w->state == WORKER_OPENING) && !w->paused)
            wake_ms = least(wake_ms, w->heard_ms + planner->options.stall_ms);
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
    planner->looked_ms = now_ms;
    for (unsigned i = 0; i < planner->source_count; i++) {
        struct planner_source *s = &planner->sources[i];
        bool busy = false;
        for (unsigned k = 0; k < planner->worker_count; k++)
            busy =
                busy || (planner->workers[k].source == i && planner_is_busy(&planner->workers[k]));
        if (busy && s->busy)
            speed_add(&s->speed, 0, now_ms);
        if (busy)
            s->used_ms = now_ms;
        s->busy = busy && s->busy;
    }
    for (unsigned i = 0; i < planner->worker_count; i++)
        if (planner_is_busy(&planner->workers[i]))
            speed_add(&planner->workers[i].speed, 0, now_ms);
}

void planner_next(struct planner *planner, uint64_t now_ms, struct planner_action *action)
{
    look_at_speeds(planner, now_ms);
    if (planner_judge(planner, now_ms, action) || assign(planner, true, now_ms, action) ||
        assign(planner, false, now_ms, action) || connect_another(planner, now_ms, action) ||
        steal(planner, now_ms, action))
        return;
    *action = (struct planner_action){.kind = PLANNER_WAIT, .wake_ms = wake_at(planner, now_ms)};
}

/*
 * The planner's sharing out of what is missing: who gets the next piece, and how long it is.
 */
#include "client/planner_parts.h"

#include "base/least.h"
#include "proto/limits.h"

enum {
    PIECE_MOST = 16 * CHUNK_SIZE, /* bytes */
    PIECE_MS = 500,               /* a piece is what a fast source sends in so long */
    AHEAD_LEAST = 512 * 1024,     /* the next piece is asked for when so much is left ... */
    AHEAD_MS = 300                /* ... or what the source sends in so long */
};

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

/* Whether a worker would better be for a source that has none, as it has come or is back only now:
 * its own has another one. */
static bool is_to_move(const struct planner *planner, const struct planner_worker *worker,
                       uint64_t now_ms)
{
    if (worker->streams || planner->coverage.size < PLANNER_SMALL_SIZE ||
        planner_workers_of(planner, worker->source) < 2)
        return false;
    for (unsigned i = 0; i < planner->source_count; i++) {
        const struct planner_source *s = &planner->sources[i];
        if (planner_rank(s, now_ms) == RANK_GOOD && planner_may_connect(s, now_ms) &&
            planner_workers_of(planner, i) == 0)
            return true;
    }
    return false;
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
bool planner_assign(struct planner *planner, bool idle, uint64_t now_ms,
                    struct planner_action *action)
{
    struct range range;
    for (unsigned i = 0; i < planner->worker_count; i++) {
        struct planner_worker *w = &planner->workers[i];
        if (idle ? !planner_is_idle(w) : !wants_more(planner, w))
            continue;
        if (planner->coverage.missing.total > 0 && is_to_move(planner, w, now_ms)) {
            if (!idle)
                continue;
            planner_drop(planner, i, PLANNER_CUT, action);
            return true;
        }
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

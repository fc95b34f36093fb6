/*
 * What the parts of the planner share. For client/planner*.c only.
 */
#ifndef CLIENT_PLANNER_PARTS_H
#define CLIENT_PLANNER_PARTS_H

#include "client/planner.h"
#include "client/speed.h"
#include "net/backoff.h"

/* Asked for and coming in: now at `at`. Bytes from `to` on are not wanted any more, but come. */
struct planner_piece {
    uint64_t from, at, to, end;
};

enum { PIECES_MOST = 2 }; /* of a worker: the next one is asked for before the first one's end */

enum worker_state { WORKER_FREE, WORKER_OPENING, WORKER_READY, WORKER_CLOSING };

struct planner_worker {
    enum worker_state state;
    unsigned source;
    struct planner_piece pieces[PIECES_MOST];
    unsigned piece_count;
    bool streams; /* its source was a PLANNER_STREAM when it was connected */
    bool has_streamed;
    struct range held; /* of a stream: what it has taken, up to the end of a chunk */
    bool paused;
    uint64_t heard_ms; /* when something came last, or was expected to from then on */
    struct speed speed;
};

struct planner_source {
    bool admitted, slow;
    enum planner_kind kind;
    uint64_t aside_until_ms;
    struct backoff backoff;
    unsigned failures;       /* in a row, without the end of a piece */
    uint64_t wrong_until_ms; /* what it sent wrong counts for so long */
    unsigned wrong_count;
    struct speed speed;     /* while it is asked for something */
    uint64_t busy_since_ms; /* with that */
    uint64_t busy_ms;       /* in all, until it was not used for long */
    uint64_t used_ms;       /* when it was asked for something last */
    uint64_t tried_ms;      /* when it was connected to last; 0: never */
    bool busy;
};

struct planner {
    struct coverage coverage;
    struct planner_options options;
    unsigned worker_count;
    struct planner_worker workers[PLANNER_WORKERS_MAX];
    unsigned source_count; /* those that were ever admitted have lower numbers */
    struct planner_source sources[PLANNER_SOURCES_MAX];
    struct speed speed; /* of all sources together */
    uint64_t looked_ms; /* when speeds were looked at last */
    uint64_t ran_ms;    /* when it was asked last */
    uint32_t random;
};

static inline bool planner_is_idle(const struct planner_worker *worker)
{
    return worker->state == WORKER_READY && worker->piece_count == 0;
}

static inline bool planner_is_busy(const struct planner_worker *worker)
{
    return worker->state == WORKER_READY && worker->piece_count > 0;
}

/* Bytes that the worker is still to fetch. */
uint64_t planner_left(const struct planner_worker *worker);

/* The worker asks for the bytes as well. */
void planner_ask(struct planner *planner, unsigned worker, uint64_t from, uint64_t to,
                 uint64_t now_ms, struct planner_action *action);

/* Gives the worker's work back and fills in the action. */
void planner_drop(struct planner *planner, unsigned worker, enum planner_cause cause,
                  struct planner_action *action);

/* Gives a piece to a worker that has none, or soon will have none. Whether there was one. */
bool planner_assign(struct planner *planner, bool idle, uint64_t now_ms,
                    struct planner_action *action);

/* Lets an idle worker take over a part of the piece that would take longest. Whether it did. */
bool planner_steal(struct planner *planner, unsigned worker, uint64_t now_ms,
                   struct planner_action *action);

/* Whether there is a piece that would take so long that a source would best be connected for it. */
bool planner_is_worth_stealing(const struct planner *planner, unsigned source, uint64_t now_ms);

/* Whether a worker will still need long, and is slower than nearly any source would be. */
bool planner_trickles(const struct planner_worker *worker, uint64_t now_ms);

/* Whether a source may be as fast as that, and is not known to be no help. */
bool planner_may_help(const struct planner_source *source, uint64_t rate);

/* Whether it is our own limit that makes sources slow. */
bool planner_is_limited(const struct planner *planner);

/* Closes what is not to go on: hanging sources, slow ones, those that are not wanted. Whether there
 * was one. */
bool planner_judge(struct planner *planner, uint64_t now_ms, struct planner_action *action);

/* How good a source is to turn to now; lower is better. */
enum source_rank { RANK_GOOD, RANK_STREAM, RANK_POOR, RANK_WRONG, RANK_NONE };
enum source_rank planner_rank(const struct planner_source *source, uint64_t now_ms);

/* Whether it may be connected to now, and how many workers are for it. */
bool planner_may_connect(const struct planner_source *source, uint64_t now_ms);
unsigned planner_workers_of(const struct planner *planner, unsigned source);

/* The best rank of the sources that are connected or may be now. */
enum source_rank planner_best_rank(const struct planner *planner, uint64_t now_ms);

#endif

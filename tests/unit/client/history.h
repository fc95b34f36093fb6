/*
 * A simulated download for the planner: sources that are fast and slow, break off, hang, trickle,
 * lie and come back, a clock, and a disk that notes what was written where.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "client/planner.h"
#include "seeded.h"
#include "testing.h"

struct history_source {
    uint64_t rate;    /* bytes a second, of each connection */
    unsigned breaks;  /* of 1,000 steps, how many end the connection */
    unsigned hangs;   /* the same for falling silent on this connection */
    unsigned refuses; /* of 1,000 tries to connect */
    unsigned lies;    /* of 1,000 portions, how many are wrong */
    bool streams;
    uint64_t up_ms; /* from when on it is there */
    /* to read */
    uint64_t sent; /* bytes */
    unsigned opened;
};

struct history_worker {
    enum { CLOSED, CONNECTING, CONNECTED, CLOSING } state;
    unsigned source;
    bool silent;
    struct range asked[4]; /* in their order */
    unsigned asked_count;
    uint64_t due_ms; /* when the connection is made */
};

struct history {
    struct planner *planner;
    struct planner_options options;
    struct seeded *random;
    uint64_t now_ms;
    struct history_source sources[PLANNER_SOURCES_MAX];
    unsigned source_count;
    uint64_t barred; /* a bit for each source that is not admitted now */
    struct history_worker workers[PLANNER_WORKERS_MAX];
    struct ranges written;                    /* on the disk and not found wrong */
    struct ranges wrong;                      /* of these, what a source lied about */
    uint64_t checks[PLANNER_WORKERS_MAX * 4]; /* chunks that wait for theirs */
    unsigned check_count;
    /* to read: bytes */
    uint64_t came, unwanted, rejected;
    unsigned cuts, stalls, slows;
};

void history_open(struct history *history, struct seeded *random,
                  const struct planner_options *options);
void history_close(struct history *history);

/* Adds a source and admits it. */
unsigned history_add(struct history *history, const struct history_source *source);

/* Some milliseconds pass: the planner's wishes are done, bytes come, chunks are checked. Fails the
 * test when a byte is written twice or more is open than may be. */
void history_step(struct history *history, uint64_t ms);

/* Steps until all is there and checked; fails the test when it takes longer. */
void history_run(struct history *history, uint64_t most_ms);

bool history_is_over(const struct history *history);

#endif

/*
 * What to fetch next from where: which source each connection is for, which bytes it asks for, when
 * it is given up. Pure.
 *
 * The file is fetched in pieces that end where chunks end, from the front to the back; whoever is
 * done takes the next piece, so that faster sources get more of them. When none is left, an idle
 * connection takes over a part of what would take longest, so that no slow source holds up the end.
 * A source that fails is left alone for a while, one that is far slower than the others, or sent
 * wrong bytes, for as long as there is a better one.
 *
 * The caller does what planner_next says until it says PLANNER_WAIT, and tells what happened to
 * each connection. Sources and workers (places for a connection) are numbers. What sources are
 * fit to be mixed is the caller's business: he admits them.
 */
#ifndef CLIENT_PLANNER_H
#define CLIENT_PLANNER_H

#include "client/coverage.h"

enum {
    PLANNER_SOURCES_MAX = COVERAGE_SOURCES_MAX,
    PLANNER_WORKERS_MAX = 64,
    PLANNER_SMALL_SIZE = 8 * 1024 * 1024 /* bytes of a file from which on several sources help */
};

struct planner_options {
    uint64_t size;     /* bytes of the file, not 0 */
    unsigned workers;  /* connections at once: 1 to PLANNER_WORKERS_MAX */
    uint64_t stall_ms; /* a source that sends nothing for so long hangs */
    uint64_t rate_max; /* bytes a second that the caller lets in; 0: all */
    uint32_t seed;     /* for the length of pauses */
};

enum planner_kind {
    PLANNER_RANGES, /* sends any bytes that it is asked for */
    PLANNER_STREAM  /* sends the whole file only, once a connection */
};

enum planner_fault {
    PLANNER_BROKEN, /* it broke off, or was not reached: it may be back soon */
    PLANNER_WRONG   /* it sent what it must not: the last one to turn to */
};

enum planner_action_kind {
    PLANNER_WAIT, /* for an event, at most until wake_ms */
    PLANNER_OPEN, /* connect the worker to the source */
    PLANNER_ASK,  /* ask the worker's source for the bytes from .. to - 1; of a stream, for all */
    PLANNER_DROP  /* close the worker's connection, and tell by planner_closed */
};

enum planner_cause {
    PLANNER_CUT,     /* another worker fetches what is left, or nothing is */
    PLANNER_STALLED, /* its source hangs */
    PLANNER_SLOW,    /* its source is far slower than the others */
    PLANNER_UNWANTED /* its source is not admitted any more, or there is a better one */
};

struct planner_action {
    enum planner_action_kind kind;
    unsigned worker, source;
    uint64_t from, to;
    enum planner_cause cause; /* of PLANNER_DROP */
    uint64_t wake_ms;
};

/* A part of the bytes that came. */
struct planner_taken {
    size_t size;
    uint64_t offset; /* in the file */
    bool wanted;     /* to be written there; otherwise nobody needs them */
    bool completes;  /* the chunk of these bytes, which is to be checked */
};

struct planner;

/* 0, or PLAT_ERR_NO_MEMORY. */
int planner_open(struct planner **out, const struct planner_options *options);
void planner_close(struct planner *planner); /* NULL is allowed */

/* From now on the source may be used, lower numbers first; again: its kind has changed. */
void planner_admit(struct planner *planner, unsigned source, enum planner_kind kind);

/* The source must not be used; its connections are dropped. */
void planner_bar(struct planner *planner, unsigned source);

/* Whether the source is left alone for now, since it failed. */
bool planner_is_aside(const struct planner *planner, unsigned source, uint64_t now_ms);

/* The next thing to do. */
void planner_next(struct planner *planner, uint64_t now_ms, struct planner_action *action);

/* The connection that PLANNER_OPEN asked for is made. */
void planner_ready(struct planner *planner, unsigned worker, uint64_t now_ms);

/* The worker's source failed. Its connection is to be closed and told by planner_closed. */
void planner_failed(struct planner *planner, unsigned worker, enum planner_fault fault,
                    uint64_t now_ms);

/* The source is to blame for something that no connection of it shows. Bytes that were wrong before
 * it was blamed are not held against it again. */
void planner_blame(struct planner *planner, unsigned source, enum planner_fault fault,
                   uint64_t now_ms);

/* It turned out that wrong bytes were not the source's fault. */
void planner_pardon(struct planner *planner, unsigned source);

/* The connection is no more, whatever the reason; its source is not blamed for it. */
void planner_closed(struct planner *planner, unsigned worker);

/* Up to `size` bytes came of what the worker asked for first. *out tells of the first part of them;
 * call again for the rest. */
void planner_take(struct planner *planner, unsigned worker, size_t size, uint64_t now_ms,
                  struct planner_taken *out);

/* Something else came that was asked for before: the connection is not hanging. */
void planner_heard(struct planner *planner, unsigned worker, uint64_t now_ms);

/* It is us who do not read from the connection, or do again; its source is not stalling. */
void planner_pause(struct planner *planner, unsigned worker, bool paused, uint64_t now_ms);

/* How a complete chunk was found. Returns the source to blame for a bad one, which was left, or
 * -1. */
int planner_checked(struct planner *planner, uint64_t chunk, bool is_good, uint64_t now_ms);

/* Bytes that an earlier run left, before anything was fetched. */
void planner_keep(struct planner *planner, uint64_t from, uint64_t to);

/* Nothing is there any more; what is being fetched is dropped, but for a stream of which nothing
 * has come. */
void planner_reset(struct planner *planner);

const struct coverage *planner_coverage(const struct planner *planner);

/* Whether all bytes are there. Checks may be under way. */
bool planner_has_all(const struct planner *planner);

/* Whether no source can be used now: none is connected, none may be tried before its pause ends. */
bool planner_is_stuck(const struct planner *planner, uint64_t now_ms);

/* How many sources have been asked for something. */
unsigned planner_busy_sources(const struct planner *planner);

/* Adds the bytes that are there of chunks that are not complete. */
void planner_partial(const struct planner *planner, struct ranges *out);

#endif

/*
 * What relay.c and relay_pump.c share: a link joins a client's connection with one to the real
 * server, and belongs to one of the relay's sources. Nobody else includes this.
 */
#ifndef BENCH_RELAY_PARTS_H
#define BENCH_RELAY_PARTS_H

#include "plat/atomic.h"
#include "plat/poller.h"
#include "relay.h"

#define RELAY_ROOM (64 * 1024) /* bytes of an end that wait to be passed on */

struct link;

/* One socket of a link, and what was read from it and is not yet written to the other one. */
struct end {
    struct plat_watch watch;
    struct link *link;
    struct end *other;
    size_t at, size;
    bool ended; /* its peer sends no more */
    char room[RELAY_ROOM];
};

struct source {
    struct plat_watch listener;
    uint16_t port;
    uint64_t allowance; /* bytes */
    bool failed;
};

struct link {
    struct link *next;
    struct source *source;
    struct end client, server;
    bool dead;
};

struct relay {
    struct relay_plan plan;
    struct relay_result result;
    struct source sources[RELAY_SOURCES_MAX];
    struct link *links;
    struct plat_poller *poller;
    struct plat_atomic_u64 stopping;
    uint64_t now_us, dealt_us;
    uint64_t total; /* bytes to the client */
    bool has_failed;
};

/* Closes both connections. The memory goes between two turns, since an event at hand may still name
 * it. Again: nothing happens. */
void relay_end_link(struct relay *relay, struct link *link);

/* Has the poller ask for what the link can do now: what its rate, and what waits, allow. */
void relay_watch_link(struct relay *relay, struct link *link);

/* Passes on what it can, as far as the rate allows, and makes the source fail when it is time. */
void relay_handle_end(struct relay *relay, struct end *end);

#endif

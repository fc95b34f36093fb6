/*
 * The heartbeats of many servers, evenly spread over their interval as those of servers that know
 * nothing of each other are. A heartbeat's load is its round, so that a list of servers shows which
 * of them were heard.
 */
#ifndef BENCH_BEATS_H
#define BENCH_BEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "plat/socket.h"

struct beats {
    uint32_t servers;     /* "B0" and so on; at least 1 */
    uint64_t interval_us; /* 0: as fast as they can be sent */
    uint32_t silent_each; /* servers of a multiple of this number send nothing; 0: all do */
    uint64_t *last_us;    /* when each server sent last */
    uint64_t sent;        /* or due from a silent one: number `sent` is the next */
    /* private */
    plat_socket socket;
    uint64_t begin_us;
};

/* Sends to the monitor's address from now on. 0 or a plat error. */
int beats_open(struct beats *beats, const struct plat_addr *to, uint32_t servers,
               uint64_t interval_us);
void beats_close(struct beats *beats); /* zero-initialised is allowed */

bool beats_is_silent(const struct beats *beats, uint32_t server);

/* Sends what is due and below `end`, counted as `sent` is. 0 or a plat error. */
int beats_send(struct beats *beats, uint64_t end);

/* Asks the monitor at this TCP address how many servers are alive, and how many of them were heard
 * last in this round. 0 or a plat error. */
int beats_count(const struct plat_addr *monitor, uint32_t round, uint32_t *alive, uint32_t *heard);

/* The server of an id, or -1. */
int64_t beats_server(struct slice id);

#endif

/*
 * Stands in for several content servers: relays the connections of each of its ports to one real
 * server, holds each port to a rate, and cuts one off or lets it hang in the middle of a download.
 * It measures what the client's user would see: for how long nothing at all arrived after that.
 */
#ifndef BENCH_RELAY_H
#define BENCH_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "plat/socket.h"

#define RELAY_SOURCES_MAX 8

enum relay_fault {
    RELAY_CUT, /* closes its connections and its port */
    RELAY_HANG /* nothing more passes, and nothing is closed */
};

struct relay_plan {
    struct plat_addr target;
    unsigned sources;  /* 1 to RELAY_SOURCES_MAX */
    uint64_t rate;     /* bytes/s of each source; 0: no limit */
    uint64_t fault_at; /* bytes of all sources after which the one at work fails; 0: none does */
    enum relay_fault fault;
};

struct relay_result {
    uint64_t bytes[RELAY_SOURCES_MAX]; /* that each source sent to the client */
    uint64_t first_us, last_us;        /* when bytes were sent to the client */
    uint64_t gap_us;                   /* the longest pause between them since the fault */
};

struct relay;

/* Listens on a port for each source. 0 or a plat error. */
int relay_open(struct relay **out, const struct relay_plan *plan);
void relay_close(struct relay *relay); /* NULL is allowed */

uint16_t relay_port(const struct relay *relay, unsigned source);

/* Works until relay_stop. 0 or a plat error. */
int relay_run(struct relay *relay);

/* Any thread. */
void relay_stop(struct relay *relay);

/* To be read when it does not run. */
const struct relay_result *relay_result(const struct relay *relay);

#endif

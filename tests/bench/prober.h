/*
 * Lookups at a steady pace beside something that may slow them down: what a client would feel.
 */
#ifndef BENCH_PROBER_H
#define BENCH_PROBER_H

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"
#include "plat/socket.h"
#include "plat/thread.h"

/* Several, so that some go to each of the server's threads. */
#define PROBER_WIRES 8

struct prober {
    struct plat_addr to;
    uint64_t files;           /* asks for the first ones of the catalogue; at least 1 */
    struct histogram latency; /* microseconds; to be read when it was stopped */
    uint64_t wrong;           /* answers, among them that a file is not found */
    int error;                /* why it ended early */
    /* private */
    struct plat_thread thread;
    struct plat_mutex mutex;
    struct plat_cond stop;
    bool stopping;
};

/* Begins on a thread of its own; to and files are set. 0 or a plat error. */
int prober_start(struct prober *prober);
void prober_stop(struct prober *prober);

#endif

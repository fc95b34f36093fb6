/*
 * One thread's load: connections that ask, wait for their answers and ask again, as fast as the
 * server lets them.
 *
 * It sits on plat's poller itself, without src/net, because it shares the machine with the server
 * that it measures and should take as little of it as it can.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "asks.h"
#include "histogram.h"
#include "plat/socket.h"

struct load_plan {
    struct asks_plan asks;
    struct plat_addr to;
    unsigned addresses;   /* connect to so many loopback addresses in turn, from `to` on */
    unsigned connections; /* at least 1 */
    unsigned depth;       /* requests sent at once, before their answers are read; at least 1 */
    bool reconnect;       /* a connection for each request */
    bool once;            /* ends when each request was answered, not when the time is over */
    uint64_t warmup_us, measure_us;
};

struct load_result {
    uint64_t answers;
    uint64_t bytes;           /* received, with headers */
    uint64_t us;              /* that these took */
    uint64_t wrong;           /* answers that were not the right ones */
    uint64_t failed;          /* connections that could not be made or broke */
    struct histogram latency; /* microseconds from sending to the answer */
};

/* Runs it. 0 or a plat error with nothing measured; wrong answers and failed connections are
 * counted, and end their connection. */
int load_run(const struct load_plan *plan, struct load_result *out);

#endif

/*
 * The orderly end of a server's sessions: they send what they owe, for a few seconds at most, and
 * then the loop is stopped.
 */
#ifndef NET_DRAIN_H
#define NET_DRAIN_H

#include "net/crew.h"
#include "net/timers.h"

struct drain {
    /* private */
    struct loop *loop;
    struct crew *crew;
    struct timer timer;
    uint64_t end_ms;
};

void drain_start(struct drain *drain, struct loop *loop, struct crew *crew);

/* Not started: nothing happens. */
void drain_cancel(struct drain *drain);

#endif

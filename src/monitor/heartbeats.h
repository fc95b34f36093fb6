/*
 * The monitor's ear: heartbeats from a UDP socket into the roster, and the regular judgement.
 */
#ifndef MONITOR_HEARTBEATS_H
#define MONITOR_HEARTBEATS_H

#include "base/log.h"
#include "monitor/notifier.h"
#include "monitor/roster.h"
#include "net/loop.h"

struct heartbeats {
    /* private */
    struct loop *loop;
    struct log *log;
    struct roster *roster;
    struct notifier *notifier;
    uint64_t timeout_ms;
    struct loop_source source;
    struct timer tick;
    uint64_t due_ms; /* when the tick should come */
    uint64_t bad, bad_told, bad_told_ms;
    bool full_told;
};

/* Opens the socket and begins to judge. The others outlive it. 0, or an error of plat_udp_open. */
int heartbeats_open(struct heartbeats *heartbeats, struct loop *loop, struct log *log,
                    const struct plat_addr *addr, struct roster *roster, struct notifier *notifier,
                    uint64_t timeout_ms);

uint16_t heartbeats_port(const struct heartbeats *heartbeats);

/* Never opened (zero-initialised): nothing happens. */
void heartbeats_close(struct heartbeats *heartbeats);

#endif

/*
 * The content server's heartbeats: one datagram to the monitor each few seconds.
 */
#ifndef CONTENT_PULSE_H
#define CONTENT_PULSE_H

#include "base/log.h"
#include "net/loop.h"
#include "net/resolve.h"

struct pulse_options {
    const char *id;
    const char *address; /* what the heartbeat names */
    uint16_t tcp_port;
    const char *host; /* of the monitor */
    uint16_t port;
    uint64_t interval_ms;
};

struct pulse {
    /* What to tell: requests being served, files announced. */
    void (*ask)(void *owner, uint32_t *load, uint32_t *file_count);
    void *owner;
    /* private */
    struct loop *loop;
    struct log *log;
    struct pulse_options options;
    plat_socket socket;
    struct resolve resolve;
    size_t next_address;
    bool started, connected, resolving, warned;
    uint64_t resolved_ms;
    struct timer timer;
};

/* Binds the UDP socket; nothing is sent yet. ask and owner are set by the caller before. 0, or an
 * error of plat_udp_open. */
int pulse_open(struct pulse *pulse, struct loop *loop, struct log *log,
               const struct plat_addr *addr, const struct pulse_options *options);

uint16_t pulse_port(const struct pulse *pulse);

/* Sends the first heartbeat now; started already, nothing happens. */
void pulse_start(struct pulse *pulse);

/* Never opened (zero-initialised): nothing happens. */
void pulse_close(struct pulse *pulse);

#endif

/*
 * The index's connection to the monitor: registers for notices, asks each second who is alive.
 *
 * One request at a time, as textbook monitors need it; one that closes after each answer is dialed
 * again for the next. While it is away, nothing is known and nothing changes. Belongs to one loop.
 */
#ifndef INDEX_MONITOR_LINK_H
#define INDEX_MONITOR_LINK_H

#include "base/log.h"
#include "index/registry.h"
#include "net/loop.h"

struct monitor_link;

struct monitor_link_options {
    const char *host;
    uint16_t port;
    struct plat_addr bind; /* the index's own address, or :: */
    uint16_t notify_port;  /* where it hears notices */
};

/* Begins. 0, or PLAT_ERR_NO_MEMORY. The others, and the host's text, outlive it. */
int monitor_link_open(struct monitor_link **out, struct loop *loop, struct log *log,
                      struct registry *registry, const struct monitor_link_options *options);

/* Frees it, later if its connection has to be closed first. NULL is allowed. */
void monitor_link_close(struct monitor_link *link);

#endif

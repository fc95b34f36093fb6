/*
 * From a host's name to addresses, without making the loop wait.
 *
 * Literals are read at once. "localhost" is 127.0.0.1 and then ::1 whatever the system's files
 * say (RFC 6761), IPv4 first because the textbook programs know nothing else. Other names are
 * looked up on a thread of their own, because the system's resolver blocks.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <stddef.h>

#include "net/loop.h"

#define RESOLVE_ADDRESSES_MAX 8

struct resolve_job;

struct resolve {
    /* The outcome of resolve_start: 0 with addresses, or PLAT_ERR_NO_HOST and others. */
    void (*on_done)(struct resolve *resolve, int error);
    struct plat_addr addresses[RESOLVE_ADDRESSES_MAX];
    size_t count;
    /* private */
    struct resolve_job *job;
};

/* Begins a lookup; one at a time. 0 when the addresses are there already (on_done is not called),
 * PLAT_AGAIN when on_done will be called, or an error. */
int resolve_start(struct resolve *resolve, struct loop *loop, const char *host, uint16_t port);

/* on_done is not called any more. None under way: nothing happens. */
void resolve_cancel(struct resolve *resolve);

#endif

/*
 * Making a TCP connection to a host by its name: looks it up and tries its addresses in turn, each
 * with a deadline.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <stdbool.h>

#include "net/loop.h"
#include "net/resolve.h"

struct dial {
    /* 0 with a connected socket, which the owner takes over, and whom it reached; or the error of
     * the last try. */
    void (*on_done)(struct dial *dial, int error, plat_socket socket, const struct plat_addr *peer);
    void *owner;
    /* private */
    struct loop *loop;
    struct resolve resolve;
    struct loop_source source;
    struct timer deadline;
    struct plat_addr from;
    bool has_from, active;
    size_t next;
    int error;
};

/* Begins; on_done is always called later, never from within. `from` is the local address to use, or
 * NULL; addresses of another family are then passed over. Nothing may be under way. */
void dial_start(struct dial *dial, struct loop *loop, const char *host, uint16_t port,
                const struct plat_addr *from);

/* Gives up without calling on_done. None under way: nothing happens. */
void dial_cancel(struct dial *dial);

#endif

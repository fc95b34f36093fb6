/*
 * Accepting connections on a port.
 *
 * Out of descriptors, it pauses for a moment instead of spinning, and says so once.
 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include <stdbool.h>

#include "base/log.h"
#include "net/loop.h"

struct listener {
    /* Takes the socket over. */
    void (*on_accept)(struct listener *listener, plat_socket socket, const struct plat_addr *peer);
    void *owner;
    /* private */
    struct loop *loop;
    struct log *log;
    struct loop_source source;
    struct timer pause;
    bool warned;
};

/* Listens on the address; on_accept and owner are set by the caller before. 0 or an error of
 * plat_socket_listen. */
int listener_open(struct listener *listener, struct loop *loop, struct log *log,
                  const struct plat_addr *addr);

/* The port that it got. */
uint16_t listener_port(const struct listener *listener);

/* Again, or never opened (zero-initialised): nothing happens. */
void listener_close(struct listener *listener);

#endif

/*
 * Making a poller's wait return from another thread: a socket that is readable while the bell
 * rings.
 *
 * Windows has no pipe or event that WSAPoll could wait for. A UDP socket connected to itself is the
 * smallest thing it can: one socket, no listener, and nobody else's datagrams arrive.
 */
#ifndef OS_BELL_H
#define OS_BELL_H

#include "plat/atomic.h"
#include "plat/socket.h"

struct os_bell {
    plat_socket socket;
    struct plat_atomic_u64 ringing;
};

/* 0, or an error with bell->socket PLAT_SOCKET_NONE. */
int os_bell_open(struct os_bell *bell);
void os_bell_close(struct os_bell *bell);

/* Any thread, any number of times. */
void os_bell_ring(struct os_bell *bell);

/* Ends the ringing, and that of all who rang before. One thread, which must afterwards look at what
 * the bell was rung for. */
void os_bell_silence(struct os_bell *bell);

#endif

/*
 * TCP connections over loopback, and waiting for one socket, each wait with the tests' deadline.
 */
#ifndef PAIR_H
#define PAIR_H

#include "check.h"
#include "plat/poller.h"
#include "plat/socket.h"

struct pair {
    plat_socket client, server;
};

/* Whether this machine has ::1; if not, fails unless that is said as documented. */
bool have_v6(void);

/* Listens on a loopback port that the system chooses; *addr tells where. */
plat_socket pair_listen(bool is_v6, struct plat_addr *addr);

/* A port on which nobody listens (any more). */
struct plat_addr closed_port(bool is_v6);

/* Waits until the socket is reported for one of the events, or the time is over: then 0. */
unsigned wait_events(plat_socket socket, unsigned events, uint32_t timeout_ms);

/* Begins a connection and waits for its result. On an error there is no socket. */
int connect_wait(plat_socket *out, const struct plat_addr *to, const struct plat_addr *from);

plat_socket accept_wait(plat_socket listener, struct plat_addr *peer);

/* Connects to the listener and accepts. */
void pair_connect(struct pair *pair, plat_socket listener, const struct plat_addr *addr);
void pair_open(struct pair *pair);
void pair_close(struct pair *pair);

/* cmocka's setup and teardown, with *state as the struct pair. */
int pair_setup(void **state);
int pair_teardown(void **state);

/* Sends all of it, while the peer has room. */
void send_all(plat_socket socket, const void *data, size_t size);

/* The first outcome other than PLAT_AGAIN. */
int recv_wait(plat_socket socket, void *buffer, size_t size, size_t *got);

/* Receives exactly these bytes. */
void expect_bytes(plat_socket socket, const void *data, size_t size);

#endif

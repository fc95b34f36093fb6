/*
 * TCP and UDP sockets, IPv4 and IPv6 alike.
 *
 * Every socket is non-blocking, is not inherited by processes started later, and never raises a
 * signal. Addresses are plain values of ours, so that nobody else needs the system's structures;
 * an IPv4 peer of a dual-stack socket is always shown as IPv4. Waiting is the poller's business,
 * looking host names up the caller's: plat_addr_resolve blocks and belongs on a thread of its own.
 *
 * A socket may be used by one thread at a time; different sockets are independent.
 */
#ifndef PLAT_SOCKET_H
#define PLAT_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/error.h"

/* Wide enough for every system's handle. */
typedef intptr_t plat_socket;
#define PLAT_SOCKET_NONE ((plat_socket)-1)

struct plat_addr {
    bool is_v6;
    uint16_t port;     /* host byte order */
    uint8_t ip[16];    /* network byte order; IPv4 uses the first four */
    uint32_t scope_id; /* of an IPv6 link-local address, else 0 */
};

/* Room for an address without its port, scope included, and the final zero. */
#define PLAT_ADDR_TEXT_SIZE 64

/* Reads an IPv4 or IPv6 literal without a port; port becomes 0. 0, or PLAT_ERR_INVALID. */
int plat_addr_parse(struct plat_addr *out, const char *text);

/* Writes the address without its port, without brackets. */
void plat_addr_format(const struct plat_addr *addr, char text[PLAT_ADDR_TEXT_SIZE]);

/* :: , which a listener takes as every address of both families. */
struct plat_addr plat_addr_any(uint16_t port);
/* 127.0.0.1, or ::1. */
struct plat_addr plat_addr_loopback(bool is_v6, uint16_t port);
bool plat_addr_is_any(const struct plat_addr *addr);
bool plat_addr_is_loopback(const struct plat_addr *addr);
/* Family, address and scope; not the port. */
bool plat_addr_same_host(const struct plat_addr *a, const struct plat_addr *b);

/* Looks a host name up, blocking for as long as the system's resolver does. Writes at most
 * `most` addresses, in the order in which they should be tried, their ports set to `port`.
 * 0, or PLAT_ERR_NO_HOST, PLAT_ERR_TIMED_OUT, PLAT_ERR_NO_MEMORY. */
int plat_addr_resolve(const char *host, uint16_t port, struct plat_addr *out, size_t most,
                      size_t *count);

/* Listens for TCP connections. Binding to :: serves IPv4 too; where the system has no IPv6 it
 * becomes 0.0.0.0. Port 0 lets the system choose; ask plat_socket_local. A port that another
 * socket listens on is PLAT_ERR_IN_USE. Other errors: ACCESS, NO_ADDRESS, TOO_MANY_FILES. */
int plat_socket_listen(plat_socket *out, const struct plat_addr *addr, int backlog);

/* Idle seconds after which the peers of accepted connections are probed. */
enum { PLAT_ACCEPTED_IDLE_S = 60 };

/* Takes one waiting connection; plat_socket_keep_alive is done for it. 0, PLAT_AGAIN,
 * PLAT_ERR_TOO_MANY_FILES (the connection goes on waiting), PLAT_ERR_RESET (it went away meanwhile;
 * try again). */
int plat_socket_accept(plat_socket listener, plat_socket *out, struct plat_addr *peer);

/* Begins a TCP connection, from the given local address unless it is NULL (its port is ignored). 0
 * if it is made already, PLAT_AGAIN if the poller will report it writable, or an error with no
 * socket. A failure may go unreported on some systems, so the caller keeps a deadline. */
int plat_socket_connect(plat_socket *out, const struct plat_addr *to, const struct plat_addr *from);

/* Asks how a connection came out after the poller reported it. 0, PLAT_AGAIN, or its error. */
int plat_socket_connect_result(plat_socket socket);

/* Reads what is there. 0 with *got > 0, PLAT_AGAIN, PLAT_END when the peer has ended its side,
 * PLAT_ERR_RESET and others. */
int plat_socket_recv(plat_socket socket, void *buffer, size_t size, size_t *got);

/* Writes what fits. 0 with *sent > 0, PLAT_AGAIN, PLAT_ERR_RESET and others. size > 0. */
int plat_socket_send(plat_socket socket, const void *data, size_t size, size_t *sent);

/* The same for bytes that more follow at once: a system that can sends them together. */
int plat_socket_send_more(plat_socket socket, const void *data, size_t size, size_t *sent);

/* Ends our side of the stream; the peer reads what was sent and then its end. */
void plat_socket_shutdown(plat_socket socket);

/* Asks the system to notice a peer that vanished without a word: one silent for idle_s seconds is
 * probed, and the connection fails (PLAT_ERR_TIMED_OUT or RESET) when 20 s more bring no answer.
 * A system that cannot be told these times takes its own. */
void plat_socket_keep_alive(plat_socket socket, unsigned idle_s);

/* PLAT_SOCKET_NONE is allowed. */
void plat_socket_close(plat_socket socket);

/* Our and the peer's address. 0, or PLAT_ERR_OTHER. */
int plat_socket_local(plat_socket socket, struct plat_addr *out);
int plat_socket_peer(plat_socket socket, struct plat_addr *out);

/* A UDP socket bound to the address, as plat_socket_listen binds; its receive buffer is made as
 * large as the system lets it. Errors as there. */
int plat_udp_open(plat_socket *out, const struct plat_addr *addr);

/* Sets whom plat_udp_send sends to; may be called again. A datagram refused there is reported by
 * a later send, and answers from elsewhere are not received. 0, or PLAT_ERR_UNREACHABLE … */
int plat_udp_connect(plat_socket socket, const struct plat_addr *to);

/* Sends one datagram to the connected address. 0, PLAT_AGAIN, PLAT_ERR_REFUSED (an earlier one
 * was refused, this one was not sent) … */
int plat_udp_send(plat_socket socket, const void *data, size_t size);

/* Receives one datagram, its end cut off where it is longer than the buffer. 0, PLAT_AGAIN … */
int plat_udp_recv(plat_socket socket, void *buffer, size_t size, size_t *got,
                  struct plat_addr *from);

#endif

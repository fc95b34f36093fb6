/*
 * What the socket files of this folder share: addresses, and making sockets as the contract wants
 * them.
 */
#ifndef OS_SOCKET_H
#define OS_SOCKET_H

#include "os_system.h"
#include "plat/socket.h"

union os_sockaddr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Returns the size of the address. */
int os_sockaddr_encode(union os_sockaddr *out, const struct plat_addr *addr);

/* Shows an IPv4-mapped address as IPv4. */
void os_sockaddr_decode(struct plat_addr *out, const union os_sockaddr *addr);

/* A socket that is not inherited and does not block, or INVALID_SOCKET with the error set. */
SOCKET os_socket_new(int family, int type);

/* The same for one that accept() made. */
int os_socket_prepare(SOCKET handle);

/* A socket bound to the address, of SOCK_STREAM or SOCK_DGRAM. :: takes both families; without IPv6
 * it becomes 0.0.0.0. 0, or an error as plat_socket_listen. */
int os_socket_bound(SOCKET *out, const struct plat_addr *addr, int type);

/* Sets an option of speed or comfort: where it is refused, the socket still works. */
void os_socket_set(SOCKET handle, int level, int option, int value);

/* Closes the socket; returns the plat error of what went wrong before. */
int os_socket_fail(SOCKET handle);

/* PLAT_AGAIN where the last call would have blocked, else its error. */
int os_socket_again_or_error(void);

#endif

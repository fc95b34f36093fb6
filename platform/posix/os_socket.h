/*
 * What Linux and the BSDs do differently when they make sockets; each system's folder answers.
 */
#ifndef OS_SOCKET_H
#define OS_SOCKET_H

#include <stdbool.h>

struct sockaddr;

/* A new socket that is non-blocking, close-on-exec and raises no signal; -1 with errno. */
int os_socket_new(int family, int type);

/* The same for a connection taken from a listener. address_size is a socklen_t. */
int os_socket_accept(int listener, struct sockaddr *address, unsigned *address_size);

/* Whether accepted connections have the listener's TCP options and its keep-alive. */
bool os_socket_inherits_options(void);

/* What a send must have among its flags so as not to raise a signal. */
int os_socket_send_flags(void);

/* What a send has among its flags when more follows at once; 0 where there is no such flag. */
int os_socket_more_flag(void);

/* The names of TCP's options for keep-alive: the idle seconds before the first probe, the seconds
 * between two, and how many may go unanswered. */
int os_socket_keep_idle_option(void);
int os_socket_keep_interval_option(void);
int os_socket_keep_count_option(void);

#endif

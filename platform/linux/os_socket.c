/*
 * Sockets made the Linux way: with their flags, in one call.
 */
#include "os_socket.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

int os_socket_new(int family, int type)
{
    return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int os_socket_accept(int listener, struct sockaddr *address, unsigned *address_size)
{
    return accept4(listener, address, address_size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

bool os_socket_inherits_options(void)
{
    return true;
}

int os_socket_send_flags(void)
{
    return MSG_NOSIGNAL;
}

int os_socket_more_flag(void)
{
    return MSG_MORE;
}

int os_socket_keep_idle_option(void)
{
    return TCP_KEEPIDLE;
}

int os_socket_keep_interval_option(void)
{
    return TCP_KEEPINTVL;
}

int os_socket_keep_count_option(void)
{
    return TCP_KEEPCNT;
}

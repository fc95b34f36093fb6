/*
 * Sockets made the BSD way: first the socket, then its flags.
 *
 * Between the two another thread may start a process; plat_process_start therefore closes in the
 * child whatever it was not given, and does not rely on these flags alone.
 */
#include "os_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* The descriptor itself, or -1 with it closed and errno kept. */
static int prepare(int fd)
{
    int one = 1;
    if (fd < 0)
        return -1;
    /* Refused with EINVAL when the peer is gone already. That socket must still reach the caller,
     * whose first read tells him; SIGPIPE is ignored by the process as well. */
    (void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof one);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int os_socket_new(int family, int type)
{
    return prepare(socket(family, type, 0));
}

int os_socket_accept(int listener, struct sockaddr *address, unsigned *address_size)
{
    int fd = accept(listener, address, address_size);
    if (fd >= 0 && *address_size == 0) { /* it went away while it waited, and left no address */
        close(fd);
        errno = ECONNABORTED;
        return -1;
    }
    return prepare(fd);
}

/* Some of them, by version; so all are set. */
bool os_socket_inherits_options(void)
{
    return false;
}

int os_socket_send_flags(void)
{
    return 0; /* SO_NOSIGPIPE does it once for the socket */
}

int os_socket_more_flag(void)
{
    return 0;
}

int os_socket_keep_idle_option(void)
{
    return TCP_KEEPALIVE;
}

int os_socket_keep_interval_option(void)
{
    return TCP_KEEPINTVL;
}

int os_socket_keep_count_option(void)
{
    return TCP_KEEPCNT;
}

/*
 * TCP and UDP over BSD sockets.
 */
#include "plat/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os_addr.h"
#include "os_error.h"
#include "os_socket.h"

static void set_flag(int fd, int level, int option, int value)
{
    /* Options of speed or comfort: where one is refused, the socket still works. */
    (void)setsockopt(fd, level, option, &value, sizeof value);
}

static int fail_closing(int fd)
{
    int error = os_error(errno);
    close(fd);
    return error;
}

/* A socket bound to the address. :: takes both families; without IPv6 it becomes 0.0.0.0. */
static int open_bound(int *out, const struct plat_addr *addr, int type)
{
    union os_addr system;
    socklen_t size = os_addr_to_system(&system, addr);
    int fd = os_socket_new(system.any.sa_family, type);
    if (fd < 0 && errno == EAFNOSUPPORT && plat_addr_is_any(addr) && addr->is_v6) {
        struct plat_addr any_v4 = {.port = addr->port};
        return open_bound(out, &any_v4, type);
    }
    if (fd < 0)
        return os_error(errno);
    if (addr->is_v6)
        set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, !plat_addr_is_any(addr));
    if (type == SOCK_STREAM)
        set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(fd, &system.any, size) < 0) {
        /* A kernel with IPv6 switched off by a setting makes the socket but has no address. */
        if (errno == EADDRNOTAVAIL && plat_addr_is_any(addr) && addr->is_v6) {
            struct plat_addr any_v4 = {.port = addr->port};
            close(fd);
            return open_bound(out, &any_v4, type);
        }
        return fail_closing(fd);
    }
    *out = fd;
    return 0;
}

/* Five calls of the system: a listener's are inherited where that is possible. */
static void set_accepted_options(int fd)
{
    set_flag(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    plat_socket_keep_alive(fd, PLAT_ACCEPTED_IDLE_S);
}

int plat_socket_listen(plat_socket *out, const struct plat_addr *addr, int backlog)
{
    int fd = -1;
    int rc = open_bound(&fd, addr, SOCK_STREAM);
    if (rc < 0)
        return rc;
    if (os_socket_inherits_options())
        set_accepted_options(fd);
    if (listen(fd, backlog) < 0)
        return fail_closing(fd);
    *out = fd;
    return 0;
}

int plat_socket_accept(plat_socket listener, plat_socket *out, struct plat_addr *peer)
{
    union os_addr system = {0};
    unsigned size = sizeof system;
    int fd = os_socket_accept((int)listener, &system.any, &size);
    if (fd < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
            return PLAT_AGAIN;
        /* Linux reports errors of the new connection here; none of them is the listener's. */
        if (errno == EPROTO || errno == ECONNABORTED || errno == EPERM || errno == ENETDOWN ||
            errno == EHOSTUNREACH || errno == ENETUNREACH || errno == EOPNOTSUPP)
            return PLAT_ERR_RESET;
        return os_error(errno);
    }
    if (!os_socket_inherits_options())
        set_accepted_options(fd);
    os_addr_from_system(peer, &system);
    *out = fd;
    return 0;
}

int plat_socket_connect(plat_socket *out, const struct plat_addr *to, const struct plat_addr *from)
{
    union os_addr system;
    socklen_t size = os_addr_to_system(&system, to);
    int fd = os_socket_new(system.any.sa_family, SOCK_STREAM);
    if (fd < 0)
        return os_error(errno);
    set_flag(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (from) {
        union os_addr local;
        struct plat_addr any_port = *from;
        any_port.port = 0;
        socklen_t local_size = os_addr_to_system(&local, &any_port);
        if (bind(fd, &local.any, local_size) < 0)
            return fail_closing(fd);
    }
    int rc = 0;
    if (connect(fd, &system.any, size) < 0) {
        if (errno != EINPROGRESS && errno != EINTR)
            return fail_closing(fd);
        rc = PLAT_AGAIN;
    }
    *out = fd;
    return rc;
}

int plat_socket_connect_result(plat_socket socket)
{
    int error = 0;
    socklen_t size = sizeof error;
    union os_addr peer;
    socklen_t peer_size = sizeof peer;
    if (getsockopt((int)socket, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return os_error(errno);
    if (error)
        return os_error(error);
    if (getpeername((int)socket, &peer.any, &peer_size) == 0)
        return 0;
    if (errno == ENOTCONN)
        return PLAT_AGAIN;
    /* macOS: connected, and the peer has gone again. */
    return errno == EINVAL ? PLAT_ERR_RESET : os_error(errno);
}

static int again_or_error(void)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        return PLAT_AGAIN;
    return os_error(errno);
}

int plat_socket_recv(plat_socket socket, void *buffer, size_t size, size_t *got)
{
    ssize_t n = recv((int)socket, buffer, size, 0);
    if (n < 0)
        return again_or_error();
    *got = (size_t)n;
    return n == 0 ? PLAT_END : 0;
}

static int send_bytes(plat_socket socket, const void *data, size_t size, int flags, size_t *sent)
{
    ssize_t n = send((int)socket, data, size, flags);
    if (n < 0)
        return again_or_error();
    *sent = (size_t)n;
    return n == 0 ? PLAT_AGAIN : 0;
}

int plat_socket_send(plat_socket socket, const void *data, size_t size, size_t *sent)
{
    return send_bytes(socket, data, size, os_socket_send_flags(), sent);
}

int plat_socket_send_more(plat_socket socket, const void *data, size_t size, size_t *sent)
{
    return send_bytes(socket, data, size, os_socket_send_flags() | os_socket_more_flag(), sent);
}

void plat_socket_shutdown(plat_socket socket)
{
    (void)shutdown((int)socket, SHUT_WR);
}

void plat_socket_keep_alive(plat_socket socket, unsigned idle_s)
{
    /* The systems' own are an hour or more: 9 probes each 75 s. */
    enum { PROBES = 4, PROBE_S = 5 };
    set_flag((int)socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_flag((int)socket, IPPROTO_TCP, os_socket_keep_idle_option(), (int)idle_s);
    set_flag((int)socket, IPPROTO_TCP, os_socket_keep_interval_option(), PROBE_S);
    set_flag((int)socket, IPPROTO_TCP, os_socket_keep_count_option(), PROBES);
}

void plat_socket_close(plat_socket socket)
{
    if (socket != PLAT_SOCKET_NONE)
        close((int)socket);
}

int plat_socket_local(plat_socket socket, struct plat_addr *out)
{
    union os_addr system = {0};
    socklen_t size = sizeof system;
    if (getsockname((int)socket, &system.any, &size) < 0)
        return PLAT_ERR_OTHER;
    os_addr_from_system(out, &system);
    return 0;
}

int plat_socket_peer(plat_socket socket, struct plat_addr *out)
{
    union os_addr system = {0};
    socklen_t size = sizeof system;
    if (getpeername((int)socket, &system.any, &size) < 0)
        return PLAT_ERR_OTHER;
    os_addr_from_system(out, &system);
    return 0;
}

/* Linux cuts the size down to what it allows; macOS refuses it instead, so that less is tried. */
static void grow_receive_buffer(int fd)
{
    /* Ten thousand servers' heartbeats of one moment take about this much kernel memory. */
    enum { WANTED = 8 * 1024 * 1024, LEAST = 64 * 1024 };
    int size = WANTED;
    while (size >= LEAST && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) < 0)
        size /= 2;
}

int plat_udp_open(plat_socket *out, const struct plat_addr *addr)
{
    int fd = -1;
    int rc = open_bound(&fd, addr, SOCK_DGRAM);
    if (rc < 0)
        return rc;
    grow_receive_buffer(fd);
    *out = fd;
    return 0;
}

/* An IPv6 socket names IPv4 addresses in the mapped form. */
static void map_v4(struct plat_addr *addr)
{
    memmove(addr->ip + 12, addr->ip, 4);
    memset(addr->ip, 0, 10);
    memset(addr->ip + 10, 0xff, 2);
    addr->is_v6 = true;
}

int plat_udp_connect(plat_socket socket, const struct plat_addr *to)
{
    union os_addr system = {0};
    socklen_t size = sizeof system;
    struct plat_addr peer = *to;
    if (getsockname((int)socket, &system.any, &size) < 0)
        return os_error(errno);
    if (system.any.sa_family == AF_INET6 && !peer.is_v6)
        map_v4(&peer);
    size = os_addr_to_system(&system, &peer);
    if (connect((int)socket, &system.any, size) == 0)
        return 0;
    /* Linux keeps the source address of an earlier connection, which may not do for another
     * family or network: let go of it first. */
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    (void)connect((int)socket, &none, sizeof none);
    return connect((int)socket, &system.any, size) < 0 ? os_error(errno) : 0;
}

int plat_udp_send(plat_socket socket, const void *data, size_t size)
{
    return send((int)socket, data, size, os_socket_send_flags()) < 0 ? again_or_error() : 0;
}

int plat_udp_recv(plat_socket socket, void *buffer, size_t size, size_t *got,
                  struct plat_addr *from)
{
    union os_addr system = {0};
    socklen_t from_size = sizeof system;
    ssize_t n = recvfrom((int)socket, buffer, size, 0, &system.any, &from_size);
    if (n < 0)
        return again_or_error();
    *got = (size_t)n;
    os_addr_from_system(from, &system);
    return 0;
}

/*
 * TCP over Winsock: listening, connecting, sending and receiving, none of which waits.
 *
 * Winsock's errors are of its own: what POSIX calls EAGAIN and EINPROGRESS both are WSAEWOULDBLOCK
 * here, and WSAGetLastError takes errno's place, which no call of Winsock's sets.
 */
#include "plat/socket.h"

#include "os_error.h"
#include "os_socket.h"

#include <mstcpip.h>

/* A read or write of one call; Winsock counts in int. */
enum { IO_MOST = 1 << 30 };

static int cut(size_t size)
{
    return size < IO_MOST ? (int)size : IO_MOST;
}

/* A full backlog is felt at once here: Windows refuses the next caller, where other systems let him
 * try again by himself. */
int plat_socket_listen(plat_socket *out, const struct plat_addr *addr, int backlog)
{
    SOCKET made;
    int rc = os_socket_bound(&made, addr, SOCK_STREAM);
    if (rc < 0)
        return rc;
    if (listen(made, backlog) != 0)
        return os_socket_fail(made);
    *out = (plat_socket)made;
    return 0;
}

/* Whether the new socket has the listener's modes is documented for some of them only, so it gets
 * its own. Out of handles, the connection goes on waiting. */
int plat_socket_accept(plat_socket listener, plat_socket *out, struct plat_addr *peer)
{
    union os_sockaddr native;
    int size = (int)sizeof native;
    SOCKET made = accept((SOCKET)listener, &native.any, &size);
    if (made == INVALID_SOCKET)
        return os_socket_again_or_error();
    int rc = os_socket_prepare(made);
    if (rc < 0) {
        closesocket(made);
        return rc;
    }
    os_socket_set(made, IPPROTO_TCP, TCP_NODELAY, 1);
    plat_socket_keep_alive((plat_socket)made, PLAT_ACCEPTED_IDLE_S);
    os_sockaddr_decode(peer, &native);
    *out = (plat_socket)made;
    return 0;
}

/* Windows answers a refusal by trying again, twice, so that on this very machine "nobody listens"
 * takes two seconds. Off for loopback, where no packet gets lost. */
static void fail_fast(SOCKET handle)
{
    TCP_INITIAL_RTO_PARAMETERS once = {TCP_INITIAL_RTO_UNSPECIFIED_RTT,
                                       TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS};
    DWORD unused;
    (void)WSAIoctl(handle, SIO_TCP_INITIAL_RTO, &once, sizeof once, NULL, 0, &unused, NULL, NULL);
}

/* The port is the system's choice even where the address is ours. */
static int bind_from(SOCKET handle, const struct plat_addr *from)
{
    union os_sockaddr local;
    struct plat_addr any_port = *from;
    any_port.port = 0;
    int size = os_sockaddr_encode(&local, &any_port);
    return bind(handle, &local.any, size);
}

/* 0 is rare: Windows reports even a connection within this machine as being made. */
int plat_socket_connect(plat_socket *out, const struct plat_addr *to, const struct plat_addr *from)
{
    union os_sockaddr native;
    int size = os_sockaddr_encode(&native, to);
    SOCKET made = os_socket_new(native.any.sa_family, SOCK_STREAM);
    if (made == INVALID_SOCKET)
        return os_error_socket();
    if (plat_addr_is_loopback(to))
        fail_fast(made);
    if (from && bind_from(made, from) != 0)
        return os_socket_fail(made);
    int rc = 0;
    if (connect(made, &native.any, size) != 0) {
        /* Not WSAEINPROGRESS, which stands for something else here. */
        if (WSAGetLastError() != WSAEWOULDBLOCK)
            return os_socket_fail(made);
        rc = PLAT_AGAIN;
    }
    *out = (plat_socket)made;
    return rc;
}

/* select() tells success from failure for certain, which WSAPoll does not on older systems; its
 * limit is in the number of sockets, not in their values. */
int plat_socket_connect_result(plat_socket handle)
{
    fd_set made = {1, {(SOCKET)handle}};
    fd_set failed = {1, {(SOCKET)handle}};
    struct timeval now = {0, 0};
    if (select(0, NULL, &made, &failed, &now) == SOCKET_ERROR)
        return os_error_socket();
    if (failed.fd_count > 0) {
        int error = 0;
        int size = (int)sizeof error;
        (void)getsockopt((SOCKET)handle, SOL_SOCKET, SO_ERROR, (char *)&error, &size);
        return os_error((unsigned long)error);
    }
    return made.fd_count > 0 ? 0 : PLAT_AGAIN;
}

/* An end of stream is 0 bytes, as everywhere; a reset is an error, after which what had arrived
 * before it is lost. */
int plat_socket_recv(plat_socket handle, void *buffer, size_t size, size_t *got)
{
    int n = recv((SOCKET)handle, buffer, cut(size), 0);
    if (n < 0)
        return os_socket_again_or_error();
    *got = (size_t)n;
    return n == 0 ? PLAT_END : 0;
}

/* Winsock takes the whole of it, however large, where its buffer is not full yet, and only then
 * says that it is. So "what fits" may be more than the buffer. */
int plat_socket_send(plat_socket handle, const void *data, size_t size, size_t *sent)
{
    int n = send((SOCKET)handle, data, cut(size), 0);
    if (n < 0)
        return os_socket_again_or_error();
    *sent = (size_t)n;
    return n == 0 ? PLAT_AGAIN : 0;
}

int plat_socket_send_more(plat_socket handle, const void *data, size_t size, size_t *sent)
{
    return plat_socket_send(handle, data, size, sent); /* there is no flag for it */
}

/* A peer that has already gone makes it fail, which its end then tells anyway. */
void plat_socket_shutdown(plat_socket handle)
{
    (void)shutdown((SOCKET)handle, SD_SEND);
}

/* This way, unlike TCP_KEEPCNT, every Windows knows. It always sends ten probes. */
void plat_socket_keep_alive(plat_socket handle, unsigned idle_s)
{
    enum { PROBES = 10, PROBING_MS = 20 * 1000, MOST_S = 86400 };
    ULONG idle_ms = (ULONG)(idle_s < MOST_S ? idle_s : MOST_S) * 1000;
    struct tcp_keepalive values = {1, idle_ms, PROBING_MS / PROBES};
    DWORD unused;
    (void)WSAIoctl((SOCKET)handle, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, &unused,
                   NULL, NULL);
}

/* Returns at once; the system goes on sending what it has taken. */
void plat_socket_close(plat_socket handle)
{
    if (handle != PLAT_SOCKET_NONE)
        closesocket((SOCKET)handle);
}

int plat_socket_local(plat_socket handle, struct plat_addr *out)
{
    union os_sockaddr native;
    int size = (int)sizeof native;
    if (getsockname((SOCKET)handle, &native.any, &size) != 0)
        return PLAT_ERR_OTHER;
    os_sockaddr_decode(out, &native);
    return 0;
}

int plat_socket_peer(plat_socket handle, struct plat_addr *out)
{
    union os_sockaddr native;
    int size = (int)sizeof native;
    if (getpeername((SOCKET)handle, &native.any, &size) != 0)
        return PLAT_ERR_OTHER;
    os_sockaddr_decode(out, &native);
    return 0;
}

/*
 * UDP over Winsock.
 *
 * Windows tells of a refused datagram (an ICMP "port unreachable") as the failure of a later
 * receive, never of a send. The contract wants it the other way round, so a receive that meets it
 * leaves a note for the next send, and goes on to the next datagram. The note is kept in the
 * socket itself, in SO_SNDTIMEO, which has no meaning for a socket that does not block.
 */
#include "plat/socket.h"

#include <string.h>

#include "os_error.h"
#include "os_socket.h"

enum {
    /* Ten thousand servers' heartbeats of one moment take about this much memory. */
    RECEIVE_BUFFER_MOST = 8 * 1024 * 1024,
    RECEIVE_BUFFER_LEAST = 64 * 1024,
    REFUSALS_MOST = 64 /* skipped in one receive; more is left to the next */
};

static void note_refusal(SOCKET handle, int refused)
{
    os_socket_set(handle, SOL_SOCKET, SO_SNDTIMEO, refused);
}

static int noted_refusal(SOCKET handle)
{
    int refused = 0;
    int size = (int)sizeof refused;
    (void)getsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, (char *)&refused, &size);
    return refused;
}

/* WSAENETRESET is an ICMP "time exceeded" of an earlier datagram, which nobody can do anything
 * about. */
static bool last_was_refusal(void)
{
    int error = WSAGetLastError();
    return error == WSAECONNRESET || error == WSAECONNREFUSED || error == WSAENETRESET;
}

/* From the most downwards, for whoever grants less. */
int plat_udp_open(plat_socket *out, const struct plat_addr *addr)
{
    SOCKET made;
    int rc = os_socket_bound(&made, addr, SOCK_DGRAM);
    if (rc < 0)
        return rc;
    for (int size = RECEIVE_BUFFER_MOST; size >= RECEIVE_BUFFER_LEAST; size /= 2)
        if (setsockopt(made, SOL_SOCKET, SO_RCVBUF, (const char *)&size, (int)sizeof size) == 0)
            break;
    *out = (plat_socket)made;
    return 0;
}

/* A socket of both families is an IPv6 socket, which names IPv4 addresses in the mapped form. */
static void map_v4(struct plat_addr *addr)
{
    memmove(addr->ip + 12, addr->ip, 4);
    memset(addr->ip, 0, 10);
    memset(addr->ip + 10, 0xff, 2);
    addr->is_v6 = true;
}

int plat_udp_connect(plat_socket handle, const struct plat_addr *to)
{
    union os_sockaddr native;
    int size = (int)sizeof native;
    struct plat_addr peer = *to;
    if (getsockname((SOCKET)handle, &native.any, &size) != 0)
        return os_error_socket();
    if (native.any.sa_family == AF_INET6 && !peer.is_v6)
        map_v4(&peer);
    if (native.any.sa_family == AF_INET && peer.is_v6)
        return PLAT_ERR_UNREACHABLE;
    size = os_sockaddr_encode(&native, &peer);
    if (connect((SOCKET)handle, &native.any, size) != 0)
        return os_error_socket();
    note_refusal((SOCKET)handle, 0);
    return 0;
}

static bool refusal_waits(SOCKET handle)
{
    char first;
    return recv(handle, &first, 1, MSG_PEEK) < 0 && last_was_refusal();
}

/* For those who only ever send: a refusal at the head of what could be received. Where looking at
 * it did not take it away, a receive does; should that meet a datagram, it is lost, as datagrams
 * may be. */
static bool take_refusal(SOCKET handle)
{
    char first;
    if (!refusal_waits(handle))
        return false;
    if (refusal_waits(handle))
        (void)recv(handle, &first, 1, 0);
    return true;
}

/* The order matters: what was noted is older than what may wait at the socket, and one refusal must
 * not be told twice. */
int plat_udp_send(plat_socket handle, const void *data, size_t size)
{
    SOCKET s = (SOCKET)handle;
    if (noted_refusal(s)) {
        note_refusal(s, 0);
        return PLAT_ERR_REFUSED;
    }
    if (take_refusal(s))
        return PLAT_ERR_REFUSED;
    if (size > UINT16_MAX)
        return PLAT_ERR_TOO_LARGE;
    if (send(s, data, (int)size, 0) >= 0)
        return 0;
    return last_was_refusal() ? PLAT_ERR_REFUSED : os_socket_again_or_error();
}

int plat_udp_recv(plat_socket handle, void *buffer, size_t size, size_t *got,
                  struct plat_addr *from)
{
    union os_sockaddr native;
    int room = size < UINT16_MAX ? (int)size : UINT16_MAX;
    for (int refusals = 0; refusals < REFUSALS_MOST; refusals++) {
        int from_size = (int)sizeof native;
        int n = recvfrom((SOCKET)handle, buffer, room, 0, &native.any, &from_size);
        /* The buffer is full, and the rest of the datagram is gone. */
        if (n < 0 && WSAGetLastError() == WSAEMSGSIZE)
            n = room;
        if (n >= 0) {
            *got = (size_t)n;
            os_sockaddr_decode(from, &native);
            return 0;
        }
        if (!last_was_refusal())
            return os_socket_again_or_error();
        note_refusal((SOCKET)handle, 1);
    }
    return PLAT_AGAIN;
}

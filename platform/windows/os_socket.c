/*
 * Addresses in the system's form, and making and binding sockets.
 *
 * A socket is a handle of the kernel's, so what holds of handles (inheritance, above all) holds of
 * sockets; the C library's descriptors are another thing.
 */
#include "os_socket.h"

#include <string.h>

#include "os_error.h"

/* Sizes of addresses are int here, and the family's own, not the union's. */
int os_sockaddr_encode(union os_sockaddr *out, const struct plat_addr *addr)
{
    memset(out, 0, sizeof *out);
    if (!addr->is_v6) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(addr->port);
        memcpy(&out->v4.sin_addr, addr->ip, 4);
        return (int)sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(addr->port);
    out->v6.sin6_scope_id = addr->scope_id;
    memcpy(&out->v6.sin6_addr, addr->ip, 16);
    return (int)sizeof out->v6;
}

void os_sockaddr_decode(struct plat_addr *out, const union os_sockaddr *addr)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    memset(out, 0, sizeof *out);
    if (addr->any.sa_family == AF_INET) {
        out->port = ntohs(addr->v4.sin_port);
        memcpy(out->ip, &addr->v4.sin_addr, 4);
        return;
    }
    out->port = ntohs(addr->v6.sin6_port);
    if (memcmp(&addr->v6.sin6_addr, mapped, sizeof mapped) == 0) {
        memcpy(out->ip, (const uint8_t *)&addr->v6.sin6_addr + sizeof mapped, 4);
        return;
    }
    out->is_v6 = true;
    out->scope_id = addr->v6.sin6_scope_id;
    memcpy(out->ip, &addr->v6.sin6_addr, 16);
}

void os_socket_set(SOCKET handle, int level, int option, int value)
{
    (void)setsockopt(handle, level, option, (const char *)&value, (int)sizeof value);
}

/* The error is taken first, since closing sets its own. */
int os_socket_fail(SOCKET handle)
{
    int error = os_error_socket();
    closesocket(handle);
    return error;
}

int os_socket_again_or_error(void)
{
    return WSAGetLastError() == WSAEWOULDBLOCK ? PLAT_AGAIN : os_error_socket();
}

int os_socket_prepare(SOCKET handle)
{
    u_long on = 1;
    /* Layered providers (old firewalls, proxies) may refuse this; then a child we start inherits
     * nothing all the same, since it is given a list of handles. */
    (void)SetHandleInformation((HANDLE)handle, HANDLE_FLAG_INHERIT, 0);
    return ioctlsocket(handle, (long)FIONBIO, &on) == 0 ? 0 : os_error_socket();
}

/* The flag against inheritance is set in the same step, or a child that another thread starts at
 * this moment could get the socket. */
SOCKET os_socket_new(int family, int type)
{
    int protocol = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
    u_long on = 1;
    /* Overlapped, as socket() makes them too. */
    SOCKET made = WSASocketW(family, type, protocol, NULL, 0,
                             WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (made == INVALID_SOCKET)
        return made;
    if (ioctlsocket(made, (long)FIONBIO, &on) != 0) {
        int error = WSAGetLastError();
        closesocket(made);
        WSASetLastError(error);
        return INVALID_SOCKET;
    }
    if (type == SOCK_STREAM) /* an answer of one line waits for no more */
        os_socket_set(made, IPPROTO_TCP, TCP_NODELAY, 1);
    return made;
}

/* Leaves the error set where it fails. SO_EXCLUSIVEADDRUSE, since on Windows any other process may
 * otherwise bind the same port with SO_REUSEADDR and take the connections. */
static SOCKET try_bound(const struct plat_addr *addr, int type)
{
    union os_sockaddr native;
    int size = os_sockaddr_encode(&native, addr);
    SOCKET made = os_socket_new(native.any.sa_family, type);
    if (made == INVALID_SOCKET)
        return made;
    os_socket_set(made, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    if (addr->is_v6)
        os_socket_set(made, IPPROTO_IPV6, IPV6_V6ONLY, !plat_addr_is_any(addr));
    if (bind(made, &native.any, size) == 0)
        return made;
    int error = WSAGetLastError();
    closesocket(made);
    WSASetLastError(error);
    return INVALID_SOCKET;
}

/* No port needs a privilege on Windows. "Permission denied" is what it says when another one has
 * claimed the port for itself (sometimes; else it says "in use"), or when the system has set a
 * range of ports aside, for virtual machines mostly. */
static int bind_error(const struct plat_addr *addr)
{
    int error = WSAGetLastError();
    bool is_claimed = error == WSAEACCES && addr->port != 0;
    return is_claimed ? PLAT_ERR_IN_USE : os_error((unsigned long)error);
}

/* Without IPv6, making the socket fails in one system and binding it in another. */
int os_socket_bound(SOCKET *out, const struct plat_addr *addr, int type)
{
    struct plat_addr any_v4 = {.port = addr->port};
    *out = try_bound(addr, type);
    int error = *out == INVALID_SOCKET ? WSAGetLastError() : 0;
    bool without_v6 = error == WSAEAFNOSUPPORT || error == WSAEADDRNOTAVAIL;
    if (without_v6 && addr->is_v6 && plat_addr_is_any(addr))
        *out = try_bound(&any_v4, type);
    return *out != INVALID_SOCKET ? 0 : bind_error(addr);
}

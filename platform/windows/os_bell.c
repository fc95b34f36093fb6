/*
 * A socket that is readable while the bell rings.
 */
#include "os_bell.h"

#include "os_error.h"
#include "os_socket.h"

/* Connected, it takes datagrams from itself alone: nobody else on this machine can ring. */
static int connect_to_itself(SOCKET handle)
{
    union os_sockaddr own;
    int size = (int)sizeof own;
    if (getsockname(handle, &own.any, &size) != 0 || connect(handle, &own.any, size) != 0)
        return os_error_socket();
    return 0;
}

int os_bell_open(struct os_bell *bell)
{
    struct plat_addr loopback = plat_addr_loopback(false, 0);
    SOCKET made;
    bell->socket = PLAT_SOCKET_NONE;
    plat_atomic_store(&bell->ringing, 0);
    int rc = os_socket_bound(&made, &loopback, SOCK_DGRAM);
    if (rc < 0)
        return rc;
    rc = connect_to_itself(made);
    if (rc < 0) {
        closesocket(made);
        return rc;
    }
    bell->socket = (plat_socket)made;
    return 0;
}

void os_bell_close(struct os_bell *bell)
{
    plat_socket_close(bell->socket);
    bell->socket = PLAT_SOCKET_NONE;
}

void os_bell_ring(struct os_bell *bell)
{
    /* One datagram is enough, however many ring. Where it could not be sent, the next who rings
     * tries again. */
    if (plat_atomic_add(&bell->ringing, 1) == 0 && send((SOCKET)bell->socket, "", 1, 0) < 0)
        plat_atomic_store(&bell->ringing, 0);
}

void os_bell_silence(struct os_bell *bell)
{
    char rung[16];
    while (recv((SOCKET)bell->socket, rung, sizeof rung, 0) >= 0)
        continue;
    /* Last: who rings before this sends nothing, and is heard by this turn's look at the matter;
     * who rings after it sends. */
    plat_atomic_store(&bell->ringing, 0);
}

/*
 * Host names to addresses, by the system's resolver, which blocks.
 */
#include "plat/socket.h"

#include <stdlib.h>
#include <string.h>

#include "os_socket.h"
#include "os_wide.h"

/* These are Winsock's own numbers, which getaddrinfo's EAI_ names are only other words for. */
static int lookup_error(int code)
{
    switch (code) {
    case WSA_NOT_ENOUGH_MEMORY: return PLAT_ERR_NO_MEMORY;
    case WSATRY_AGAIN: return PLAT_ERR_TIMED_OUT;
    default: return PLAT_ERR_NO_HOST;
    }
}

/* Windows knows this name by itself; but a system that stands in for it may ask a file of hosts,
 * which a bare container has not. */
static size_t put_loopbacks(struct plat_addr *out, uint16_t port, size_t most)
{
    size_t count = 0;
    if (count < most)
        out[count++] = plat_addr_loopback(false, port);
    if (count < most)
        out[count++] = plat_addr_loopback(true, port);
    return count;
}

/* In the system's order, which is that of RFC 6724. Others than IP addresses are passed over. */
static size_t copy_found(const ADDRINFOW *found, uint16_t port, struct plat_addr *out, size_t most)
{
    size_t count = 0;
    for (const ADDRINFOW *a = found; a && count < most; a = a->ai_next) {
        union os_sockaddr native = {0};
        if (a->ai_addrlen > sizeof native || (a->ai_family != AF_INET && a->ai_family != AF_INET6))
            continue;
        memcpy(&native, a->ai_addr, a->ai_addrlen);
        os_sockaddr_decode(&out[count], &native);
        out[count++].port = port;
    }
    return count;
}

/* The wide call: names may be of other alphabets than the code page's. */
int plat_addr_resolve(const char *host, uint16_t port, struct plat_addr *out, size_t most,
                      size_t *count)
{
    /* One type of socket, or each address would come once for each. */
    ADDRINFOW hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    ADDRINFOW *found = NULL;
    wchar_t *wide;
    int rc = os_wide_from_utf8(&wide, host);
    if (rc < 0)
        return rc == PLAT_ERR_BAD_NAME ? PLAT_ERR_NO_HOST : rc;
    /* The empty name would be this machine's own. */
    int code = *wide ? GetAddrInfoW(wide, NULL, &hints, &found) : WSAHOST_NOT_FOUND;
    free(wide);
    if (code != 0 && strcmp(host, "localhost") == 0) {
        *count = put_loopbacks(out, port, most);
        return 0;
    }
    if (code != 0)
        return lookup_error(code);
    *count = copy_found(found, port, out, most);
    FreeAddrInfoW(found);
    return *count > 0 ? 0 : PLAT_ERR_NO_HOST;
}

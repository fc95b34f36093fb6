/*
 * Looking host names up with getaddrinfo.
 */
#include <netdb.h>
#include <string.h>

#include "os_addr.h"

static int lookup_error(int code)
{
    switch (code) {
    case EAI_MEMORY: return PLAT_ERR_NO_MEMORY;
    case EAI_AGAIN: return PLAT_ERR_TIMED_OUT;
    default: return PLAT_ERR_NO_HOST;
    }
}

/* A bare container may lack /etc/hosts and with it this name. */
static size_t put_loopbacks(struct plat_addr *out, uint16_t port, size_t most)
{
    size_t count = 0;
    if (count < most)
        out[count++] = plat_addr_loopback(false, port);
    if (count < most)
        out[count++] = plat_addr_loopback(true, port);
    return count;
}

int plat_addr_resolve(const char *host, uint16_t port, struct plat_addr *out, size_t most,
                      size_t *count)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int code = getaddrinfo(host, NULL, &hints, &found);
    if (code != 0 && strcmp(host, "localhost") == 0) {
        *count = put_loopbacks(out, port, most);
        return 0;
    }
    if (code != 0)
        return lookup_error(code);
    *count = 0;
    for (struct addrinfo *a = found; a && *count < most; a = a->ai_next) {
        union os_addr system = {0};
        if (a->ai_addrlen > sizeof system)
            continue;
        memcpy(&system, a->ai_addr, a->ai_addrlen);
        os_addr_from_system(&out[*count], &system);
        out[(*count)++].port = port;
    }
    freeaddrinfo(found);
    return *count > 0 ? 0 : PLAT_ERR_NO_HOST;
}

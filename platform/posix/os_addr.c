/*
 * struct plat_addr to the system's addresses and back.
 */
#include "os_addr.h"

#include <string.h>

socklen_t os_addr_to_system(union os_addr *out, const struct plat_addr *addr)
{
    memset(out, 0, sizeof *out);
    if (!addr->is_v6) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(addr->port);
        memcpy(&out->v4.sin_addr, addr->ip, 4);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(addr->port);
    out->v6.sin6_scope_id = addr->scope_id;
    memcpy(&out->v6.sin6_addr, addr->ip, 16);
    return sizeof out->v6;
}

void os_addr_from_system(struct plat_addr *out, const union os_addr *addr)
{
    memset(out, 0, sizeof *out);
    if (addr->any.sa_family == AF_INET) {
        out->port = ntohs(addr->v4.sin_port);
        memcpy(out->ip, &addr->v4.sin_addr, 4);
        return;
    }
    out->port = ntohs(addr->v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&addr->v6.sin6_addr)) {
        memcpy(out->ip, addr->v6.sin6_addr.s6_addr + 12, 4);
        return;
    }
    out->is_v6 = true;
    out->scope_id = addr->v6.sin6_scope_id;
    memcpy(out->ip, &addr->v6.sin6_addr, 16);
}

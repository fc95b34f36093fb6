/*
 * Addresses in the system's own form.
 */
#ifndef OS_ADDR_H
#define OS_ADDR_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "plat/socket.h"

union os_addr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Returns how many bytes of *out count. */
socklen_t os_addr_to_system(union os_addr *out, const struct plat_addr *addr);

/* An IPv4 address in its IPv6 form becomes IPv4. */
void os_addr_from_system(struct plat_addr *out, const union os_addr *addr);

#endif

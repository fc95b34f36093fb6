/*
 * The part of plat/socket.h that is arithmetic: addresses as values.
 */
#include <stdio.h>
#include <string.h>

#include "plat/socket.h"

struct plat_addr plat_addr_any(uint16_t port)
{
    struct plat_addr addr = {.is_v6 = true, .port = port};
    return addr;
}

struct plat_addr plat_addr_loopback(bool is_v6, uint16_t port)
{
    struct plat_addr addr = {.is_v6 = is_v6, .port = port};
    if (is_v6) {
        addr.ip[15] = 1;
    } else {
        addr.ip[0] = 127;
        addr.ip[3] = 1;
    }
    return addr;
}

bool plat_addr_is_any(const struct plat_addr *addr)
{
    static const uint8_t zeros[16];
    return memcmp(addr->ip, zeros, addr->is_v6 ? 16 : 4) == 0;
}

bool plat_addr_is_loopback(const struct plat_addr *addr)
{
    struct plat_addr loopback = plat_addr_loopback(addr->is_v6, 0);
    if (!addr->is_v6)
        return addr->ip[0] == 127;
    return memcmp(addr->ip, loopback.ip, 16) == 0;
}

bool plat_addr_same_host(const struct plat_addr *a, const struct plat_addr *b)
{
    return a->is_v6 == b->is_v6 && a->scope_id == b->scope_id &&
           memcmp(a->ip, b->ip, a->is_v6 ? 16 : 4) == 0;
}

/* Reads the digits at *text, at most max in value, and moves past them; -1 if there are none. */
static int64_t read_number(const char **text, int base, int64_t max)
{
    int64_t value = 0;
    const char *start = *text;
    for (;; (*text)++) {
        int digit;
        char c = **text;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (base == 16 && c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else if (base == 16 && c >= 'A' && c <= 'F')
            digit = c - 'A' + 10;
        else
            break;
        value = value * base + digit;
        if (value > max)
            return -1;
    }
    return *text == start ? -1 : value;
}

static int parse_v4(uint8_t ip[4], const char *text)
{
    for (int i = 0; i < 4; i++) {
        const char *start = text;
        int64_t value = read_number(&text, 10, 255);
        if (value < 0 || text - start > 3 || *text != (i < 3 ? '.' : '\0'))
            return PLAT_ERR_INVALID;
        ip[i] = (uint8_t)value;
        text++;
    }
    return 0;
}

/* One side of "::": up to `most` groups into ip, or how many there were; an IPv4 tail counts two.
 */
static int parse_groups(uint8_t *ip, int most, const char *text, const char *end)
{
    int count = 0;
    while (text < end) {
        const char *start = text;
        int64_t value = read_number(&text, 16, 0xffff);
        if (*text == '.' && count + 2 <= most && parse_v4(ip + 2 * count, start) == 0)
            return count + 2;
        if (value < 0 || text - start > 4 || count == most || text > end)
            return PLAT_ERR_INVALID;
        ip[2 * count] = (uint8_t)(value >> 8);
        ip[2 * count + 1] = (uint8_t)value;
        count++;
        if (text == end)
            break;
        if (*text != ':' || text + 1 == end)
            return PLAT_ERR_INVALID;
        text++;
    }
    return count;
}

static int parse_v6(uint8_t ip[16], const char *text)
{
    uint8_t tail[16] = {0};
    const char *end = text + strlen(text);
    const char *gap = strstr(text, "::");
    int before = parse_groups(ip, 8, text, gap ? gap : end);
    if (before < 0)
        return before;
    if (!gap)
        return before == 8 ? 0 : PLAT_ERR_INVALID;
    int after = parse_groups(tail, 7 - before, gap + 2, end);
    if (after < 0)
        return after;
    memcpy(ip + 16 - 2 * after, tail, (size_t)after * 2);
    return 0;
}

/* Splits "fe80::1%3" and gives the scope; interface names are left to the resolver. */
static int split_scope(char *text, uint32_t *scope_id)
{
    char *percent = strchr(text, '%');
    if (!percent)
        return 0;
    const char *digits = percent + 1;
    int64_t value = read_number(&digits, 10, UINT32_MAX);
    if (value < 0 || *digits)
        return PLAT_ERR_INVALID;
    *percent = '\0';
    *scope_id = (uint32_t)value;
    return 0;
}

int plat_addr_parse(struct plat_addr *out, const char *text)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    struct plat_addr addr = {0};
    char copy[PLAT_ADDR_TEXT_SIZE];
    if (strlen(text) >= sizeof copy)
        return PLAT_ERR_INVALID;
    strcpy(copy, text);
    addr.is_v6 = strchr(copy, ':') != NULL;
    int rc = addr.is_v6 ? split_scope(copy, &addr.scope_id) : 0;
    if (rc == 0)
        rc = addr.is_v6 ? parse_v6(addr.ip, copy) : parse_v4(addr.ip, copy);
    if (rc < 0)
        return rc;
    if (addr.is_v6 && memcmp(addr.ip, mapped, sizeof mapped) == 0) {
        addr.is_v6 = false;
        memmove(addr.ip, addr.ip + 12, 4);
        memset(addr.ip + 4, 0, 12);
    }
    *out = addr;
    return 0;
}

/* The longest run of at least two zero groups, which RFC 5952 has written as "::". */
static int find_gap(const uint8_t ip[16], int *length)
{
    int best = -1;
    *length = 1;
    for (int i = 0; i < 8; i++) {
        int run = 0;
        while (i + run < 8 && ip[2 * (i + run)] == 0 && ip[2 * (i + run) + 1] == 0)
            run++;
        if (run > *length) {
            best = i;
            *length = run;
        }
        i += run;
    }
    return best;
}

static void format_v6(const struct plat_addr *addr, char text[PLAT_ADDR_TEXT_SIZE])
{
    int length;
    int gap = find_gap(addr->ip, &length);
    char *at = text;
    for (int i = 0; i < 8; i++) {
        if (i == gap) {
            at += sprintf(at, "::");
            i += length - 1;
            continue;
        }
        const char *colon = i > 0 && i != gap + length ? ":" : "";
        if (gap < 0 && i > 0)
            colon = ":";
        unsigned group = (unsigned)addr->ip[2 * i] << 8 | addr->ip[2 * i + 1];
        at += sprintf(at, "%s%x", colon, group);
    }
    if (addr->scope_id)
        sprintf(at, "%%%u", (unsigned)addr->scope_id);
}

void plat_addr_format(const struct plat_addr *addr, char text[PLAT_ADDR_TEXT_SIZE])
{
    const uint8_t *ip = addr->ip;
    if (addr->is_v6)
        format_v6(addr, text);
    else
        sprintf(text, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
}

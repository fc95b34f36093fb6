#include "net/reach.h"

static bool parse(struct slice address, struct plat_addr *out)
{
    char text[PLAT_ADDR_TEXT_SIZE];
    if (address.size >= sizeof text)
        return false;
    slice_copy(address, text, sizeof text);
    return plat_addr_parse(out, text) == 0;
}

bool reach_is_local(struct slice address)
{
    struct plat_addr addr;
    if (slice_is(address, "localhost"))
        return true;
    return parse(address, &addr) && plat_addr_is_loopback(&addr);
}

struct slice reach_from_peer(struct slice address, const struct plat_addr *peer,
                             char text[PLAT_ADDR_TEXT_SIZE])
{
    struct plat_addr addr;
    bool is_any = parse(address, &addr) && plat_addr_is_any(&addr);
    if (!is_any && (plat_addr_is_loopback(peer) || !reach_is_local(address)))
        return address;
    plat_addr_format(peer, text);
    return slice_text(text);
}

struct slice reach_to_peer(struct slice address, const struct conn *conn,
                           char text[PLAT_ADDR_TEXT_SIZE])
{
    struct plat_addr local;
    if (plat_addr_is_loopback(&conn->peer) || !reach_is_local(address) ||
        conn_local(conn, &local) < 0)
        return address;
    plat_addr_format(&local, text);
    return slice_text(text);
}

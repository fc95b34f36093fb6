/*
 * Which address means what to whom.
 *
 * A server may name itself "localhost" or a wildcard, as textbook ones do, and may be known by a
 * loopback address; neither means the same thing on another machine.
 */
#ifndef NET_REACH_H
#define NET_REACH_H

#include "base/slice.h"
#include "net/conn.h"
#include "plat/socket.h"

/* What `address` means, said by a peer about itself: the peer's own address if it is another
 * machine and named localhost, a wildcard or a loopback address. The result is `address` or lies in
 * text. */
struct slice reach_from_peer(struct slice address, const struct plat_addr *peer,
                             char text[PLAT_ADDR_TEXT_SIZE]);

/* Where the peer of a connection reaches a server of this address: a server that is known by a
 * local address runs on this machine, so a peer on another one reaches it where it reached us. The
 * result is `address` or lies in text. */
struct slice reach_to_peer(struct slice address, const struct conn *conn,
                           char text[PLAT_ADDR_TEXT_SIZE]);

/* Whether the text names this machine to itself only. */
bool reach_is_local(struct slice address);

#endif

/*
 * What the parts of a connection ask of each other. For net/conn*.c only.
 */
#ifndef NET_CONN_PARTS_H
#define NET_CONN_PARTS_H

#include "net/conn.h"

/* Closes at once, for this reason. Again: nothing happens. */
void conn_close_with(struct conn *conn, int reason);

/* Whether input has to wait, for output or for the owner. */
bool conn_is_paused(const struct conn *conn);

/* Sends what it can; what handlers put in between goes out as well. */
void conn_send_all(struct conn *conn);

/* Lets an owner who wants room put more while there is some. */
void conn_offer_room(struct conn *conn);

/* Reads once and handles what came. */
void conn_receive(struct conn *conn);

/* Handles what was held while the connection was paused. */
void conn_handle_held(struct conn *conn);

/* Reads and forgets, until the peer's end. */
void conn_discard(struct conn *conn);

#endif

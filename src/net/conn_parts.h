/*
 * What the parts of a connection ask of each other. For net/conn*.c only.
 */
#ifndef NET_CONN_PARTS_H
#define NET_CONN_PARTS_H

#include "net/conn.h"

/* Closes at once, for this reason. Again: nothing happens. */
void conn_close_with(struct conn *conn, int reason);

/* Whether input has to wait, for output, for the owner or for the next turn. */
bool conn_is_paused(const struct conn *conn);

/* What may be done in one turn of the loop, counted in lines: about a millisecond's work. */
enum { CONN_BUDGET = 1024, CONN_ROOM_COST = 256 };

/* Takes something off it. */
void conn_spend(struct conn *conn, unsigned cost);

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

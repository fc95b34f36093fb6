/*
 * Sending a file, or a part of one, to a client: small ones with their header in one call, from
 * memory if they are asked for often; large ones from file to socket by the system.
 *
 * Each request stands for itself. So parts that were asked for one after the other may be those
 * of two versions, if the file was replaced in between; clients find out by the hashes.
 */
#ifndef CONTENT_TRANSFER_H
#define CONTENT_TRANSFER_H

#include "content/shared.h"
#include "content/shelf.h"
#include "net/conn.h"
#include "proto/request.h"

struct transfer {
    /* private */
    char *name; /* of the file that is being sent, or NULL */
    uint64_t offset, size;
    bool is_range;
};

/* The shelf is that of the connection's worker. */
void transfer_get(struct transfer *transfer, struct content_shared *shared, struct shelf *shelf,
                  struct conn *conn, struct slice name);

void transfer_get_range(struct transfer *transfer, struct content_shared *shared,
                        struct shelf *shelf, struct conn *conn, const struct request *request);

/* All was sent. */
void transfer_end(struct transfer *transfer, struct content_shared *shared);

/* The connection has ended, for which the reason is as in conn_handler. None under way: nothing
 * happens. */
void transfer_break(struct transfer *transfer, struct content_shared *shared, int reason);

#endif

/*
 * Sending a file, or a part of one, to a client: small ones with their header in one call, large
 * ones from file to socket by the system.
 *
 * Each request opens the name anew. So parts that were asked for one after the other may be those
 * of two versions, if the file was replaced in between; clients find out by the hashes.
 */
#ifndef CONTENT_TRANSFER_H
#define CONTENT_TRANSFER_H

#include "content/shared.h"
#include "net/conn.h"

struct transfer {
    /* private */
    char *name; /* of the file that is being sent, or NULL */
    uint64_t offset, size;
    bool is_range;
};

void transfer_get(struct transfer *transfer, struct content_shared *shared, struct conn *conn,
                  struct slice name);

void transfer_get_range(struct transfer *transfer, struct content_shared *shared, struct conn *conn,
                        struct slice name, uint64_t offset, uint64_t length);

/* All was sent. */
void transfer_end(struct transfer *transfer, struct content_shared *shared);

/* The connection has ended, for which the reason is as in conn_handler. None under way: nothing
 * happens. */
void transfer_break(struct transfer *transfer, struct content_shared *shared, int reason);

#endif

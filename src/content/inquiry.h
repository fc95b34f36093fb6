/*
 * What clients ask about a file: STAT, and CHUNKS, whose answer may be long and is put piece by
 * piece as the client takes it.
 *
 * A hash is told only if it is that of the file as it is now.
 */
#ifndef CONTENT_INQUIRY_H
#define CONTENT_INQUIRY_H

#include "content/chunk_list.h"
#include "content/shared.h"
#include "net/conn.h"

struct inquiry {
    /* private */
    char *name; /* of the file whose chunks are being told, or NULL */
    struct chunk_list chunks;
    uint64_t count, next_block;
};

void inquiry_stat(struct content_shared *shared, struct conn *conn, struct slice name);
void inquiry_chunks(struct inquiry *inquiry, struct content_shared *shared, struct conn *conn,
                    struct slice name);

/* Puts the next piece. */
void inquiry_more(struct inquiry *inquiry, struct content_shared *shared, struct conn *conn);

/* The connection has ended. None under way: nothing happens. */
void inquiry_break(struct inquiry *inquiry);

#endif

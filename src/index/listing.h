/*
 * LIST_FILES and LIST_SERVERS: long answers, put piece by piece as the peer takes them, so that
 * memory and other clients' waiting stay small whatever the list's length.
 */
#ifndef INDEX_LISTING_H
#define INDEX_LISTING_H

#include "index/shared.h"
#include "net/conn.h"

struct listing {
    /* private */
    bool files;
    char last[FILE_NAME_SIZE_MAX + 1]; /* the name or id that was put last */
};

void listing_begin(struct listing *listing, struct conn *conn, bool files);

/* Puts the next piece. */
void listing_more(struct listing *listing, const struct index_shared *shared, struct conn *conn);

#endif

/*
 * LIST_FILES, LIST_SERVERS and LOCATE: long answers, put piece by piece as the peer takes them, so
 * that memory and other clients' waiting stay small whatever the list's length.
 */
#ifndef INDEX_LISTING_H
#define INDEX_LISTING_H

#include "index/shared.h"
#include "net/conn.h"

enum listing_kind { LISTING_FILES, LISTING_SERVERS, LISTING_SOURCES };

/* Zero-initialised it is idle. */
struct listing {
    /* private */
    enum listing_kind kind;
    char last[FILE_NAME_SIZE_MAX + 1]; /* the name or id that was put last */
    struct catalogue_sources sources;  /* and how many of them were put */
    size_t put;
};

/* Begins a list of files or servers. */
void listing_begin(struct listing *listing, struct conn *conn, enum listing_kind kind);

/* Begins a list of where a file is, or answers that it is nowhere. */
void listing_locate(struct listing *listing, const struct index_shared *shared, struct conn *conn,
                    struct slice name);

/* The connection has ended. */
void listing_fini(struct listing *listing);

/* Puts the next piece. */
void listing_more(struct listing *listing, const struct index_worker *worker, struct conn *conn);

#endif

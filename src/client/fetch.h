/*
 * Getting a file's bytes from one content server.
 */
#ifndef CLIENT_FETCH_H
#define CLIENT_FETCH_H

#include "client/landing.h"
#include "client/peer.h"
#include "client/ui.h"

enum fetch_outcome {
    FETCH_DONE,
    FETCH_FAILED, /* this source did not; another may */
    FETCH_DISK,   /* our own disk did not */
    FETCH_INTERRUPTED
};

struct fetch {
    struct work *work;
    struct ui *ui;
    struct landing *landing;
    const char *server_id, *host;
    uint16_t port;
    uint64_t size; /* bytes, as the index said */
    /* the outcome, when it is not done */
    char reason[160];
    uint64_t other_size; /* what the source says instead of `size`, if has_other_size */
    bool has_other_size;
    uint64_t received; /* bytes that came */
    /* private */
    struct peer peer;
    bool accepted; /* the header was good */
    int disk_error;
};

/* All of the file into the landing. The fields before `reason` are set by the caller, the rest is
 * zero. */
enum fetch_outcome fetch_run(struct fetch *fetch);

#endif

/*
 * Asking the index. A connection is kept as long as the index keeps it; one that closes after each
 * answer, as base servers may, is dialed again.
 */
#ifndef CLIENT_INDEX_LINK_H
#define CLIENT_INDEX_LINK_H

#include "client/peer.h"
#include "client/ui.h"
#include "proto/request.h"

enum { INDEX_SILENCE_MS = 10 * 1000 /* without anything from it */ };

struct index_link {
    const char *host;
    uint16_t port;
    struct ui *ui;
    /* A line of the answer to index_link_ask. */
    enum peer_more (*on_line)(void *arg, struct slice line);
    void *arg;
    bool is_base; /* it was found to know only the base protocol */
    /* private */
    struct peer peer;
    bool heard;         /* something of the answer, which is not asked for again then */
    bool greets;        /* the answer that is waited for is the one to HELLO */
    const char *failed; /* what failed last */
};

void index_link_init(struct index_link *link, struct work *work);

/* Says HELLO, if that connection has not, and asks. 0 once on_line has said that the answer is
 * complete; PLAT_AGAIN when interrupted; or an error, which has been shown. */
int index_link_ask(struct index_link *link, const struct request *request, bool greet);

/* The same without showing the error. silence_ms: without anything from the index it is over; 0:
 * the usual time. */
int index_link_try(struct index_link *link, const struct request *request, bool greet,
                   uint64_t silence_ms);

/* Shows an error of index_link_try, with what has failed last; an interrupt is none. */
void index_link_show(struct index_link *link, int error);

/* The error in words. */
const char *index_link_error_text(int error);

void index_link_close(struct index_link *link);

#endif

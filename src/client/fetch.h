/*
 * A connection to a content server: it asks for what it is told to, in order, and tells what comes.
 *
 * A server that knows only the base protocol is found out by STAT, the first thing asked: whatever
 * else it answers, nothing or its end, it is a base one, and that is all that is known. Only one
 * that has answered STAT is asked several things at once.
 */
#ifndef CLIENT_FETCH_H
#define CLIENT_FETCH_H

#include "net/conn.h"
#include "net/dial.h"
#include "proto/reply.h"
#include "proto/request.h"

enum fetch_fault {
    FETCH_BROKEN, /* it could not be reached, broke off, or answers an error */
    FETCH_WRONG,  /* it sends what it must not */
    FETCH_BASE    /* it knows only the base protocol; no fault, but this connection is of no use */
};

struct fetch;

/* No call comes from within a function of this header but fetch_resume. */
struct fetch_events {
    /* Connected, and STAT was answered if that was to be asked; on_stat comes before. */
    void (*on_open)(struct fetch *fetch);
    /* NULL: it could not tell this time. */
    void (*on_stat)(struct fetch *fetch, const struct reply_stat *stat);
    /* A chunk's SHA-256, in their order; then their end, with how many there were; 0: it has none
     * now. False: there must not be so many, or this is not right, and the server is WRONG. */
    bool (*on_chunk)(struct fetch *fetch, uint64_t chunk, struct slice digits);
    bool (*on_chunks_end)(struct fetch *fetch, uint64_t count);
    /* How many bytes are promised, of what was asked for first, with GET or GET_RANGE; false: it is
     * not so many, and the server is WRONG. */
    bool (*on_body)(struct fetch *fetch, enum verb verb, uint64_t size);
    void (*on_bytes)(struct fetch *fetch, struct slice bytes);
    /* As conn's: NULL stops reading until fetch_resume. */
    char *(*on_space)(struct fetch *fetch, size_t *size);
    /* It is of no use any more and is closed. */
    void (*on_fault)(struct fetch *fetch, enum fetch_fault fault, const char *reason);
    /* The last call, after a fault, fetch_close or the server's end. */
    void (*on_closed)(struct fetch *fetch);
};

enum fetch_state { FETCH_CLOSED, FETCH_DIALING, FETCH_PROBING, FETCH_OPEN, FETCH_CLOSING };

enum { FETCH_ASKED_MAX = 6 };

struct fetch_asked {
    enum verb verb;
    uint64_t size; /* bytes that a range has to have */
};

struct fetch {
    void *owner;
    /* private */
    const struct fetch_events *events;
    struct loop *loop;
    struct slice name;
    bool probes, is_connected;
    uint64_t open_ms;  /* when it was */
    bool has_answered; /* something since then */
    enum fetch_state state;
    struct dial dial;
    struct conn conn;
    struct timer timer;
    struct loop_task burial;
    struct fetch_asked asked[FETCH_ASKED_MAX];
    size_t asked_count;
    uint64_t body_size, body_left;
    uint64_t list_count, list_at; /* chunks that were announced, and came */
    bool lists;
};

/* Begins to connect; closed before. The host is copied, events and the file's name are not. */
void fetch_open(struct fetch *fetch, struct loop *loop, const struct fetch_events *events,
                const char *host, uint16_t port, struct slice name, bool probe);

/* Closes; on_closed is called soon. Closed already, or closing: nothing happens. */
void fetch_close(struct fetch *fetch);

/* Asks, when open; from and size are a range's. False: it is not, or something has to be answered
 * first. */
bool fetch_ask(struct fetch *fetch, enum verb verb, uint64_t from, uint64_t size);

static inline bool fetch_ask_stat(struct fetch *fetch)
{
    return fetch_ask(fetch, VERB_STAT, 0, 0);
}

static inline bool fetch_ask_chunks(struct fetch *fetch)
{
    return fetch_ask(fetch, VERB_CHUNKS, 0, 0);
}

static inline bool fetch_ask_range(struct fetch *fetch, uint64_t from, uint64_t size)
{
    return fetch_ask(fetch, VERB_GET_RANGE, from, size);
}

static inline bool fetch_ask_all(struct fetch *fetch)
{
    return fetch_ask(fetch, VERB_GET, 0, 0);
}

/* When open, and until it is closed: little of a body comes unasked, before on_space. */
void fetch_read_little(struct fetch *fetch);

/* Reads on after on_space gave none. */
void fetch_resume(struct fetch *fetch);

/* Whether it is open and nothing is asked. */
static inline bool fetch_is_idle(const struct fetch *fetch)
{
    return fetch->state == FETCH_OPEN && fetch->asked_count == 0;
}

#endif

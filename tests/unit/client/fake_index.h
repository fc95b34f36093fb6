/*
 * An index on the test's own loop. It knows one file, "file", and tells of it what it is told.
 */
#ifndef FAKE_INDEX_H
#define FAKE_INDEX_H

#include "client/holders.h"
#include "net/conn.h"
#include "net/listener.h"

enum { FAKE_HOLDERS_MAX = 8 };

struct fake_index {
    /* set by the test */
    bool is_base;       /* knows HELLO and GET alone */
    bool closes;        /* after each answer, and in the place of those that it does not give */
    bool is_dead_later; /* it answers nothing any more after the first GET */
    bool trickles;      /* each answer to LOCATE is a source now and then, without end */
    unsigned mute_from; /* to this LOCATE, the first being 1, and all later ones */
    unsigned forgets_from, knows_from; /* the LOCATEs between which it does not know the file */
    const char *says;                  /* instead of any answer to LOCATE */
    struct holder holders[FAKE_HOLDERS_MAX];
    size_t count;
    size_t late; /* so many of these, the last ones, are told from the second LOCATE on */
    size_t more; /* sources that LOCATE tells behind those, at addresses where nobody is */
    /* to read */
    uint16_t port;
    unsigned locates, gets, hellos;
    /* private */
    struct loop *loop;
    struct listener listener;
    struct fake_index_session *sessions;
};

void fake_index_open(struct fake_index *fake, struct loop *loop);

/* Adds one at 127.0.0.1; the hash may be NULL. */
void fake_index_add(struct fake_index *fake, const char *id, uint16_t port, uint64_t size,
                    const char *sha256);

/* Turns the loop. */
void fake_index_close(struct fake_index *fake);

#endif

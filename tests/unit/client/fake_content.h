/*
 * A content server on the test's own loop, which does as it is told: also what no server should.
 */
#ifndef FAKE_CONTENT_H
#define FAKE_CONTENT_H

#include "fake_file.h"
#include "net/conn.h"
#include "net/listener.h"

#define FAKE_NEVER UINT64_MAX

struct fake_content {
    /* set by the test; fake_content_open sets it to what a good server does */
    const struct fake_file *file;
    int64_t mtime_s;
    bool is_base;                      /* knows GET alone, and closes after each answer */
    bool is_mute;                      /* answers nothing */
    bool has_no_hash;                  /* nor chunks */
    bool has_no_chunks;                /* though it has a hash */
    bool lies_in_list;                 /* about the first chunk */
    bool lies_in_all;                  /* about each chunk */
    const char *claims;                /* the hash that it tells; NULL: the true one */
    bool is_never_same;                /* each STAT tells another hash */
    bool sends_more;                   /* than it promises */
    bool has_no_ranges;                /* though it answers STAT */
    bool closes_if_told;               /* after each answer to STAT */
    const char *says;                  /* instead of any answer ... */
    unsigned says_from;                /* ... on the connections from this one on, counted from 0 */
    unsigned stats_most;               /* STAT that are answered; it is mute to those after them */
    const struct fake_file *next_file; /* a second later, with the next connection */
    int64_t mtime_step;                /* seconds that the file's time goes on by with each STAT */
    uint64_t size_told;                /* by STAT and GET; FAKE_NEVER: the true one */
    uint64_t closes_at; /* bytes of bodies on a connection, after which it ends it ... */
    uint64_t hangs_at;  /* ... or, those that it does not end, sends nothing more */
    unsigned closes_left, hangs_left; /* how many connections that happens to */
    uint64_t wrong_at;                /* the byte of the file that is another one ... */
    unsigned wrongs_left;             /* ... so many times */
    uint64_t rate;                    /* bytes a second, each connection; 0: no limit */
    /* to read */
    uint16_t port;
    unsigned connections, open, stats, lists, ranges, gets;
    uint64_t sent; /* bytes of bodies */
    /* private */
    struct loop *loop;
    struct listener listener;
    struct fake_session *sessions;
};

/* Listens on a loopback port. The file is the test's, and lives until fake_content_close. */
void fake_content_open(struct fake_content *fake, struct loop *loop, const struct fake_file *file);

/* No more connections; those that there are end. Again: nothing happens. */
void fake_content_kill(struct fake_content *fake);

/* Listens again on the same port. */
void fake_content_revive(struct fake_content *fake);

/* Kills it; turns the loop. */
void fake_content_close(struct fake_content *fake);

#endif

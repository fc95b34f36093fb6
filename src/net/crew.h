/*
 * The loops of a server, one a thread, and the sessions that they serve.
 *
 * Whoever accepts a connection hands it to the crew, which gives it to one loop in turn; from then
 * on everything about it happens on that loop's thread. Worker 0 is the loop that opened the crew;
 * unless said otherwise the functions are to be called on its thread.
 */
#ifndef NET_CREW_H
#define NET_CREW_H

#include "base/log.h"
#include "net/conn.h"
#include "plat/atomic.h"
#include "plat/thread.h"

struct crew;
struct crew_worker;
struct session;

/* What the sessions of one port are. */
struct session_kind {
    size_t size; /* of the program's struct, which begins with its struct session */
    /* on_closed has to be session_on_closed; on_line and the others are given the session's conn,
     * whose owner is the session. */
    struct conn_handler handler;
    /* The session's memory is zero but for the part here; it may put a greeting. May be NULL. */
    void (*opened)(struct session *session);
    /* Releases what the session holds; the crew frees its memory. May be NULL. */
    void (*closed)(struct session *session, int reason);
};

/* One connection's state; the first member of the program's own struct. */
struct session {
    struct conn conn;
    const struct session_kind *kind;
    struct crew_worker *worker;
    void *server; /* as given to crew_take */
    struct session *next, *previous;
};

/* Opens `threads` workers in all. A connection above connections_max is told `refusal` and closed.
 * The loop and the texts must outlive it. 0 or a plat error. */
int crew_open(struct crew **out, struct loop *loop, unsigned threads, uint64_t connections_max,
              const char *refusal);

/* Takes a connection over, and with it the socket. */
void crew_take(struct crew *crew, const struct session_kind *kind, void *server, plat_socket socket,
               const struct plat_addr *peer);

/* How many connections there are. Any thread. */
uint64_t crew_connections(const struct crew *crew);

/* Lets every session send what it owes and then close. */
void crew_finish(struct crew *crew);

/* Closes what is left, ends the threads and frees. The `closed` of each session is called before
 * it returns, of worker 0's when its loop is closed or turns. NULL is allowed. */
void crew_close(struct crew *crew);

/* The on_closed of every session kind's handler. */
void session_on_closed(struct conn *conn, int reason);

/* Which of the crew's workers it is, from 0 on: of things that each thread has its own of. */
unsigned crew_worker_number(const struct crew_worker *worker);

struct loop *crew_worker_loop(const struct crew_worker *worker);

#endif

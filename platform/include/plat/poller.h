/*
 * Waiting for many sockets at once: epoll, kqueue, WSAPoll.
 *
 * Level-triggered: what is still readable is reported again. Errors and hang-ups are reported as
 * readable and writable, so that the read or write tells the cause; WSAPoll may not report a failed
 * connect at all. Sockets only. One thread owns a poller; only plat_poller_wake may be called by
 * others (and by a signal handler).
 */
#ifndef PLAT_POLLER_H
#define PLAT_POLLER_H

#include <stddef.h>
#include <stdint.h>

#include "plat/socket.h"

enum { PLAT_READ = 1, PLAT_WRITE = 2 };

/* Embedded by the caller, who finds his object from it, and who keeps it in place while watched.
 * Initialise with PLAT_WATCH_INIT(socket). */
struct plat_watch {
    plat_socket socket;
    unsigned events; /* what is asked for: PLAT_READ, PLAT_WRITE, both or 0 */
    /* private */
    int slot; /* -1: not watched */
};
#define PLAT_WATCH_INIT(s)                                                                         \
    {                                                                                              \
        (s), 0, -1                                                                                 \
    }

struct plat_event {
    struct plat_watch *watch;
    unsigned events;
};

struct plat_poller;

/* 0, or PLAT_ERR_NO_MEMORY, PLAT_ERR_TOO_MANY_FILES. */
int plat_poller_open(struct plat_poller **out);

/* Forgets everything and frees the poller; the sockets stay open. NULL is allowed. */
void plat_poller_close(struct plat_poller *poller);

/* Sets what is asked for about a socket. With 0 nothing at all is reported, errors and hang-ups no
 * more than the rest: nobody who waits for something else could do anything about them. 0, or
 * PLAT_ERR_NO_MEMORY. */
int plat_poller_watch(struct plat_poller *poller, struct plat_watch *watch, unsigned events);

/* Stops watching; call it before the socket is closed. An event that plat_poller_wait has returned
 * already may still name it, so a watch must outlive the batch. Not watched: nothing happens. */
void plat_poller_forget(struct plat_poller *poller, struct plat_watch *watch);

/* Waits until something happens, somebody wakes it or the time is over (timeout_ms < 0: without
 * limit), and writes at most `most` events, at most one for a socket. Returns early with none
 * after a wake or a signal. 0, or PLAT_ERR_OTHER. */
int plat_poller_wait(struct plat_poller *poller, struct plat_event *events, size_t most,
                     int timeout_ms, size_t *count);

/* Makes the present or the next plat_poller_wait return. Any thread, any number of times; safe in a
 * signal handler. */
void plat_poller_wake(struct plat_poller *poller);

#endif

/*
 * A connection for those who measure beside the load: asks one thing and waits for the answer.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include "answer.h"
#include "plat/poller.h"
#include "plat/socket.h"

#define WIRE_ROOM 65536

struct wire {
    /* private */
    struct plat_poller *poller;
    struct plat_watch watch;
    struct answer answer;
    size_t at, end; /* of what was received and not taken yet */
    char room[WIRE_ROOM];
};

/* Connects, waiting for it. 0 or a plat error. Ended by wire_close in any case. */
int wire_open(struct wire *wire, const struct plat_addr *to);
/* The same with a socket that is connected already, which it takes over. */
int wire_take(struct wire *wire, plat_socket socket);
void wire_close(struct wire *wire); /* zero-initialised is allowed */

/* The connected socket, which is the caller's from now on; the wire is closed. */
plat_socket wire_release(struct wire *wire);

/* Sends all of it, waiting as long as it takes. 0 or a plat error. */
int wire_send(struct wire *wire, struct slice bytes);

/* The next line, without its LF; valid until the next call. 0, PLAT_END, PLAT_ERR_TIMED_OUT after
 * 60 silent seconds, PLAT_ERR_TOO_LARGE. */
int wire_line(struct wire *wire, struct slice *line);

/* Sends a text and wants this line for an answer. 0, PLAT_ERR_INVALID for another one, or the
 * error. */
int wire_expect(struct wire *wire, const char *text, const char *answer);

/* Asks for a file and checks all of the answer. Not to be mixed with wire_line. 0, PLAT_ERR_INVALID
 * for a wrong one, or the error. */
int wire_ask(struct wire *wire, enum dialect dialect, struct slice name, uint64_t size);

#endif

/*
 * A connection: lines in, bytes and files out.
 *
 * It hides the socket, partial reads and writes, and backpressure: while much output waits, or a
 * file is being sent, or its owner says that he is busy, no more input is read or handled, so that
 * no peer can make it grow and answers keep the order of the requests. What was put goes out soon
 * after the handler returns, when other connections were read from too, in as few writes as
 * possible. TLS would go beneath this header.
 *
 * A connection belongs to its loop's thread. It is embedded by its owner, who frees it no earlier
 * than in on_closed; that is called exactly once for each conn_open that succeeded, after the
 * events at hand were handled.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"
#include "net/loop.h"
#include "net/warmer.h"
#include "plat/file.h"
#include "plat/socket.h"

struct conn;

/* Lines that come together, at most. */
enum { CONN_LINES_MOST = 32 };

struct conn_handler {
    /* A line without its LF, with more than spaces in it. It is valid during the call. */
    void (*on_line)(struct conn *conn, struct slice line);
    /* The same for several lines that have come together, instead of on_line; returns how many it
     * has handled: fewer where conn_takes_lines has become false. May be NULL. */
    size_t (*on_lines)(struct conn *conn, const struct slice *lines, size_t count);
    /* Bytes that conn_expect announced. NULL where it is never called. */
    void (*on_bytes)(struct conn *conn, struct slice bytes);
    /* Where the next of those bytes shall be received, so that they need not be copied, and for
     * how many there is room: *size. NULL: not now; conn_set_busy was called. May be NULL. */
    char *(*on_space)(struct conn *conn, size_t *size);
    /* The owner is busy and most of the output has gone: put more, or become idle. May be NULL. */
    void (*on_room)(struct conn *conn);
    /* All of the file of conn_send_file was sent. May be NULL. */
    void (*on_sent)(struct conn *conn);
    /* The end: reason is 0 after conn_close and conn_finish, PLAT_END when the peer ended it, or
     * an error. */
    void (*on_closed)(struct conn *conn, int reason);
    /* Bytes of a line with its LF; at most LOOP_SCRATCH_SIZE / 2. */
    size_t line_max;
    /* What to answer to a line that is too long before closing; NULL: close without a word. */
    const char *too_long;
};

enum conn_state { CONN_OPEN, CONN_FINISHING, CONN_LINGERING, CONN_CLOSED };

struct conn {
    struct plat_addr peer;
    void *owner;
    /* private */
    struct loop_source source;
    struct loop *loop;
    const struct conn_handler *handler;
    struct buffer held; /* received, not handled yet */
    struct buffer out;  /* put, not sent yet */
    struct plat_file file;
    uint64_t file_at, file_left; /* what is still to be sent of the file */
    bool has_file;
    struct warmer *warmer;
    struct warming warming; /* what the warmer was asked for last */
    bool is_warming;        /* it has not answered yet */
    uint64_t expected;      /* bytes to come before the next line */
    size_t read_max;        /* bytes of one read of lines; 0: as many as fit */
    enum conn_state state;
    bool busy, wants_room, peer_ended, handling;
    bool ending;     /* conn_finish waits for a busy owner */
    unsigned budget; /* work left in this turn */
    int reason;
    uint64_t progress_ms; /* when output last moved */
    struct timer timer;
    struct loop_task answering, burial;
    bool is_answering; /* the task is on its way */
};

/* Takes the connected socket over, also when it fails. 0, or PLAT_ERR_NO_MEMORY. */
int conn_open(struct conn *conn, struct loop *loop, plat_socket socket,
              const struct plat_addr *peer, const struct conn_handler *handler, void *owner);

/* Where to put output; it is sent soon after the present handler returns, or by conn_flush. */
struct buffer *conn_out(struct conn *conn);

/* Sends what it can now. For output that was put outside of a handler. */
void conn_flush(struct conn *conn);

/* After the output so far, sends `size` bytes of the file from `offset` on and closes the file. No
 * line is handled until then. A file that ends early closes the connection. What is not in memory
 * the warmer reads first; without one (NULL) the loop waits for the disk. */
void conn_send_file(struct conn *conn, struct plat_file file, uint64_t offset, uint64_t size,
                    struct warmer *warmer);

/* The next `size` bytes are no lines but go to on_bytes. */
void conn_expect(struct conn *conn, uint64_t size);

/* From now on lines are received so many bytes at once, at most, so that little of what conn_expect
 * announces comes with the line before it; the rest comes when on_space gives space. */
void conn_set_read_max(struct conn *conn, size_t size);

/* While busy, no line is handled, and on_room is called when output has gone. */
void conn_set_busy(struct conn *conn, bool busy);

/* The same, but lines are handled meanwhile: for long requests. */
void conn_want_room(struct conn *conn, bool wanted);

/* Within on_room: there is more to do before there is output; others have their turn first. */
void conn_yield(struct conn *conn);

/* The time of its loop's turn. */
uint64_t conn_now(const struct conn *conn);

/* Our own address, as the peer reached it. 0, or PLAT_ERR_OTHER. */
int conn_local(const struct conn *conn, struct plat_addr *out);

/* Whether it can still be asked something; closed, on_closed is about to be called. */
bool conn_is_open(const struct conn *conn);

/* Whether it would be given another line now. */
bool conn_takes_lines(const struct conn *conn);

/* Whether an answer or a file is still on its way. */
bool conn_is_sending(const struct conn *conn);

/* Closes when the owner is not busy any more and all output was sent, so that the peer gets it
 * whole. No more lines are handled. */
void conn_finish(struct conn *conn);

/* Closes at once, dropping what was not sent. Again: nothing happens. */
void conn_close(struct conn *conn);

#endif

/*
 * A connection under test: a loop with a conn at one end of a loopback connection, and a plain
 * socket at the other, all on the test's thread. What the conn handles is written down.
 */
#ifndef WIRE_H
#define WIRE_H

#include "check.h"
#include "expect.h"
#include "net/conn.h"
#include "pair.h"

struct wire {
    struct loop *loop;
    struct conn conn;
    struct conn_handler handler;
    plat_socket peer; /* the other end */
    /* Called for each line after it was written down; may be NULL. */
    void (*answer)(struct wire *wire, struct slice line);
    /* written down */
    struct buffer lines; /* each with a line feed */
    size_t line_count, sent_count;
    struct buffer bytes; /* of on_bytes */
    int closed_count, reason;
    struct buffer got;    /* what the peer received */
    int peer_status;      /* 0, or PLAT_END or an error after which it receives no more */
    size_t number, limit; /* for the tests' own use */
};

/* cmocka's setup and teardown, with *state as the struct wire. */
int wire_setup(void **state);
int wire_teardown(void **state);
#define wire_test(f) cmocka_unit_test_setup_teardown(f, wire_setup, wire_teardown)

/* The peer sends all of it, the loop turning as long as there is no room. */
void wire_send(struct wire *wire, const void *data, size_t size);
void wire_send_text(struct wire *wire, const char *text);

/* The peer sends what fits now; how many bytes. */
size_t wire_send_some(struct wire *wire, const void *data, size_t size);

/* One turn of the loop, waiting for at most a moment. */
void wire_turn(struct wire *wire);

/* The peer takes what there is, at most `most` bytes. */
void wire_receive(struct wire *wire, size_t most);

/* Turns until the condition holds; fails at the deadline. While it waits, the peer takes what
 * comes (wire_wait) or nothing (wire_wait_deaf). */
#define wire_wait(wire, condition)                                                                 \
    wire_wait_for((wire), (condition), true, #condition, __FILE__, __LINE__)
#define wire_wait_deaf(wire, condition)                                                            \
    wire_wait_for((wire), (condition), false, #condition, __FILE__, __LINE__)
void wire_wait_for(struct wire *wire, bool (*condition)(struct wire *wire), bool receive,
                   const char *what, const char *file, int line);

/* Turns until the conn has handled so many lines, or the peer received so many bytes. */
#define wire_wait_lines(wire, count) wire_wait_count((wire), false, (count), __FILE__, __LINE__)
#define wire_wait_bytes(wire, count) wire_wait_count((wire), true, (count), __FILE__, __LINE__)
void wire_wait_count(struct wire *wire, bool bytes, size_t count, const char *file, int line);

/* Conditions for wire_wait. */
bool wire_is_closed(struct wire *wire);
bool wire_peer_has_ended(struct wire *wire);

/* Turns a few times, for what must not happen. */
void wire_idle(struct wire *wire);

/* An answer that sends the line back. */
void wire_echo(struct wire *wire, struct slice line);

#endif

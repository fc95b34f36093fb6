/*
 * Reading answers, and checking that each is the right one, in the words of our servers and of the
 * peers that they are measured against. A fast wrong answer must not count. Pure.
 */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

enum dialect {
    DIALECT_INDEX,   /* GET name -> SERVER ... size */
    DIALECT_REDIS,   /* the same line as the value of a key, in Redis' binary-safe form */
    DIALECT_FILL,    /* sets that value in Redis -> +OK */
    DIALECT_CONTENT, /* GET name -> OK size, and the bytes */
    DIALECT_HTTP,    /* GET /name HTTP/1.1 -> 200, Content-Length: size, and the bytes */
    DIALECT_PING     /* PING -> PONG, of all our servers */
};

/* false: no dialect has this name. */
bool dialect_parse(const char *name, enum dialect *out);

/* Appends the request for a file of this name and size. */
void dialect_ask(struct buffer *out, enum dialect dialect, struct slice name, uint64_t size);

/* Bytes of a line that is held until the rest of it arrives. */
#define ANSWER_LINE_MAX 512

/* The reading of one answer after the other. Zero-initialised is before the first. */
struct answer {
    /* private */
    uint64_t body_left; /* bytes */
    uint64_t promised;  /* bytes, in a header line */
    unsigned lines;     /* read of this answer */
    size_t held_size;
    char held[ANSWER_LINE_MAX];
};

enum answer_status { ANSWER_MORE, ANSWER_DONE, ANSWER_WRONG };

/* Takes bytes off the front of *bytes, up to the end of this answer. ANSWER_MORE: all were taken
 * and the answer goes on. ANSWER_WRONG: it is not the one of a file of this size. */
enum answer_status answer_take(struct answer *answer, enum dialect dialect, uint64_t size,
                               struct slice *bytes);

#endif

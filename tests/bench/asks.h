/*
 * What one thread will ask: a long row of requests, written out before the clock starts, so that
 * asking costs no more than sending. Pure.
 */
#ifndef BENCH_ASKS_H
#define BENCH_ASKS_H

#include "answer.h"

struct asks_plan {
    enum dialect dialect;
    uint64_t lowest;    /* number of the first file that is asked for */
    uint64_t files;     /* from there on, at least 1 */
    uint64_t file_size; /* of every file; 0: as names_size has it */
    uint64_t seed;
    uint64_t first, step; /* in order: these of them, first, first + step ...; else random ones */
    bool in_order;
    size_t count; /* of requests; in order: at most */
};

struct asks {
    struct buffer text;
    size_t *starts;  /* of each request in the text, and after them where the last one ends */
    uint64_t *sizes; /* of the files */
    size_t count;
};

/* 0, or PLAT_ERR_NO_MEMORY. */
int asks_make(struct asks *asks, const struct asks_plan *plan);
void asks_fini(struct asks *asks); /* zero-initialised is allowed */

/* The bytes of `count` requests from the one at `first` on. */
struct slice asks_text(const struct asks *asks, size_t first, size_t count);

#endif

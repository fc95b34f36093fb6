/*
 * A set of bytes of a file, as ranges in their order that neither meet nor overlap. Pure.
 *
 * Running out of memory is remembered instead of reported by each call; the owner looks at
 * `failed`, after which the set is not what it should be.
 */
#ifndef CLIENT_RANGES_H
#define CLIENT_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    uint64_t from, to; /* the bytes from .. to - 1 */
};

struct ranges {
    /* public, to read */
    struct range *at;
    size_t count;
    uint64_t total; /* bytes */
    bool failed;
    /* private */
    size_t capacity;
};

#define RANGES_INIT                                                                                \
    {                                                                                              \
        NULL, 0, 0, false, 0                                                                       \
    }

/* Frees the memory; the set is empty and usable after it. */
void ranges_fini(struct ranges *ranges);

/* Those that are in already stay in, and those that are not in stay out. from <= to. */
void ranges_add(struct ranges *ranges, uint64_t from, uint64_t to);
void ranges_remove(struct ranges *ranges, uint64_t from, uint64_t to);

/* The first bytes in the set from `from` on, as one range; false if there are none. */
bool ranges_next(const struct ranges *ranges, uint64_t from, struct range *out);

#endif

/*
 * Which source gave how many bytes of the file, counted only once they are found right. Pure.
 */
#ifndef CLIENT_LEDGER_H
#define CLIENT_LEDGER_H

#include <stddef.h>
#include <stdint.h>

enum { LEDGER_SOURCES_MAX = 64 };

struct ledger_entry {
    uint64_t chunk, bytes;
    unsigned source;
};

struct ledger {
    /* public, to read */
    uint64_t bytes[LEDGER_SOURCES_MAX]; /* found right */
    /* private */
    struct ledger_entry *entries; /* not yet; the latest last */
    size_t count, capacity;
};

#define LEDGER_INIT                                                                                \
    {                                                                                              \
        {0}, NULL, 0, 0                                                                            \
    }

void ledger_fini(struct ledger *ledger);

/* A source gave bytes of a chunk. Out of memory they are taken for right. */
void ledger_add(struct ledger *ledger, uint64_t chunk, unsigned source, uint64_t bytes);

/* The chunk was found right, or its bytes do not count. */
void ledger_accept(struct ledger *ledger, uint64_t chunk);
void ledger_reject(struct ledger *ledger, uint64_t chunk);

/* All that was given is right. */
void ledger_accept_all(struct ledger *ledger);

/* Nothing was given. */
void ledger_reset(struct ledger *ledger);

/* What a source gave, right or not found yet. */
uint64_t ledger_given(const struct ledger *ledger, unsigned source);

#endif

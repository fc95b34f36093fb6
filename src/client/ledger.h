/*
 * Which source gave how many bytes of which chunk, so that bytes that turn out wrong do not count.
 * Pure.
 */
#ifndef CLIENT_LEDGER_H
#define CLIENT_LEDGER_H

#include <stddef.h>
#include <stdint.h>

struct ledger_entry {
    uint64_t chunk, bytes;
    unsigned source;
};

/* All zeros when nothing was given. */
struct ledger {
    /* private */
    struct ledger_entry *entries; /* the latest last */
    size_t count, capacity;
};

void ledger_fini(struct ledger *ledger);

/* A source gave bytes of a chunk. Out of memory they are not noted. */
void ledger_add(struct ledger *ledger, uint64_t chunk, unsigned source, uint64_t bytes);

/* What was given of the chunk does not count. */
void ledger_reject(struct ledger *ledger, uint64_t chunk);

/* Nothing was given. */
void ledger_reset(struct ledger *ledger);

/* Bytes that count. */
uint64_t ledger_given(const struct ledger *ledger, unsigned source);

#endif

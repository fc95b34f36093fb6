#include "client/ledger.h"

#include <stdlib.h>

enum {
    CAPACITY_FIRST = 64,
    LOOK_MOST = 256 /* entries back: bytes come for chunks that others came for a moment ago */
};

void ledger_fini(struct ledger *ledger)
{
    free(ledger->entries);
    *ledger = (struct ledger){0};
}

static struct ledger_entry *find(struct ledger *ledger, uint64_t chunk, unsigned source)
{
    size_t last = ledger->count > LOOK_MOST ? ledger->count - LOOK_MOST : 0;
    for (size_t i = ledger->count; i-- > last;)
        if (ledger->entries[i].chunk == chunk && ledger->entries[i].source == source)
            return &ledger->entries[i];
    return NULL;
}

static struct ledger_entry *append(struct ledger *ledger)
{
    if (ledger->count == ledger->capacity) {
        size_t capacity = ledger->capacity ? ledger->capacity * 2 : CAPACITY_FIRST;
        struct ledger_entry *entries = realloc(ledger->entries, capacity * sizeof *entries);
        if (!entries)
            return NULL;
        ledger->entries = entries;
        ledger->capacity = capacity;
    }
    return &ledger->entries[ledger->count++];
}

void ledger_add(struct ledger *ledger, uint64_t chunk, unsigned source, uint64_t bytes)
{
    struct ledger_entry *entry = find(ledger, chunk, source);
    if (entry) {
        entry->bytes += bytes;
        return;
    }
    entry = append(ledger);
    if (entry)
        *entry = (struct ledger_entry){chunk, bytes, source};
}

void ledger_reject(struct ledger *ledger, uint64_t chunk)
{
    size_t kept = 0;
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].chunk != chunk)
            ledger->entries[kept++] = ledger->entries[i];
    ledger->count = kept;
}

void ledger_reset(struct ledger *ledger)
{
    ledger->count = 0;
}

uint64_t ledger_given(const struct ledger *ledger, unsigned source)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].source == source)
            bytes += ledger->entries[i].bytes;
    return bytes;
}

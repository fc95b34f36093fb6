#include "client/ledger.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 64 };

void ledger_fini(struct ledger *ledger)
{
    free(ledger->entries);
    *ledger = (struct ledger)LEDGER_INIT;
}

/* Bytes come for chunks that others came for a moment ago. */
static struct ledger_entry *find(struct ledger *ledger, uint64_t chunk, unsigned source)
{
    for (size_t i = ledger->count; i-- > 0;)
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
    else
        ledger->bytes[source] += bytes;
}

static void take_out(struct ledger *ledger, uint64_t chunk, bool counts)
{
    size_t kept = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        if (entry->chunk != chunk)
            ledger->entries[kept++] = *entry;
        else if (counts)
            ledger->bytes[entry->source] += entry->bytes;
    }
    ledger->count = kept;
}

void ledger_accept(struct ledger *ledger, uint64_t chunk)
{
    take_out(ledger, chunk, true);
}

void ledger_reject(struct ledger *ledger, uint64_t chunk)
{
    take_out(ledger, chunk, false);
}

void ledger_accept_all(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++)
        ledger->bytes[ledger->entries[i].source] += ledger->entries[i].bytes;
    ledger->count = 0;
}

void ledger_reset(struct ledger *ledger)
{
    memset(ledger->bytes, 0, sizeof ledger->bytes);
    ledger->count = 0;
}

uint64_t ledger_given(const struct ledger *ledger, unsigned source)
{
    uint64_t bytes = ledger->bytes[source];
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].source == source)
            bytes += ledger->entries[i].bytes;
    return bytes;
}

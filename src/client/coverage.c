#include "client/coverage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "plat/error.h"
#include "proto/limits.h"

enum { UNDIVIDED_TRIES = 2 };

enum chunk_state { CHUNK_OPEN, CHUNK_COMPLETE, CHUNK_GOOD };

struct coverage_chunk {
    uint64_t sources; /* a bit for each that gave bytes */
    uint32_t left;    /* bytes that are not there */
    enum chunk_state state;
    bool is_nobodys;   /* some bytes are of an earlier run, or of a source that was blamed since */
    uint8_t undivided; /* so many times it is still tried to have it from one source */
};

uint64_t coverage_chunk_at(uint64_t offset)
{
    return offset / CHUNK_SIZE;
}

uint64_t coverage_chunk_from(const struct coverage *coverage, uint64_t chunk)
{
    return chunk < coverage->chunk_count ? chunk * CHUNK_SIZE : coverage->size;
}

/* Makes the chunk empty; whoever calls it sees to `missing`. */
static void empty(struct coverage *coverage, uint64_t chunk)
{
    struct coverage_chunk *c = &coverage->chunks[chunk];
    uint64_t size = coverage_chunk_from(coverage, chunk + 1) - coverage_chunk_from(coverage, chunk);
    coverage->done -= size - c->left;
    coverage->good -= c->state == CHUNK_GOOD;
    c->left = (uint32_t)size;
    c->state = CHUNK_OPEN;
    c->sources = 0;
    c->is_nobodys = false;
}

int coverage_init(struct coverage *coverage, uint64_t size)
{
    *coverage = (struct coverage){.size = size, .missing = RANGES_INIT};
    coverage->chunk_count = size / CHUNK_SIZE + (size % CHUNK_SIZE != 0);
    if (coverage->chunk_count > SIZE_MAX / sizeof *coverage->chunks)
        return PLAT_ERR_NO_MEMORY;
    coverage->chunks = calloc((size_t)coverage->chunk_count + 1, sizeof *coverage->chunks);
    if (!coverage->chunks)
        return PLAT_ERR_NO_MEMORY;
    coverage_reset(coverage);
    return coverage->missing.failed ? PLAT_ERR_NO_MEMORY : 0;
}

void coverage_fini(struct coverage *coverage)
{
    ranges_fini(&coverage->missing);
    free(coverage->chunks);
    coverage->chunks = NULL;
}

void coverage_reset(struct coverage *coverage)
{
    memset(coverage->chunks, 0, (size_t)coverage->chunk_count * sizeof *coverage->chunks);
    for (uint64_t i = 0; i < coverage->chunk_count; i++)
        coverage->chunks[i].left =
            (uint32_t)(coverage_chunk_from(coverage, i + 1) - coverage_chunk_from(coverage, i));
    coverage->done = coverage->good = 0;
    ranges_add(&coverage->missing, 0, coverage->size);
}

void coverage_take(struct coverage *coverage, uint64_t from, uint64_t to)
{
    ranges_remove(&coverage->missing, from, to);
}

void coverage_give_back(struct coverage *coverage, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    uint64_t chunk = coverage_chunk_at(from);
    if (coverage->chunks[chunk].undivided > 0 && coverage->chunks[chunk].state == CHUNK_OPEN) {
        empty(coverage, chunk);
        coverage->chunks[chunk].undivided--;
        from = coverage_chunk_from(coverage, chunk);
    }
    ranges_add(&coverage->missing, from, to);
}

static bool add(struct coverage *coverage, uint64_t chunk, uint64_t size)
{
    struct coverage_chunk *c = &coverage->chunks[chunk];
    assert(c->state == CHUNK_OPEN && size <= c->left);
    c->left -= (uint32_t)size;
    coverage->done += size;
    if (c->left == 0)
        c->state = CHUNK_COMPLETE;
    return c->left == 0;
}

bool coverage_add(struct coverage *coverage, uint64_t from, uint64_t to, unsigned source)
{
    uint64_t chunk = coverage_chunk_at(from);
    assert(from < to && to <= coverage_chunk_from(coverage, chunk + 1));
    coverage->chunks[chunk].sources |= (uint64_t)1 << source;
    return add(coverage, chunk, to - from);
}

void coverage_keep(struct coverage *coverage, uint64_t from, uint64_t to)
{
    ranges_remove(&coverage->missing, from, to);
    while (from < to) {
        uint64_t chunk = coverage_chunk_at(from);
        uint64_t end = coverage_chunk_from(coverage, chunk + 1);
        if (end > to)
            end = to;
        coverage->chunks[chunk].is_nobodys = true;
        add(coverage, chunk, end - from);
        from = end;
    }
}

uint64_t coverage_senders(const struct coverage *coverage, uint64_t chunk)
{
    return coverage->chunks[chunk].sources;
}

bool coverage_is_complete(const struct coverage *coverage, uint64_t chunk)
{
    return coverage->chunks[chunk].state != CHUNK_OPEN;
}

bool coverage_is_good(const struct coverage *coverage, uint64_t chunk)
{
    return coverage->chunks[chunk].state == CHUNK_GOOD;
}

void coverage_partial(const struct coverage *coverage, struct ranges *out)
{
    for (uint64_t i = 0; i < coverage->chunk_count; i++) {
        uint64_t from = coverage_chunk_from(coverage, i), to = coverage_chunk_from(coverage, i + 1);
        if (coverage->chunks[i].left > 0 && coverage->chunks[i].left < to - from)
            ranges_add(out, from, to);
    }
}

bool coverage_is_undivided(const struct coverage *coverage, uint64_t chunk)
{
    return coverage->chunks[chunk].undivided > 0;
}

void coverage_accept(struct coverage *coverage, uint64_t chunk)
{
    struct coverage_chunk *c = &coverage->chunks[chunk];
    assert(c->state != CHUNK_OPEN);
    coverage->good += c->state == CHUNK_COMPLETE;
    c->state = CHUNK_GOOD;
}

/* The only source of a chunk, or -1. */
static int only_source(const struct coverage_chunk *c)
{
    int source = 0;
    if (c->is_nobodys || c->sources == 0 || (c->sources & (c->sources - 1)) != 0)
        return -1;
    while (c->sources >> source != 1)
        source++;
    return source;
}

int coverage_reject(struct coverage *coverage, uint64_t chunk)
{
    struct coverage_chunk *c = &coverage->chunks[chunk];
    assert(c->state != CHUNK_OPEN);
    int source = only_source(c);
    empty(coverage, chunk);
    if (source < 0)
        c->undivided = UNDIVIDED_TRIES;
    ranges_add(&coverage->missing, coverage_chunk_from(coverage, chunk),
               coverage_chunk_from(coverage, chunk + 1));
    return source;
}

void coverage_disown(struct coverage *coverage, unsigned source)
{
    for (uint64_t i = 0; i < coverage->chunk_count; i++) {
        struct coverage_chunk *c = &coverage->chunks[i];
        if (c->state != CHUNK_GOOD && (c->sources >> source & 1) != 0)
            c->is_nobodys = true;
    }
}

/*
 * Which bytes of a file are there, which are missing, and which chunks are known to be right. Pure.
 *
 * A byte is missing, being fetched (somebody has taken it), or there. When the last byte of a chunk
 * is there the chunk is complete and waits for its check; a bad one is missing again as a whole.
 * For each chunk it is noted whose bytes it has, to know who sent the bad ones. A chunk that was
 * bad and came from several is fetched as a whole from one the next time: the next fault has a
 * name.
 */
#ifndef CLIENT_COVERAGE_H
#define CLIENT_COVERAGE_H

#include "client/ranges.h"

/* Sources are numbers below this. */
enum { COVERAGE_SOURCES_MAX = 64 };

struct coverage_chunk;

struct coverage {
    /* public, to read */
    uint64_t size; /* bytes of the file */
    uint64_t chunk_count;
    uint64_t done;         /* bytes that are there */
    uint64_t good;         /* chunks that were checked */
    struct ranges missing; /* bytes that nobody has taken; its `failed` tells of all memory */
    /* private */
    struct coverage_chunk *chunks;
};

/* Nothing is there. 0, or PLAT_ERR_NO_MEMORY. */
int coverage_init(struct coverage *coverage, uint64_t size);
void coverage_fini(struct coverage *coverage);

/* Nothing is there any more. */
void coverage_reset(struct coverage *coverage);

/* The chunk of a byte, and a chunk's first byte (of the one after the last: the file's size). */
uint64_t coverage_chunk_at(uint64_t offset);
uint64_t coverage_chunk_from(const struct coverage *coverage, uint64_t chunk);

/* Somebody fetches these bytes, which were missing. */
void coverage_take(struct coverage *coverage, uint64_t from, uint64_t to);

/* He does not any more. What he has fetched of a chunk that needs one source goes with it. */
void coverage_give_back(struct coverage *coverage, uint64_t from, uint64_t to);

/* Bytes that were taken have come, all of one chunk. Whether it is complete now. */
bool coverage_add(struct coverage *coverage, uint64_t from, uint64_t to, unsigned source);

/* The same for bytes, of any chunks, that were missing and that an earlier run has left. */
void coverage_keep(struct coverage *coverage, uint64_t from, uint64_t to);

/* Who gave the chunk's bytes, a bit for each; none of those that an earlier run has left. */
uint64_t coverage_senders(const struct coverage *coverage, uint64_t chunk);

bool coverage_is_complete(const struct coverage *coverage, uint64_t chunk);
bool coverage_is_good(const struct coverage *coverage, uint64_t chunk);

/* Adds all bytes of the chunks that are not complete and of which some bytes are there. */
void coverage_partial(const struct coverage *coverage, struct ranges *out);

/* Whether the chunk has to come from one source, undivided. */
bool coverage_is_undivided(const struct coverage *coverage, uint64_t chunk);

/* A complete chunk is right. */
void coverage_accept(struct coverage *coverage, uint64_t chunk);

/* A complete chunk is wrong, or was taken for right and is not: it is missing again. Returns the
 * source that all of it came from, or -1 where nobody can be blamed. */
int coverage_reject(struct coverage *coverage, uint64_t chunk);

/* The source was blamed: for what it has given so far, of chunks that were not checked, it is not
 * to be blamed again. */
void coverage_disown(struct coverage *coverage, unsigned source);

#endif

/*
 * Chunks that wait to be hashed, or to be told of, in their order.
 */
#ifndef CLIENT_CHUNK_QUEUE_H
#define CLIENT_CHUNK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/hash.h"

struct queued_chunk {
    uint64_t chunk;
    bool can_wait;
    /* when it was hashed */
    int error;
    unsigned char digest[PLAT_HASH_SIZE];
    /* private */
    struct queued_chunk *next;
};

struct chunk_queue {
    /* public, to read */
    struct queued_chunk *first;
    size_t count;
    /* private */
    struct queued_chunk **last;
};

/* The queue must not move. */
void chunk_queue_init(struct chunk_queue *queue);

/* Frees what is in it; it is empty and usable after that. */
void chunk_queue_fini(struct chunk_queue *queue);

/* Takes the chunk, of malloc, over. */
void chunk_queue_put(struct chunk_queue *queue, struct queued_chunk *chunk);

/* The first one, which is the caller's to free; there is one. */
struct queued_chunk *chunk_queue_take(struct chunk_queue *queue);

#endif

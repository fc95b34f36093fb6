#include "client/chunk_queue.h"

#include <stdlib.h>

void chunk_queue_init(struct chunk_queue *queue)
{
    *queue = (struct chunk_queue){.last = &queue->first};
}

void chunk_queue_put(struct chunk_queue *queue, struct queued_chunk *chunk)
{
    chunk->next = NULL;
    *queue->last = chunk;
    queue->last = &chunk->next;
    queue->count++;
}

struct queued_chunk *chunk_queue_take(struct chunk_queue *queue)
{
    struct queued_chunk *chunk = queue->first;
    queue->first = chunk->next;
    queue->count--;
    if (!queue->first)
        queue->last = &queue->first;
    return chunk;
}

void chunk_queue_fini(struct chunk_queue *queue)
{
    while (queue->first)
        free(chunk_queue_take(queue));
}

/*
 * A growing queue of bytes: put at the end, taken from the front.
 *
 * Running out of memory is remembered instead of reported by each call: what is put after that is
 * dropped, and the owner looks at `failed` once, when he has put everything.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct buffer {
    /* private: the content is data[start .. end) */
    char *data;
    size_t start, end, capacity;
    /* public */
    bool failed;
};

#define BUFFER_INIT                                                                                \
    {                                                                                              \
        NULL, 0, 0, 0, false                                                                       \
    }

/* Frees the memory; the buffer is empty and usable after it. */
void buffer_fini(struct buffer *buffer);

static inline size_t buffer_size(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

static inline struct slice buffer_content(const struct buffer *buffer)
{
    /* Nothing may be added to NULL, not even 0. */
    return slice_of(buffer->data ? buffer->data + buffer->start : "", buffer_size(buffer));
}

/* Makes room for `size` more bytes and gives its place, or NULL and sets failed. What is written
 * there becomes content by buffer_commit. */
char *buffer_reserve(struct buffer *buffer, size_t size);
void buffer_commit(struct buffer *buffer, size_t size);

void buffer_put(struct buffer *buffer, const void *data, size_t size);
void buffer_put_slice(struct buffer *buffer, struct slice slice);
void buffer_put_text(struct buffer *buffer, const char *text);
void buffer_put_char(struct buffer *buffer, char c);
void buffer_put_number(struct buffer *buffer, uint64_t number);

/* Takes bytes off the front; at most buffer_size of them. */
void buffer_consume(struct buffer *buffer, size_t size);

#endif

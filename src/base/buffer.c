#include "base/buffer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/numbers.h"

enum { FIRST_CAPACITY = 512 };

void buffer_fini(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer)BUFFER_INIT;
}

static bool grow(struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    while (capacity < needed && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *data = capacity < needed ? NULL : realloc(buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

char *buffer_reserve(struct buffer *buffer, size_t size)
{
    size_t used = buffer_size(buffer);
    if (buffer->failed)
        return NULL;
    if (buffer->capacity - buffer->end >= size && buffer->data)
        return buffer->data + buffer->end;
    if (size > SIZE_MAX - used) {
        buffer->failed = true;
        return NULL;
    }
    if (buffer->start > 0 && buffer->data) {
        memmove(buffer->data, buffer->data + buffer->start, used);
        buffer->start = 0;
        buffer->end = used;
    }
    if ((!buffer->data || buffer->capacity < used + size) && !grow(buffer, used + size))
        return NULL;
    return buffer->data + buffer->end;
}

void buffer_commit(struct buffer *buffer, size_t size)
{
    assert(size <= buffer->capacity - buffer->end);
    buffer->end += size;
}

void buffer_put(struct buffer *buffer, const void *data, size_t size)
{
    char *at = buffer_reserve(buffer, size);
    if (!at || size == 0)
        return;
    memcpy(at, data, size);
    buffer->end += size;
}

void buffer_put_slice(struct buffer *buffer, struct slice slice)
{
    buffer_put(buffer, slice.data, slice.size);
}

void buffer_put_text(struct buffer *buffer, const char *text)
{
    buffer_put(buffer, text, strlen(text));
}

void buffer_put_char(struct buffer *buffer, char c)
{
    buffer_put(buffer, &c, 1);
}

void buffer_put_number(struct buffer *buffer, uint64_t number)
{
    char digits[NUMBER_TEXT_SIZE];
    buffer_put(buffer, digits, number_format(number, digits));
}

void buffer_consume(struct buffer *buffer, size_t size)
{
    assert(size <= buffer_size(buffer));
    buffer->start += size;
    if (buffer->start == buffer->end)
        buffer->start = buffer->end = 0;
}

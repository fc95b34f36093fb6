/*
 * A view of bytes that somebody else owns: not terminated, may hold zeros. Pure.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *data;
    size_t size;
};

/* For printf("%.*s", SLICE_PRINT(s)). */
#define SLICE_PRINT(s) ((int)(s).size), ((s).data)

static inline struct slice slice_of(const char *data, size_t size)
{
    struct slice s = {data, size};
    return s;
}

static inline struct slice slice_text(const char *text)
{
    return slice_of(text, strlen(text));
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool slice_is(struct slice s, const char *text)
{
    return slice_equal(s, slice_text(text));
}

/* By bytes, a prefix before what it begins: negative, 0 or positive. */
int slice_compare(struct slice a, struct slice b);

/* Without spaces at the beginning, and at the end. */
struct slice slice_trim(struct slice s);

/* Cuts the first, or the last, space-separated field off *rest, which is left trimmed. Empty when
 * there is none. */
struct slice slice_take_field(struct slice *rest);
struct slice slice_take_last_field(struct slice *rest);

/* Copies into text[size] with a final zero, cutting what does not fit. */
void slice_copy(struct slice s, char *text, size_t size);

#endif

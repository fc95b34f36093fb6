/*
 * Cutting a stream of bytes into lines. Pure.
 */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include "base/slice.h"

enum line_status {
    LINE_FOUND,
    LINE_PARTIAL, /* no line feed yet */
    LINE_TOO_LONG /* longer than the limit */
};

/* Finds the first line of the bytes, at most `max` of them with its LF. When found, *line is it
 * without its LF and one CR before that, and *used how many bytes it took. */
enum line_status line_find(struct slice bytes, size_t max, struct slice *line, size_t *used);

/* The line that an end of stream makes of bytes without a line feed. */
struct slice line_last(struct slice bytes);

#endif

#include "base/line.h"

struct slice line_last(struct slice bytes)
{
    if (bytes.size > 0 && bytes.data[bytes.size - 1] == '\r')
        bytes.size--;
    return bytes;
}

enum line_status line_find(struct slice bytes, size_t max, struct slice *line, size_t *used)
{
    size_t most = bytes.size < max ? bytes.size : max;
    const char *feed = most ? memchr(bytes.data, '\n', most) : NULL;
    if (!feed)
        return bytes.size >= max ? LINE_TOO_LONG : LINE_PARTIAL;
    size_t size = (size_t)(feed - bytes.data);
    *line = line_last(slice_of(bytes.data, size));
    *used = size + 1;
    return LINE_FOUND;
}

#include "base/slice.h"

int slice_compare(struct slice a, struct slice b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

struct slice slice_trim(struct slice s)
{
    while (s.size > 0 && s.data[0] == ' ') {
        s.data++;
        s.size--;
    }
    while (s.size > 0 && s.data[s.size - 1] == ' ')
        s.size--;
    return s;
}

struct slice slice_take_field(struct slice *rest)
{
    struct slice s = slice_trim(*rest);
    if (s.size == 0)
        return *rest = s;
    const char *space = memchr(s.data, ' ', s.size);
    size_t size = space ? (size_t)(space - s.data) : s.size;
    *rest = slice_trim(slice_of(s.data + size, s.size - size));
    return slice_of(s.data, size);
}

struct slice slice_take_last_field(struct slice *rest)
{
    struct slice s = slice_trim(*rest);
    size_t start = s.size;
    if (s.size == 0)
        return *rest = s;
    while (start > 0 && s.data[start - 1] != ' ')
        start--;
    *rest = slice_trim(slice_of(s.data, start));
    return slice_of(s.data + start, s.size - start);
}

void slice_copy(struct slice s, char *text, size_t size)
{
    size_t count = s.size < size - 1 ? s.size : size - 1;
    if (count)
        memcpy(text, s.data, count);
    text[count] = '\0';
}

#include "base/utf8.h"

#include <stdint.h>

/* How many bytes a character with this first byte has, and the bits of it that are there. */
static size_t size_by_first(unsigned char first, uint32_t *bits)
{
    *bits = first;
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0) {
        *bits = first & 0x1f;
        return 2;
    }
    if (first >= 0xe0 && first < 0xf0) {
        *bits = first & 0x0f;
        return 3;
    }
    if (first >= 0xf0 && first < 0xf5) {
        *bits = first & 0x07;
        return 4;
    }
    return 0;
}

size_t utf8_size(struct slice text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code;
    if (text.size == 0)
        return 0;
    size_t size = size_by_first((unsigned char)text.data[0], &code);
    if (size > text.size)
        return 0;
    for (size_t i = 1; i < size; i++) {
        unsigned char next = (unsigned char)text.data[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3f);
    }
    if (size > 1 && (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))
        return 0;
    return size;
}

bool utf8_is_valid(struct slice text)
{
    for (size_t at = 0; at < text.size;) {
        size_t size = utf8_size(slice_of(text.data + at, text.size - at));
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

size_t utf8_cut(struct slice text, size_t most)
{
    size_t at = 0;
    while (at < text.size) {
        size_t size = utf8_size(slice_of(text.data + at, text.size - at));
        if (size == 0)
            size = 1;
        if (at + size > most)
            break;
        at += size;
    }
    return at;
}

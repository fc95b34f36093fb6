#include "client/ranges.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 16 };

void ranges_fini(struct ranges *ranges)
{
    free(ranges->at);
    *ranges = (struct ranges)RANGES_INIT;
}

/* The position of the first range that ends after, or at, `from`. */
static size_t find(const struct ranges *ranges, uint64_t from, bool touching)
{
    size_t low = 0, high = ranges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t to = ranges->at[middle].to;
        if (to > from || (touching && to == from))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static bool grow(struct ranges *ranges)
{
    if (ranges->count < ranges->capacity)
        return true;
    size_t capacity = ranges->capacity ? ranges->capacity * 2 : CAPACITY_FIRST;
    struct range *at = realloc(ranges->at, capacity * sizeof *at);
    if (!at) {
        ranges->failed = true;
        return false;
    }
    ranges->at = at;
    ranges->capacity = capacity;
    return true;
}

/* Puts one range in the place of `count` others. */
static void replace(struct ranges *ranges, size_t position, size_t count, struct range range)
{
    if (count == 0 && !grow(ranges))
        return;
    memmove(ranges->at + position + 1, ranges->at + position + count,
            (ranges->count - position - count) * sizeof *ranges->at);
    ranges->at[position] = range;
    ranges->count = ranges->count + 1 - count;
}

void ranges_add(struct ranges *ranges, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    struct range merged = {from, to};
    uint64_t had = 0;
    size_t first = find(ranges, from, true), last = first;
    for (; last < ranges->count && ranges->at[last].from <= to; last++) {
        const struct range *r = &ranges->at[last];
        had += r->to - r->from;
        if (r->from < merged.from)
            merged.from = r->from;
        if (r->to > merged.to)
            merged.to = r->to;
    }
    replace(ranges, first, last - first, merged);
    if (!ranges->failed)
        ranges->total += merged.to - merged.from - had;
}

/* Takes the bytes out of the middle of one range. */
static void split(struct ranges *ranges, size_t position, uint64_t from, uint64_t to)
{
    struct range rest = {to, ranges->at[position].to};
    replace(ranges, position + 1, 0, rest);
    if (ranges->failed)
        return;
    ranges->at[position].to = from;
    ranges->total -= to - from;
}

void ranges_remove(struct ranges *ranges, uint64_t from, uint64_t to)
{
    if (from >= to)
        return;
    size_t first = find(ranges, from, false), last = first;
    if (first < ranges->count && ranges->at[first].from < from && ranges->at[first].to > to) {
        split(ranges, first, from, to);
        return;
    }
    if (first < ranges->count && ranges->at[first].from < from) {
        ranges->total -= ranges->at[first].to - from;
        ranges->at[first].to = from;
        last = ++first;
    }
    for (; last < ranges->count && ranges->at[last].to <= to; last++)
        ranges->total -= ranges->at[last].to - ranges->at[last].from;
    if (last < ranges->count && ranges->at[last].from < to) {
        ranges->total -= to - ranges->at[last].from;
        ranges->at[last].from = to;
    }
    if (last > first)
        memmove(ranges->at + first, ranges->at + last, (ranges->count - last) * sizeof *ranges->at);
    ranges->count -= last - first;
}

bool ranges_next(const struct ranges *ranges, uint64_t from, struct range *out)
{
    size_t position = find(ranges, from, false);
    if (position == ranges->count)
        return false;
    *out = ranges->at[position];
    if (out->from < from)
        out->from = from;
    return true;
}

/*
 * The names of all files in their order, some thousand at a time, without one lock for all: each
 * shard gives its next few, and of those the first are given out up to where a shard might have
 * more in between.
 */
#include <stdlib.h>

#include "index/catalogue_parts.h"

enum { NAMES_A_SHARD = 16 };

/* Names that one step of a listing took from the shards, as pieces of one buffer. */
struct names {
    struct buffer bytes;
    struct slice *items;
    size_t count;
    struct slice
        limit; /* no name after this one may be given out yet: a shard has more before it */
    bool limited;
};

static int by_name(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Takes the next names of every shard. The buffer has its final size before, so that the items can
 * point into it. */
static void gather(struct catalogue *catalogue, struct slice after, struct names *names)
{
    struct slice last;
    for (int i = 0; i < CATALOGUE_SHARDS; i++) {
        struct shard *shard = &catalogue->shards[i];
        plat_mutex_lock(&shard->mutex);
        size_t count =
            shard_names(shard, after, NAMES_A_SHARD, &names->bytes, names->items + names->count);
        plat_mutex_unlock(&shard->mutex);
        names->count += count;
        if (count < NAMES_A_SHARD)
            continue;
        last = names->items[names->count - 1];
        if (!names->limited || slice_compare(last, names->limit) < 0)
            names->limit = last;
        names->limited = true;
    }
}

static void put_names(const struct names *names, struct buffer *out)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->limited && slice_compare(names->items[i], names->limit) > 0)
            break;
        buffer_put_slice(out, names->items[i]);
        buffer_put_char(out, '\n');
    }
}

bool catalogue_names(struct catalogue *catalogue, struct slice after, struct buffer *out)
{
    enum { MOST = CATALOGUE_SHARDS * NAMES_A_SHARD };
    struct names names = {.bytes = BUFFER_INIT};
    names.items = malloc(MOST * sizeof *names.items);
    if (!names.items || !buffer_reserve(&names.bytes, (size_t)MOST * FILE_NAME_SIZE_MAX)) {
        out->failed = true;
        free(names.items);
        return true;
    }
    gather(catalogue, after, &names);
    qsort(names.items, names.count, sizeof *names.items, by_name);
    put_names(&names, out);
    free(names.items);
    buffer_fini(&names.bytes);
    return !names.limited;
}

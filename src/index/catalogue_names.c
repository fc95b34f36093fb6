/*
 * The names of all files in their order, some thousand at a time, without one lock for all: each
 * shard gives its next few, and of those the first are given out up to where a shard might have
 * more in between.
 */
#include <stdlib.h>

#include "index/catalogue_parts.h"

enum { NAMES_A_SHARD = 8, NAMES_MOST = CATALOGUE_SHARDS * NAMES_A_SHARD };

/* Names that one step of a listing took from the shards, one behind the other in one buffer. */
struct names {
    struct buffer bytes;
    size_t sizes[NAMES_MOST];
    struct slice items[NAMES_MOST]; /* made when the buffer does not move any more */
    size_t count;
    size_t last[CATALOGUE_SHARDS]; /* the last item of each shard that may have more */
    size_t last_count;
};

static int by_name(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Takes the next names of every shard. */
static void gather(struct catalogue *catalogue, struct slice after, struct names *names)
{
    for (int i = 0; i < CATALOGUE_SHARDS; i++) {
        struct shard *shard = &catalogue->shards[i];
        plat_mutex_lock(&shard->mutex);
        size_t count =
            shard_names(shard, after, NAMES_A_SHARD, &names->bytes, names->sizes + names->count);
        plat_mutex_unlock(&shard->mutex);
        names->count += count;
        if (count == NAMES_A_SHARD)
            names->last[names->last_count++] = names->count - 1;
    }
}

static void make_items(struct names *names)
{
    const char *at = buffer_content(&names->bytes).data;
    for (size_t i = 0; i < names->count; i++) {
        names->items[i] = slice_of(at, names->sizes[i]);
        at += names->sizes[i];
    }
}

/* The name up to which no shard can have any in between; false if none has more at all. */
static bool find_limit(const struct names *names, struct slice *limit)
{
    for (size_t i = 0; i < names->last_count; i++) {
        struct slice last = names->items[names->last[i]];
        if (i == 0 || slice_compare(last, *limit) < 0)
            *limit = last;
    }
    return names->last_count > 0;
}

static bool put_names(struct names *names, struct buffer *out)
{
    struct slice limit;
    bool limited = find_limit(names, &limit);
    qsort(names->items, names->count, sizeof *names->items, by_name);
    for (size_t i = 0; i < names->count; i++) {
        if (limited && slice_compare(names->items[i], limit) > 0)
            break;
        buffer_put_slice(out, names->items[i]);
        buffer_put_char(out, '\n');
    }
    return !limited;
}

bool catalogue_names(struct catalogue *catalogue, struct slice after, struct buffer *out)
{
    bool all = true;
    struct names *names = malloc(sizeof *names);
    if (!names) {
        out->failed = true;
        return true;
    }
    names->bytes = (struct buffer)BUFFER_INIT;
    names->count = names->last_count = 0;
    gather(catalogue, after, names);
    if (names->bytes.failed) {
        out->failed = true;
    } else {
        make_items(names);
        all = put_names(names, out);
    }
    buffer_fini(&names->bytes);
    free(names);
    return all;
}

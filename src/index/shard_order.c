/*
 * A shard's files in the order of their names, for listings.
 *
 * The order is made when the first listing asks for it and kept from then on, so that a listing
 * beside a registration does not sort again and again.
 */
#include <stdlib.h>
#include <string.h>

#include "index/shard.h"

static bool reserve(struct shard *shard, size_t count)
{
    size_t capacity = shard->order_capacity ? shard->order_capacity : 16;
    while (capacity < count)
        capacity *= 2;
    if (capacity == shard->order_capacity)
        return true;
    struct file **order = realloc(shard->order, capacity * sizeof(struct file *));
    if (!order)
        return false;
    shard->order = order;
    shard->order_capacity = capacity;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return slice_compare(file_name(*(struct file *const *)a), file_name(*(struct file *const *)b));
}

static void make_order(struct shard *shard)
{
    const struct buckets *table = plat_atomic_load_ptr(&shard->table);
    struct file *file;
    size_t at = 0, count = 0;
    if (!reserve(shard, shard->count))
        return;
    while ((file = buckets_next(table, &at)) != NULL)
        shard->order[count++] = file;
    qsort(shard->order, count, sizeof(struct file *), by_name);
    shard->is_ordered = true;
}

static size_t first_after(const struct shard *shard, size_t count, struct slice after)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(file_name(shard->order[middle]), after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void shard_order_add(struct shard *shard, struct file *file, size_t count)
{
    if (!shard->is_ordered)
        return;
    shard->is_ordered = reserve(shard, count + 1);
    if (!shard->is_ordered)
        return; /* the next listing makes it anew */
    size_t at = first_after(shard, count, file_name(file));
    memmove(shard->order + at + 1, shard->order + at, (count - at) * sizeof(struct file *));
    shard->order[at] = file;
}

void shard_order_replace(struct shard *shard, struct file *file)
{
    if (shard->is_ordered)
        shard->order[first_after(shard, shard->count, file_name(file)) - 1] = file;
}

void shard_order_remove(struct shard *shard, const struct file *file, size_t count)
{
    if (!shard->is_ordered)
        return;
    size_t behind = first_after(shard, count, file_name(file));
    memmove(shard->order + behind - 1, shard->order + behind,
            (count - behind) * sizeof(struct file *));
}

size_t shard_names(struct shard *shard, struct slice after, size_t most, struct buffer *bytes,
                   size_t *sizes)
{
    size_t count = 0;
    if (shard->count == 0)
        return 0;
    if (!shard->is_ordered)
        make_order(shard);
    if (!shard->is_ordered) {
        bytes->failed = true;
        return 0;
    }
    for (size_t at = first_after(shard, shard->count, after); at < shard->count && count < most;
         at++) {
        buffer_put_slice(bytes, file_name(shard->order[at]));
        sizes[count++] = shard->order[at]->name_size;
    }
    return count;
}

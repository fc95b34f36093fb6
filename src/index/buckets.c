#include "index/buckets.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 64, PASSED_SHIFT = 56, PASSED_MAX = 255 };

static const uint64_t each_byte = 0x0101010101010101u;
static const uint64_t low_bits = 0x7f7f7f7f7f7f7f7fu;
static const uint64_t tag_bytes = 0x00ffffffffffffffu; /* the highest is the counter */

struct buckets *buckets_new(size_t count)
{
    struct buckets *buckets = calloc(1, sizeof *buckets + LINE + count * sizeof(struct bucket));
    if (!buckets)
        return NULL;
    uintptr_t at = ((uintptr_t)(buckets + 1) + LINE - 1) / LINE * LINE;
    buckets->all = (struct bucket *)at;
    buckets->mask = count - 1;
    return buckets;
}

struct file *buckets_next(const struct buckets *buckets, size_t *at)
{
    while (*at < (buckets->mask + 1) * BUCKET_FILES) {
        const struct bucket *bucket = &buckets->all[*at / BUCKET_FILES];
        struct file *file = plat_atomic_load_ptr(&bucket->files[(*at)++ % BUCKET_FILES]);
        if (file)
            return file;
    }
    return NULL;
}

/* Of other bits than the bucket, and never 0. */
static uint64_t tag_of(uint64_t hash)
{
    uint64_t tag = hash >> 48 & 0xff;
    return tag ? tag : 1;
}

/* The highest bit of every byte, but the counter's, that is 0. */
static uint64_t find_zeros(uint64_t word)
{
    return ~(((word & low_bits) + low_bits) | word | low_bits) & tag_bytes;
}

/* The number of the lowest byte whose highest bit is the only one set. */
static unsigned first_byte(uint64_t bits)
{
    uint64_t lowest = bits & (~bits + 1);
    return (unsigned)((lowest >> 7) * 0x0001020304050607u >> 56);
}

static uint64_t count_passed(uint64_t tags)
{
    return tags >> PASSED_SHIFT;
}

static void load_bucket(struct probe *probe)
{
    probe->tags = plat_atomic_load(&probe->buckets->all[probe->bucket].tags);
    probe->matches = find_zeros(probe->tags ^ probe->pattern);
}

void probe_begin(struct probe *probe, const struct buckets *buckets, uint64_t hash)
{
    probe->buckets = buckets;
    probe->pattern = tag_of(hash) * each_byte;
    probe->bucket = (size_t)hash & buckets->mask;
    probe->steps = 0;
    load_bucket(probe);
}

struct file *probe_next(struct probe *probe)
{
    for (;;) {
        while (probe->matches) {
            probe->slot = first_byte(probe->matches);
            probe->matches &= probe->matches - 1;
            const struct bucket *bucket = &probe->buckets->all[probe->bucket];
            struct file *file = plat_atomic_load_ptr(&bucket->files[probe->slot]);
            if (file)
                return file;
        }
        if (count_passed(probe->tags) == 0 || probe->steps++ == probe->buckets->mask)
            return NULL;
        probe->bucket = (probe->bucket + 1) & probe->buckets->mask;
        load_bucket(probe);
    }
}

/* Counts one more, or less, that passed a bucket; beyond what a byte holds it stays there. */
static void change_passed(struct bucket *bucket, bool more)
{
    uint64_t tags = plat_atomic_load(&bucket->tags);
    uint64_t one = (uint64_t)1 << PASSED_SHIFT;
    if (count_passed(tags) < PASSED_MAX)
        plat_atomic_store(&bucket->tags, more ? tags + one : tags - one);
}

void buckets_add(struct buckets *buckets, uint64_t hash, struct file *file)
{
    size_t at = (size_t)hash & buckets->mask;
    uint64_t tags = plat_atomic_load(&buckets->all[at].tags);
    while (!find_zeros(tags)) {
        change_passed(&buckets->all[at], true);
        at = (at + 1) & buckets->mask;
        tags = plat_atomic_load(&buckets->all[at].tags);
    }
    unsigned slot = first_byte(find_zeros(tags));
    plat_atomic_store_ptr(&buckets->all[at].files[slot], file);
    plat_atomic_store(&buckets->all[at].tags, tags | tag_of(hash) << 8 * slot);
}

static void take_out(const struct probe *probe, uint64_t hash)
{
    const struct buckets *buckets = probe->buckets;
    struct bucket *bucket = &buckets->all[probe->bucket];
    uint64_t tags = plat_atomic_load(&bucket->tags);
    plat_atomic_store(&bucket->tags, tags & ~((uint64_t)0xff << 8 * probe->slot));
    plat_atomic_store_ptr(&bucket->files[probe->slot], NULL);
    for (size_t at = (size_t)hash & buckets->mask; at != probe->bucket;
         at = (at + 1) & buckets->mask)
        change_passed(&buckets->all[at], false);
}

void buckets_set(const struct probe *probe, uint64_t hash, struct file *file)
{
    if (file)
        plat_atomic_store_ptr(&probe->buckets->all[probe->bucket].files[probe->slot], file);
    else
        take_out(probe, hash);
}

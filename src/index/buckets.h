/*
 * A hash table of files that is read without a lock while one thread at a time changes it.
 *
 * A bucket is a cache line: seven files and a byte of each one's hash. Files that find theirs full
 * stand in the next ones, and each full one counts those that passed it, so that most lookups end
 * in their first line. A file never moves within a table; a larger table is made beside the old
 * one.
 */
#ifndef INDEX_BUCKETS_H
#define INDEX_BUCKETS_H

#include "index/file.h"

enum { BUCKET_FILES = 7 };

struct bucket {
    struct plat_atomic_u64 tags; /* a byte each, 0: free; the highest counts those who passed */
    struct plat_atomic_ptr files[BUCKET_FILES];
};

struct buckets {
    struct limbo_item limbo;
    size_t mask;        /* how many buckets there are, a power of 2, less one */
    struct bucket *all; /* on cache lines of their own */
};

/* An empty table; NULL when memory runs out. free() releases it, and no files. */
struct buckets *buckets_new(size_t count);

/* How many files it should hold at most. */
static inline size_t buckets_room(const struct buckets *buckets)
{
    return (buckets->mask + 1) * 6;
}

static inline struct bucket *buckets_home(const struct buckets *buckets, uint64_t hash)
{
    return &buckets->all[hash & buckets->mask];
}

/* Goes through the files that may have a hash. */
struct probe {
    const struct buckets *buckets;
    uint64_t pattern; /* its tag in every byte */
    uint64_t tags;    /* of the bucket at hand */
    uint64_t matches; /* a bit for each file of it that is still to come */
    size_t bucket, steps;
    unsigned slot; /* of the file that came last */
};

void probe_begin(struct probe *probe, const struct buckets *buckets, uint64_t hash);

/* The next file, or NULL after the last. */
struct file *probe_next(struct probe *probe);

/* Every file, one after the other, from *at = 0 on; NULL after the last. */
struct file *buckets_next(const struct buckets *buckets, size_t *at);

/* Adds a file that is not in. There has to be room. */
void buckets_add(struct buckets *buckets, uint64_t hash, struct file *file);

/* Puts another in the place of the file that came last; NULL removes it. */
void buckets_set(const struct probe *probe, uint64_t hash, struct file *file);

#endif

/*
 * Counts times in buckets that grow with them, so that percentiles of any number of times take
 * constant memory and are exact to about 3 %. Pure.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 32, HISTOGRAM_BUCKETS = 60 * HISTOGRAM_STEPS };

/* Zero-initialised is empty. */
struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total;
    uint64_t worst; /* exact */
};

void histogram_add(struct histogram *h, uint64_t value, uint64_t times);
void histogram_merge(struct histogram *h, const struct histogram *other);

/* The value that `share` (0 to 1) of all lie at or below, at most 1/32 too high; 0 when empty. */
uint64_t histogram_at(const struct histogram *h, double share);

#endif

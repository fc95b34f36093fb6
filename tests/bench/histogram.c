#include "histogram.h"

#include <stddef.h>

/* Values below HISTOGRAM_STEPS have a bucket each. From there on each power of two is cut into
 * HISTOGRAM_STEPS equal ones, so a value's highest six bits tell its bucket. */
static unsigned bucket_of(uint64_t value)
{
    unsigned shift = 0;
    while (value >> shift >= (uint64_t)2 * HISTOGRAM_STEPS)
        shift++;
    return shift * HISTOGRAM_STEPS + (unsigned)(value >> shift);
}

static uint64_t highest_in(unsigned bucket)
{
    if (bucket < 2 * HISTOGRAM_STEPS)
        return bucket;
    unsigned shift = bucket / HISTOGRAM_STEPS - 1;
    uint64_t top = bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS;
    return ((top + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, uint64_t value, uint64_t times)
{
    h->counts[bucket_of(value)] += times;
    h->total += times;
    if (times > 0 && value > h->worst)
        h->worst = value;
}

void histogram_merge(struct histogram *h, const struct histogram *other)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        h->counts[i] += other->counts[i];
    h->total += other->total;
    if (other->worst > h->worst)
        h->worst = other->worst;
}

uint64_t histogram_at(const struct histogram *h, double share)
{
    double wanted = share * (double)h->total;
    uint64_t seen = 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (h->counts[i] > 0 && (double)seen >= wanted)
            return highest_in(i) < h->worst ? highest_in(i) : h->worst;
    }
    return h->worst;
}

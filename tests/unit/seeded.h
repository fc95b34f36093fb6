/*
 * Random numbers that can be had again: a test says which seed it took, and MCDN_TEST_SEED in the
 * environment repeats it.
 */
#ifndef SEEDED_H
#define SEEDED_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

struct seeded {
    uint64_t state;
};

/* Takes a new seed, or the one in MCDN_TEST_SEED, and prints it; ctest shows that on failure. */
void seeded_init(struct seeded *random, const char *test);

/* The next number (splitmix64: Steele, Lea and Flood, 2014). */
static inline uint64_t seeded_next(struct seeded *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* One of 0 .. count - 1. */
static inline size_t seeded_below(struct seeded *random, size_t count)
{
    assert(count > 0);
    return (size_t)(seeded_next(random) % count);
}

#endif

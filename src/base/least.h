/*
 * The less and the greater of two numbers, each of them computed once.
 */
#ifndef BASE_LEAST_H
#define BASE_LEAST_H

#include <stdint.h>

static inline uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t greatest(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

#endif

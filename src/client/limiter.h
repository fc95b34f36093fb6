/*
 * A limit to bytes a second, over all connections: a bucket that fills with time. Pure.
 */
#ifndef CLIENT_LIMITER_H
#define CLIENT_LIMITER_H

#include <stddef.h>
#include <stdint.h>

struct limiter {
    /* private */
    uint64_t rate;   /* bytes a second; 0: no limit */
    double level;    /* bytes that may be taken now; below 0 after more came than was allowed */
    uint64_t now_ms; /* until when it was filled */
};

void limiter_init(struct limiter *limiter, uint64_t rate, uint64_t now_ms);

/* How many of `size` bytes may be taken now; 0: none before limiter_wake_ms. */
size_t limiter_allow(struct limiter *limiter, size_t size, uint64_t now_ms);

/* So many were taken, allowed or not. */
void limiter_take(struct limiter *limiter, size_t size);

/* When there will be enough again to be worth a read. */
uint64_t limiter_wake_ms(const struct limiter *limiter);

#endif

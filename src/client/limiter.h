/*
 * A limit to bytes a second, over all connections: a bucket that fills with time. Pure.
 *
 * What is in it is handed out in rounds, in equal shares: by who comes first, one of two equally
 * fast connections would get nearly all.
 */
#ifndef CLIENT_LIMITER_H
#define CLIENT_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limiter {
    /* private */
    uint64_t rate;   /* bytes a second; 0: no limit */
    double level;    /* bytes that may be taken now; below 0 after more came than was allowed */
    double share;    /* of what was there when the round began */
    uint64_t round;  /* its number */
    uint64_t now_ms; /* until when it was filled */
};

/* One of those who share it. Zero at first. */
struct limiter_share {
    /* private */
    uint64_t round;
    uint64_t taken; /* in that round */
};

void limiter_init(struct limiter *limiter, uint64_t rate, uint64_t now_ms);

/* Begins a round for so many, if there is enough again to be worth a read. False: there is not
 * before limiter_wake_ms. */
bool limiter_begin_round(struct limiter *limiter, unsigned shares, uint64_t now_ms);

/* How many of `size` bytes may be taken now; 0: none in this round. */
size_t limiter_allow(const struct limiter *limiter, struct limiter_share *share, size_t size);

/* So many were taken, allowed or not. */
void limiter_take(struct limiter *limiter, struct limiter_share *share, size_t size);

/* When there will be enough for another round. */
uint64_t limiter_wake_ms(const struct limiter *limiter);

#endif

/*
 * A limit to bytes a second, over all connections: a bucket that fills with time. Pure.
 *
 * What is in it is handed out in rounds, in equal shares: by who comes first, one of two equally
 * fast connections would get nearly all. What nobody took is there for the next round.
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
    double each;     /* bytes for one of those who share it, in this round */
    uint64_t round;  /* its number; 0: none has begun, and nothing may be taken */
    uint64_t now_ms; /* until when it was filled */
};

/* What one of those who share it has had. Zero at first. */
struct limiter_account {
    /* private */
    uint64_t round;
    uint64_t taken; /* bytes, in that round */
};

/* With as much as is worth a read. */
void limiter_init(struct limiter *limiter, uint64_t rate, uint64_t now_ms);

/* The same, but where the rate stays what it was: what came beyond it is owed still. */
void limiter_set_rate(struct limiter *limiter, uint64_t rate, uint64_t now_ms);

/* Begins a round for so many (one at least), if there is enough again to be worth a read. False:
 * there is not before limiter_wake_ms. Without a limit there always is. */
bool limiter_begin_round(struct limiter *limiter, unsigned sharers, uint64_t now_ms);

/* How many of `size` bytes may be taken now; 0: none in this round. */
size_t limiter_allow(const struct limiter *limiter, const struct limiter_account *account,
                     size_t size);

/* So many were taken, allowed or not. */
void limiter_take(struct limiter *limiter, struct limiter_account *account, size_t size);

/* When there will be enough for another round. */
uint64_t limiter_wake_ms(const struct limiter *limiter);

#endif

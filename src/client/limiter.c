#include "client/limiter.h"

enum {
    DEPTH_MS = 100, /* what time fills the bucket, and so how long a burst can be */
    WORTH_MS = 20   /* reads of what less time brings are not worth their cost */
};

static double bytes_in(const struct limiter *limiter, uint64_t ms)
{
    return (double)limiter->rate * (double)ms / 1000;
}

void limiter_init(struct limiter *limiter, uint64_t rate, uint64_t now_ms)
{
    *limiter = (struct limiter){.rate = rate, .now_ms = now_ms};
}

/* A limit of a few bytes a second has to let one through all the same. */
static double at_least_one(double bytes)
{
    return bytes < 1 ? 1 : bytes;
}

size_t limiter_allow(struct limiter *limiter, size_t size, uint64_t now_ms)
{
    if (limiter->rate == 0)
        return size;
    double most = at_least_one(bytes_in(limiter, DEPTH_MS));
    limiter->level += bytes_in(limiter, now_ms - limiter->now_ms);
    limiter->now_ms = now_ms;
    if (limiter->level > most)
        limiter->level = most;
    if (limiter->level < at_least_one(bytes_in(limiter, WORTH_MS)))
        return 0;
    return limiter->level < (double)size ? (size_t)limiter->level : size;
}

void limiter_take(struct limiter *limiter, size_t size)
{
    if (limiter->rate > 0)
        limiter->level -= (double)size;
}

uint64_t limiter_wake_ms(const struct limiter *limiter)
{
    double missing = at_least_one(bytes_in(limiter, WORTH_MS)) - limiter->level;
    if (limiter->rate == 0 || missing <= 0)
        return limiter->now_ms;
    return limiter->now_ms + (uint64_t)(missing * 1000 / (double)limiter->rate) + 1;
}

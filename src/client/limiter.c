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

bool limiter_begin_round(struct limiter *limiter, unsigned shares, uint64_t now_ms)
{
    double most = at_least_one(bytes_in(limiter, DEPTH_MS));
    if (limiter->rate == 0)
        return true;
    limiter->level += bytes_in(limiter, now_ms - limiter->now_ms);
    limiter->now_ms = now_ms;
    if (limiter->level > most)
        limiter->level = most;
    if (limiter->level < at_least_one(bytes_in(limiter, WORTH_MS)))
        return false;
    limiter->share = at_least_one(limiter->level / shares);
    limiter->round++;
    return true;
}

size_t limiter_allow(const struct limiter *limiter, struct limiter_share *share, size_t size)
{
    if (limiter->rate == 0)
        return size;
    if (share->round != limiter->round)
        *share = (struct limiter_share){.round = limiter->round};
    double left = limiter->share - (double)share->taken;
    if (left < 1)
        return 0;
    return left < (double)size ? (size_t)left : size;
}

void limiter_take(struct limiter *limiter, struct limiter_share *share, size_t size)
{
    if (limiter->rate == 0)
        return;
    limiter->level -= (double)size;
    share->taken += size;
}

uint64_t limiter_wake_ms(const struct limiter *limiter)
{
    double missing = at_least_one(bytes_in(limiter, WORTH_MS)) - limiter->level;
    if (limiter->rate == 0 || missing <= 0)
        return limiter->now_ms;
    return limiter->now_ms + (uint64_t)(missing * 1000 / (double)limiter->rate) + 1;
}

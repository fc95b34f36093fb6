#include "client/limiter.h"

enum {
    DEPTH_MS = 100, /* what time fills the bucket, and so how long a burst can be */
    WORTH_MS = 20   /* reads of what less time brings are not worth their cost */
};

static double bytes_in(const struct limiter *limiter, uint64_t ms)
{
    return (double)limiter->rate * (double)ms / 1000;
}

/* A limit of a few bytes a second has to let one through all the same. */
static double at_least_one(double bytes)
{
    return bytes < 1 ? 1 : bytes;
}

static double worth_a_read(const struct limiter *limiter)
{
    return at_least_one(bytes_in(limiter, WORTH_MS));
}

void limiter_init(struct limiter *limiter, uint64_t rate, uint64_t now_ms)
{
    *limiter = (struct limiter){.rate = rate, .now_ms = now_ms};
    limiter->level = worth_a_read(limiter);
}

void limiter_set_rate(struct limiter *limiter, uint64_t rate, uint64_t now_ms)
{
    if (limiter->rate != rate)
        limiter_init(limiter, rate, now_ms);
}

bool limiter_begin_round(struct limiter *limiter, unsigned sharers, uint64_t now_ms)
{
    if (limiter->rate == 0)
        return true;
    double most = at_least_one(bytes_in(limiter, DEPTH_MS));
    limiter->level += bytes_in(limiter, now_ms - limiter->now_ms);
    limiter->now_ms = now_ms;
    if (limiter->level > most)
        limiter->level = most;
    if (limiter->level < worth_a_read(limiter))
        return false;
    limiter->each = at_least_one(limiter->level / sharers);
    limiter->round++;
    return true;
}

static uint64_t taken_in_round(const struct limiter *limiter, const struct limiter_account *account)
{
    return account->round == limiter->round ? account->taken : 0;
}

size_t limiter_allow(const struct limiter *limiter, const struct limiter_account *account,
                     size_t size)
{
    if (limiter->rate == 0)
        return size;
    double left = limiter->each - (double)taken_in_round(limiter, account);
    if (left < 1)
        return 0;
    return left < (double)size ? (size_t)left : size;
}

void limiter_take(struct limiter *limiter, struct limiter_account *account, size_t size)
{
    if (limiter->rate == 0)
        return;
    limiter->level -= (double)size;
    account->taken = taken_in_round(limiter, account) + size;
    account->round = limiter->round;
}

uint64_t limiter_wake_ms(const struct limiter *limiter)
{
    double missing = worth_a_read(limiter) - limiter->level;
    if (limiter->rate == 0 || missing <= 0)
        return limiter->now_ms;
    return limiter->now_ms + (uint64_t)(missing * 1000 / (double)limiter->rate) + 1;
}

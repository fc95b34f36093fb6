/*
 * The client does one thing after the other: each is begun, and the loop turns until it is over,
 * its time is up, or the user has interrupted it.
 */
#ifndef CLIENT_WORK_H
#define CLIENT_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "client/limiter.h"
#include "net/loop.h"

struct work {
    struct loop *loop;
    struct limiter limiter; /* of what is downloaded, one file after the other; first without one */
    /* Called before each turn of a wait, for what goes on beside it; false: it is not to be waited
     * for any longer, as if interrupted. NULL: nothing goes on. */
    bool (*between)(void *arg);
    void *between_arg;
    unsigned stops_seen; /* requests to stop that were acted upon */
    struct timer limit;  /* private, and what it has done */
    bool is_over;
};

/* 0; a plat error. */
int work_open(struct work *work);
void work_close(struct work *work);

/* Whether the user wants this to end. Stays so until work_clear_interrupt. */
bool work_is_interrupted(const struct work *work);
void work_clear_interrupt(struct work *work);

/* From now on until work_unlimit: after so long, what is done passes for interrupted. */
void work_limit(struct work *work, uint64_t ms);
void work_unlimit(struct work *work);

/* Turns the loop until *done is not 0; false when interrupted before. */
bool work_wait(struct work *work, const bool *done);

/* The same until the time is over. */
bool work_pause(struct work *work, uint64_t ms);

#endif

/*
 * Timers in the order of their times: a binary heap of structs that their owners embed. Pure.
 */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    void (*fire)(struct timer *timer); /* set by the owner; called by the loop, the timer not set */
    /* private */
    uint64_t at_ms;
    size_t slot; /* place in the heap, counted from 1; 0: not set */
};

struct timers {
    /* private */
    struct timer **heap;
    size_t count, capacity;
};

#define TIMERS_INIT                                                                                \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

void timers_fini(struct timers *timers);

static inline bool timer_is_set(const struct timer *timer)
{
    return timer->slot != 0;
}

/* Sets the timer, or moves it if it is set. 0, or PLAT_ERR_NO_MEMORY with the timer as it was. */
int timers_set(struct timers *timers, struct timer *timer, uint64_t at_ms);

/* Not set: nothing happens. */
void timers_cancel(struct timers *timers, struct timer *timer);

/* When the first one is due; false if there is none. */
bool timers_next(const struct timers *timers, uint64_t *at_ms);

/* Takes the first one that is due at now_ms out, or NULL. */
struct timer *timers_take_due(struct timers *timers, uint64_t now_ms);

#endif

/*
 * Growing pauses between tries, each somewhere between half and the whole of its length, so that
 * many who lost the same peer do not come back together. Pure, given random bits.
 */
#ifndef NET_BACKOFF_H
#define NET_BACKOFF_H

#include <stdint.h>

struct backoff {
    uint32_t first_ms, most_ms; /* set by the owner */
    uint32_t next_ms;           /* 0: the next pause is a first one */
};

static inline void backoff_reset(struct backoff *backoff)
{
    backoff->next_ms = 0;
}

/* The next pause. */
static inline uint32_t backoff_pause_ms(struct backoff *backoff, uint32_t random)
{
    uint32_t length = backoff->next_ms ? backoff->next_ms : backoff->first_ms;
    backoff->next_ms = length > backoff->most_ms / 2 ? backoff->most_ms : length * 2;
    return length - length / 2 + random % (length / 2 + 1);
}

/* The same with the system's randomness; that there is none is no reason to fail. */
uint32_t backoff_random_pause_ms(struct backoff *backoff);

#endif

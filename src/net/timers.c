#include "net/timers.h"

#include <stdlib.h>

#include "plat/error.h"

void timers_fini(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers)TIMERS_INIT;
}

static void put(struct timers *timers, size_t slot, struct timer *timer)
{
    timers->heap[slot - 1] = timer;
    timer->slot = slot;
}

static struct timer *at(const struct timers *timers, size_t slot)
{
    return timers->heap[slot - 1];
}

static void sift_up(struct timers *timers, struct timer *timer)
{
    size_t slot = timer->slot;
    while (slot > 1 && at(timers, slot / 2)->at_ms > timer->at_ms) {
        put(timers, slot, at(timers, slot / 2));
        slot /= 2;
    }
    put(timers, slot, timer);
}

static void sift_down(struct timers *timers, struct timer *timer)
{
    size_t slot = timer->slot;
    for (;;) {
        size_t child = slot * 2;
        if (child > timers->count)
            break;
        if (child < timers->count && at(timers, child + 1)->at_ms < at(timers, child)->at_ms)
            child++;
        if (at(timers, child)->at_ms >= timer->at_ms)
            break;
        put(timers, slot, at(timers, child));
        slot = child;
    }
    put(timers, slot, timer);
}

static int grow(struct timers *timers)
{
    size_t capacity = timers->capacity ? timers->capacity * 2 : 16;
    struct timer **heap = realloc(timers->heap, capacity * sizeof(struct timer *));
    if (!heap)
        return PLAT_ERR_NO_MEMORY;
    timers->heap = heap;
    timers->capacity = capacity;
    return 0;
}

int timers_set(struct timers *timers, struct timer *timer, uint64_t at_ms)
{
    if (!timer_is_set(timer)) {
        int rc = timers->count == timers->capacity ? grow(timers) : 0;
        if (rc < 0)
            return rc;
        put(timers, ++timers->count, timer);
    }
    timer->at_ms = at_ms;
    sift_up(timers, timer);
    sift_down(timers, timer);
    return 0;
}

void timers_cancel(struct timers *timers, struct timer *timer)
{
    size_t slot = timer->slot;
    if (slot == 0)
        return;
    struct timer *last = at(timers, timers->count--);
    timer->slot = 0;
    if (last == timer)
        return;
    put(timers, slot, last);
    sift_up(timers, last);
    sift_down(timers, last);
}

bool timers_next(const struct timers *timers, uint64_t *at_ms)
{
    if (timers->count == 0)
        return false;
    *at_ms = at(timers, 1)->at_ms;
    return true;
}

struct timer *timers_take_due(struct timers *timers, uint64_t now_ms)
{
    if (timers->count == 0 || at(timers, 1)->at_ms > now_ms)
        return NULL;
    struct timer *timer = at(timers, 1);
    timers_cancel(timers, timer);
    return timer;
}

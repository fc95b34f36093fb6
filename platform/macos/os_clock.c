/*
 * The steady clock of macOS. CLOCK_MONOTONIC there is computed from the time of day and may step
 * with it.
 */
#include "os_clock.h"

#include <time.h>

void os_clock_steady(struct timespec *now)
{
    clock_gettime(CLOCK_UPTIME_RAW, now);
}

/*
 * The steady clock of Linux.
 */
#include "os_clock.h"

#include <time.h>

void os_clock_steady(struct timespec *now)
{
    clock_gettime(CLOCK_MONOTONIC, now);
}

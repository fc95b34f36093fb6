/*
 * The time, from clock_gettime.
 */
#include "plat/clock.h"

#include <time.h>

#include "os_clock.h"

_Static_assert(sizeof(time_t) == 8, "time goes on after 2038: _TIME_BITS=64");

uint64_t plat_clock_now_ms(void)
{
    struct timespec now;
    os_clock_steady(&now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t plat_clock_now_us(void)
{
    struct timespec now;
    os_clock_steady(&now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int64_t plat_clock_unix_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void plat_clock_local(int64_t unix_s, struct plat_clock_local *out)
{
    time_t seconds = (time_t)unix_s;
    struct tm tm = {0};
    localtime_r(&seconds, &tm);
    out->year = tm.tm_year + 1900;
    out->month = tm.tm_mon + 1;
    out->day = tm.tm_mday;
    out->hour = tm.tm_hour;
    out->minute = tm.tm_min;
    out->second = tm.tm_sec;
}

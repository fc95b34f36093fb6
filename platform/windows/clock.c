/*
 * The time.
 */
#include "plat/clock.h"

#include <string.h>

#include "os_system.h"

/* FILETIME counts tenths of microseconds from 1601. */
enum { TICKS_PER_MS = 10000, TICKS_PER_S = 10000000 };
#define UNIX_EPOCH_S INT64_C(11644473600)

/* GetTickCount64 moves in steps of 16 ms, too coarse to measure round trips with. */
static uint64_t steady(uint64_t units_per_s)
{
    LARGE_INTEGER count, per_s;
    QueryPerformanceCounter(&count); /* neither can fail since Windows XP */
    QueryPerformanceFrequency(&per_s);
    uint64_t ticks = (uint64_t)count.QuadPart;
    uint64_t rate = (uint64_t)per_s.QuadPart;
    /* In two parts: where the counter is the processor's own, its value times 1000 overflows within
     * months. */
    return ticks / rate * units_per_s + ticks % rate * units_per_s / rate;
}

uint64_t plat_clock_now_ms(void)
{
    return steady(1000);
}

uint64_t plat_clock_now_us(void)
{
    return steady(1000000);
}

/* The Precise call, since the time of the other one also moves in steps of 16 ms. */
int64_t plat_clock_unix_ms(void)
{
    FILETIME now;
    GetSystemTimePreciseAsFileTime(&now);
    int64_t ticks = (int64_t)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
    return ticks / TICKS_PER_MS - UNIX_EPOCH_S * 1000;
}

void plat_clock_local(int64_t unix_s, struct plat_clock_local *out)
{
    TIME_ZONE_INFORMATION zone;
    SYSTEMTIME utc, local;
    FILETIME time;
    memset(out, 0, sizeof *out);
    out->month = out->day = 1;
    if (unix_s < -UNIX_EPOCH_S || unix_s > INT64_MAX / TICKS_PER_S - UNIX_EPOCH_S)
        return;
    uint64_t ticks = (uint64_t)(unix_s + UNIX_EPOCH_S) * TICKS_PER_S;
    time.dwLowDateTime = (DWORD)ticks;
    time.dwHighDateTime = (DWORD)(ticks >> 32);
    /* By the daylight saving rule of that year, not of this one. */
    if (!FileTimeToSystemTime(&time, &utc) ||
        !GetTimeZoneInformationForYear(utc.wYear, NULL, &zone))
        return;
    if (!SystemTimeToTzSpecificLocalTime(&zone, &utc, &local))
        return;
    *out = (struct plat_clock_local){local.wYear, local.wMonth,  local.wDay,
                                     local.wHour, local.wMinute, local.wSecond};
}

/*
 * The time. Programs read it once a turn of their loop and pass it on; they never sleep.
 */
#ifndef PLAT_CLOCK_H
#define PLAT_CLOCK_H

#include <stdint.h>

struct plat_clock_local {
    int year, month, day; /* month and day count from 1 */
    int hour, minute, second;
};

/* Milliseconds of a clock that never steps; its zero is arbitrary. Any thread. */
uint64_t plat_clock_now_ms(void);

/* The same clock in microseconds, for measuring. Any thread. */
uint64_t plat_clock_now_us(void);

/* Milliseconds since 1970-01-01 UTC; may step. Any thread. */
int64_t plat_clock_unix_ms(void);

/* The local time at a Unix time in seconds. Any thread. */
void plat_clock_local(int64_t unix_s, struct plat_clock_local *out);

#endif

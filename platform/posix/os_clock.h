/*
 * The clock that never steps, which each system calls something else.
 */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

struct timespec;

void os_clock_steady(struct timespec *now);

#endif

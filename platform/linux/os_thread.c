/*
 * Condition variables on the monotonic clock, and threads that are nice.
 */
#include "os_thread.h"

#include <sys/resource.h>
#include <time.h>

void os_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

int os_cond_wait_for(pthread_cond_t *cond, pthread_mutex_t *mutex, uint32_t timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    return pthread_cond_timedwait(cond, mutex, &until);
}

/* Linux has a niceness for each thread, "process 0" being the calling one, and derives the disk's
 * priority from it. Level 10 leaves about a tenth of a contended processor: with SCHED_IDLE, or at
 * level 19, a busy machine would let the work come to a halt. */
void os_thread_lower_priority(void)
{
    enum { NICE = 10 };
    if (getpriority(PRIO_PROCESS, 0) < NICE)
        (void)setpriority(PRIO_PROCESS, 0, NICE);
}

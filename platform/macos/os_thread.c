/*
 * Condition variables: macOS cannot give one another clock, but can wait for a length of time.
 */
#include "os_thread.h"

#include <time.h>

void os_cond_init(pthread_cond_t *cond)
{
    pthread_cond_init(cond, NULL);
}

int os_cond_wait_for(pthread_cond_t *cond, pthread_mutex_t *mutex, uint32_t timeout_ms)
{
    struct timespec length = {.tv_sec = (time_t)(timeout_ms / 1000),
                              .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
    return pthread_cond_timedwait_relative_np(cond, mutex, &length);
}

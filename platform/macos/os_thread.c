/*
 * Condition variables, to which macOS cannot give another clock but a length of time to wait, and
 * threads of another class.
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

/* Not QOS_CLASS_BACKGROUND, which keeps to the slow processors and throttles the disk. */
void os_thread_lower_priority(void)
{
    (void)pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
}

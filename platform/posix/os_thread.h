/*
 * Waiting for a condition by the clock that does not step, and the priority of one thread: not
 * POSIX's strong side, so each system's folder answers.
 */
#ifndef OS_THREAD_H
#define OS_THREAD_H

#include <pthread.h>
#include <stdint.h>

void os_cond_init(pthread_cond_t *cond);

/* 0, or ETIMEDOUT. */
int os_cond_wait_for(pthread_cond_t *cond, pthread_mutex_t *mutex, uint32_t timeout_ms);

void os_thread_lower_priority(void); /* of the calling thread, for good */

#endif

/*
 * Threads, mutexes and condition variables: the few operations that every system has.
 *
 * The structs come from the operating system's plat_types.h and are embedded by the caller, who
 * must not look inside. No recursion, no cancellation, and of priorities only a lower one.
 */
#ifndef PLAT_THREAD_H
#define PLAT_THREAD_H

#include <stdint.h>

#include "plat_types.h"

/* Starts a thread that runs run(arg). 0, or PLAT_ERR_NO_MEMORY or PLAT_ERR_OTHER. */
int plat_thread_start(struct plat_thread *thread, void (*run)(void *), void *arg);

/* Waits for the thread's end and releases it. Once for each started thread. */
void plat_thread_join(struct plat_thread *thread);

/* Starts a thread that nobody joins. Errors as plat_thread_start. */
int plat_thread_start_detached(void (*run)(void *), void *arg);

/* From now on the calling thread gives way to others, of this process and others, where they want
 * the processor or the disk; on an idle machine it is as fast as before. For work that nobody waits
 * for; there is no way back. As far as the system does it: it says nothing of a failure, and a busy
 * machine may let the thread wait for long, so it must hold no mutex that others need for more than
 * moments. */
void plat_thread_lower_priority(void);

/* How many threads this process can run at once; at least 1. */
unsigned plat_thread_cpus(void);

/* A mutex must not move while it is in use. Initialising cannot fail. */
void plat_mutex_init(struct plat_mutex *mutex);
void plat_mutex_fini(struct plat_mutex *mutex);
void plat_mutex_lock(struct plat_mutex *mutex);
void plat_mutex_unlock(struct plat_mutex *mutex);

void plat_cond_init(struct plat_cond *cond);
void plat_cond_fini(struct plat_cond *cond);

/* Releases the locked mutex, waits for a signal, locks it again. May also wake without one. */
void plat_cond_wait(struct plat_cond *cond, struct plat_mutex *mutex);

/* The same, for at most timeout_ms. 0, or PLAT_ERR_TIMED_OUT. */
int plat_cond_wait_for(struct plat_cond *cond, struct plat_mutex *mutex, uint32_t timeout_ms);

/* Wakes all who wait. */
void plat_cond_broadcast(struct plat_cond *cond);

#endif

/*
 * Threads over pthreads.
 */
#include "plat/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "os_error.h"
#include "os_thread.h"
#include "plat/error.h"

static void *run_thread(void *arg)
{
    struct plat_thread *thread = arg;
    thread->run(thread->arg);
    return NULL;
}

/* Signals are for the main thread: a thread starts with all of them blocked. */
static int start_blocked(pthread_t *id, const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(id, attr, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == EAGAIN)
        return PLAT_ERR_NO_MEMORY;
    return error ? os_error(error) : 0;
}

int plat_thread_start(struct plat_thread *thread, void (*run)(void *), void *arg)
{
    thread->run = run;
    thread->arg = arg;
    return start_blocked(&thread->id, NULL, run_thread, thread);
}

void plat_thread_join(struct plat_thread *thread)
{
    pthread_join(thread->id, NULL);
}

static void *run_detached(void *arg)
{
    struct plat_thread thread = *(struct plat_thread *)arg;
    free(arg);
    thread.run(thread.arg);
    return NULL;
}

int plat_thread_start_detached(void (*run)(void *), void *arg)
{
    pthread_attr_t attr;
    pthread_t id;
    struct plat_thread *thread = malloc(sizeof *thread);
    if (!thread)
        return PLAT_ERR_NO_MEMORY;
    thread->run = run;
    thread->arg = arg;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    int rc = start_blocked(&id, &attr, run_detached, thread);
    pthread_attr_destroy(&attr);
    if (rc < 0)
        free(thread);
    return rc;
}

void plat_thread_lower_priority(void)
{
    os_thread_lower_priority();
}

unsigned plat_thread_cpus(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (unsigned)online;
}

void plat_mutex_init(struct plat_mutex *mutex)
{
    pthread_mutex_init(&mutex->mutex, NULL);
}

void plat_mutex_fini(struct plat_mutex *mutex)
{
    pthread_mutex_destroy(&mutex->mutex);
}

void plat_mutex_lock(struct plat_mutex *mutex)
{
    pthread_mutex_lock(&mutex->mutex);
}

void plat_mutex_unlock(struct plat_mutex *mutex)
{
    pthread_mutex_unlock(&mutex->mutex);
}

void plat_cond_init(struct plat_cond *cond)
{
    os_cond_init(&cond->cond);
}

void plat_cond_fini(struct plat_cond *cond)
{
    pthread_cond_destroy(&cond->cond);
}

void plat_cond_wait(struct plat_cond *cond, struct plat_mutex *mutex)
{
    pthread_cond_wait(&cond->cond, &mutex->mutex);
}

int plat_cond_wait_for(struct plat_cond *cond, struct plat_mutex *mutex, uint32_t timeout_ms)
{
    return os_cond_wait_for(&cond->cond, &mutex->mutex, timeout_ms) ? PLAT_ERR_TIMED_OUT : 0;
}

void plat_cond_broadcast(struct plat_cond *cond)
{
    pthread_cond_broadcast(&cond->cond);
}

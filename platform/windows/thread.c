/*
 * Threads, mutexes and condition variables.
 *
 * SRW locks and condition variables are used rather than critical sections and events: they are one
 * word each, need no clean-up, and enter the kernel only where somebody must wait.
 */
#include "plat/thread.h"

#include <process.h>
#include <stdlib.h>

#include "os_system.h"
#include "plat/error.h"

_Static_assert(sizeof(struct plat_mutex) == sizeof(SRWLOCK), "plat_types.h knows SRWLOCK's size");
_Static_assert(sizeof(struct plat_cond) == sizeof(CONDITION_VARIABLE),
               "plat_types.h knows CONDITION_VARIABLE's size");

/* What a new thread is to run; it frees this itself. */
struct start {
    void (*run)(void *);
    void *arg;
};

/* The start is copied first, so that a thread that never returns leaks nothing. */
static unsigned __stdcall run_start(void *data)
{
    struct start start = *(struct start *)data;
    free(data);
    start.run(start.arg);
    return 0;
}

/* _beginthreadex rather than CreateThread: it prepares the C library for the thread. */
static int start_thread(void **handle, void (*run)(void *), void *arg)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return PLAT_ERR_NO_MEMORY;
    start->run = run;
    start->arg = arg;
    uintptr_t begun = _beginthreadex(NULL, 0, run_start, start, 0, NULL);
    if (begun == 0) {
        /* Whatever it says, memory or handles ran out. */
        free(start);
        return PLAT_ERR_NO_MEMORY;
    }
    *handle = (void *)begun;
    return 0;
}

int plat_thread_start(struct plat_thread *thread, void (*run)(void *), void *arg)
{
    return start_thread(&thread->handle, run, arg);
}

void plat_thread_join(struct plat_thread *thread)
{
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    thread->handle = NULL;
}

/* Closing the handle ends nothing. */
int plat_thread_start_detached(void (*run)(void *), void *arg)
{
    void *handle;
    int rc = start_thread(&handle, run, arg);
    if (rc == 0)
        CloseHandle(handle);
    return rc;
}

/* Not THREAD_MODE_BACKGROUND_BEGIN, with which the disk is slow on an idle machine, too. */
void plat_thread_lower_priority(void)
{
    (void)SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
}

/* Those that this process may use: a container or a user may have given it fewer. */
unsigned plat_thread_cpus(void)
{
    DWORD_PTR ours = 0, all;
    unsigned count = 0;
    /* A machine of more than 64 processors has them in groups, which a mask cannot tell of. */
    if (GetActiveProcessorGroupCount() > 1)
        count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    else if (GetProcessAffinityMask(GetCurrentProcess(), &ours, &all))
        for (; ours; ours &= ours - 1)
            count++;
    return count > 0 ? count : 1;
}

/* SRW locks are one pointer, need no clean-up and cannot fail. One thread must not take one twice,
 * which the contract does not promise either. */
static SRWLOCK *lock_of(struct plat_mutex *mutex)
{
    return (SRWLOCK *)(void *)mutex;
}

static CONDITION_VARIABLE *variable_of(struct plat_cond *cond)
{
    return (CONDITION_VARIABLE *)(void *)cond;
}

void plat_mutex_init(struct plat_mutex *mutex)
{
    InitializeSRWLock(lock_of(mutex));
}

void plat_mutex_fini(struct plat_mutex *mutex)
{
    (void)mutex; /* holds nothing */
}

void plat_mutex_lock(struct plat_mutex *mutex)
{
    AcquireSRWLockExclusive(lock_of(mutex));
}

void plat_mutex_unlock(struct plat_mutex *mutex)
{
    ReleaseSRWLockExclusive(lock_of(mutex));
}

void plat_cond_init(struct plat_cond *cond)
{
    InitializeConditionVariable(variable_of(cond));
}

void plat_cond_fini(struct plat_cond *cond)
{
    (void)cond; /* holds nothing */
}

void plat_cond_wait(struct plat_cond *cond, struct plat_mutex *mutex)
{
    SleepConditionVariableSRW(variable_of(cond), lock_of(mutex), INFINITE, 0);
}

/* Its one failure is the timeout, so the last error need not be asked. */
int plat_cond_wait_for(struct plat_cond *cond, struct plat_mutex *mutex, uint32_t timeout_ms)
{
    /* The highest number means "for ever" to the system. */
    DWORD limit = timeout_ms < INFINITE ? timeout_ms : INFINITE - 1;
    if (SleepConditionVariableSRW(variable_of(cond), lock_of(mutex), limit, 0))
        return 0;
    return PLAT_ERR_TIMED_OUT;
}

void plat_cond_broadcast(struct plat_cond *cond)
{
    WakeAllConditionVariable(variable_of(cond));
}

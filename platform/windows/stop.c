/*
 * The requests to stop this process: Ctrl-C, Ctrl-Break, and the closing of the console.
 */
#include "os_stop.h"

#include <stdbool.h>

#include "os_error.h"
#include "os_system.h"
#include "plat/atomic.h"
#include "plat/process.h"

/* The console knows one set of handlers for the whole process, so this state is its as well. */
static struct plat_atomic_u64 requests;
static struct plat_atomic_ptr stop_event;
static SRWLOCK lock = SRWLOCK_INIT; /* for the pair */
static void (*notify_stop)(void *);
static void *notify_arg;

void *os_stop_event(void)
{
    return plat_atomic_load_ptr(&stop_event);
}

/* Runs on a thread that the system makes for each event. The lock is held while notify runs, so
 * that whoever replaces the pair knows that the old one is not in use any more. */
static BOOL WINAPI on_event(DWORD type)
{
    plat_atomic_add(&requests, 1);
    AcquireSRWLockShared(&lock);
    if (notify_stop)
        notify_stop(notify_arg);
    ReleaseSRWLockShared(&lock);
    SetEvent(os_stop_event());
    /* When the console closes or the user logs off, the system ends the process as soon as this
     * returns, or after some seconds. Those are for main to finish in order. */
    if (type == CTRL_CLOSE_EVENT || type == CTRL_LOGOFF_EVENT || type == CTRL_SHUTDOWN_EVENT)
        Sleep(INFINITE);
    return TRUE;
}

/* Once and never closed, since the system may call the handler at any time. */
static int make_event(void)
{
    if (os_stop_event())
        return 0;
    HANDLE made = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!made)
        return os_error_last();
    plat_atomic_store_ptr(&stop_event, made);
    return 0;
}

int plat_process_on_stop(void (*notify)(void *), void *arg)
{
    int rc = make_event();
    if (rc < 0)
        return rc;
    AcquireSRWLockExclusive(&lock);
    bool handled = notify_stop != NULL;
    notify_stop = notify;
    notify_arg = arg;
    ReleaseSRWLockExclusive(&lock);
    if (handled == (notify != NULL))
        return 0;
    return SetConsoleCtrlHandler(on_event, notify != NULL) ? 0 : PLAT_ERR_OTHER;
}

unsigned plat_process_stop_requests(void)
{
    return (unsigned)plat_atomic_load(&requests);
}

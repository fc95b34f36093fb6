/*
 * Start of the process, and the requests to stop it: SIGINT, SIGTERM and SIGHUP.
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os_process.h"
#include "plat/atomic.h"
#include "plat/process.h"

/* Signals belong to the whole process, so this state has to be its as well. */
static struct plat_atomic_u64 requests;
static void (*notify_stop)(void *);
static void *notify_arg;

/* The hard limit may be "infinity", or more than the kernel then accepts (macOS has a smaller limit
 * beside it), so less and less is asked for, but never less than what we have. */
static void raise_open_files(void)
{
    const rlim_t enough = (rlim_t)1 << 20;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    rlim_t have = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max < enough ? limit.rlim_max : enough;
    while (limit.rlim_cur > have && setrlimit(RLIMIT_NOFILE, &limit) < 0)
        limit.rlim_cur /= 2;
}

int plat_process_init(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    signal(SIGPIPE, SIG_IGN);
    raise_open_files();
    os_process_set_memory();
    return 0;
}

static void on_signal(int number)
{
    (void)number;
    plat_atomic_add(&requests, 1);
    if (notify_stop)
        notify_stop(notify_arg);
}

enum { STOP_SIGNALS = 3 };
static const int stop_signals[STOP_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

/* nohup, and shells for what they start in the background, have signals ignored on purpose; only of
 * SIGHUP is that respected, since a server has to be stoppable. */
static bool is_ignored(int number)
{
    struct sigaction present;
    return number == SIGHUP && sigaction(number, NULL, &present) == 0 &&
           present.sa_handler == SIG_IGN;
}

int plat_process_on_stop(void (*notify)(void *), void *arg)
{
    struct sigaction action = {.sa_handler = notify ? on_signal : SIG_DFL};
    sigset_t all, before;
    sigemptyset(&all);
    for (int i = 0; i < STOP_SIGNALS; i++)
        sigaddset(&all, stop_signals[i]);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    notify_stop = notify;
    notify_arg = arg;
    int rc = 0;
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (!is_ignored(stop_signals[i]) && sigaction(stop_signals[i], &action, NULL) < 0)
            rc = PLAT_ERR_OTHER;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

unsigned plat_process_stop_requests(void)
{
    return (unsigned)plat_atomic_load(&requests);
}

uint64_t plat_process_own_id(void)
{
    return (uint64_t)getpid();
}

/*
 * Start of the process, and the requests to stop it: SIGINT and SIGTERM.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

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
    return 0;
}

static void on_signal(int number)
{
    (void)number;
    plat_atomic_add(&requests, 1);
    if (notify_stop)
        notify_stop(notify_arg);
}

int plat_process_on_stop(void (*notify)(void *), void *arg)
{
    struct sigaction action = {.sa_handler = notify ? on_signal : SIG_DFL};
    sigset_t both, before;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigprocmask(SIG_BLOCK, &both, &before);
    notify_stop = notify;
    notify_arg = arg;
    int rc = sigaction(SIGINT, &action, NULL) < 0 || sigaction(SIGTERM, &action, NULL) < 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return rc ? PLAT_ERR_OTHER : 0;
}

unsigned plat_process_stop_requests(void)
{
    return (unsigned)plat_atomic_load(&requests);
}

uint64_t plat_process_own_id(void)
{
    return (uint64_t)getpid();
}

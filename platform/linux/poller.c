/*
 * The poller over epoll, level-triggered; an eventfd wakes it.
 */
#include "plat/poller.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "os_error.h"

enum { BATCH = 1024 };

struct plat_poller {
    int epoll;
    int wakeup;
    struct epoll_event batch[BATCH];
};

/* The wakeup's own record has no watch. */
static int watch_wakeup(struct plat_poller *poller)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    return epoll_ctl(poller->epoll, EPOLL_CTL_ADD, poller->wakeup, &event);
}

int plat_poller_open(struct plat_poller **out)
{
    struct plat_poller *poller = malloc(sizeof *poller);
    if (!poller)
        return PLAT_ERR_NO_MEMORY;
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    poller->wakeup = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (poller->epoll < 0 || poller->wakeup < 0 || watch_wakeup(poller) < 0) {
        int error = os_error(errno);
        plat_poller_close(poller);
        return error;
    }
    *out = poller;
    return 0;
}

void plat_poller_close(struct plat_poller *poller)
{
    if (!poller)
        return;
    if (poller->epoll >= 0)
        close(poller->epoll);
    if (poller->wakeup >= 0)
        close(poller->wakeup);
    free(poller);
}

int plat_poller_watch(struct plat_poller *poller, struct plat_watch *watch, unsigned events)
{
    struct epoll_event event = {.data.ptr = watch};
    if (watch->slot >= 0 && watch->events == events)
        return 0;
    if (events == 0) { /* epoll would go on reporting errors and hang-ups */
        plat_poller_forget(poller, watch);
        return 0;
    }
    if (events & PLAT_READ)
        event.events |= EPOLLIN;
    if (events & PLAT_WRITE)
        event.events |= EPOLLOUT;
    int op = watch->slot < 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (epoll_ctl(poller->epoll, op, (int)watch->socket, &event) < 0)
        return errno == ENOSPC ? PLAT_ERR_NO_MEMORY : os_error(errno);
    watch->slot = 0;
    watch->events = events;
    return 0;
}

void plat_poller_forget(struct plat_poller *poller, struct plat_watch *watch)
{
    struct epoll_event unused = {0};
    if (watch->slot < 0)
        return;
    (void)epoll_ctl(poller->epoll, EPOLL_CTL_DEL, (int)watch->socket, &unused);
    watch->slot = -1;
    watch->events = 0;
}

static unsigned what_happened(uint32_t events)
{
    unsigned happened = 0;
    if (events & EPOLLIN)
        happened |= PLAT_READ;
    if (events & EPOLLOUT)
        happened |= PLAT_WRITE;
    if (events & (EPOLLERR | EPOLLHUP))
        happened |= PLAT_READ | PLAT_WRITE;
    return happened;
}

static void drain_wakeup(struct plat_poller *poller)
{
    uint64_t count;
    ssize_t unused = read(poller->wakeup, &count, sizeof count);
    (void)unused;
}

int plat_poller_wait(struct plat_poller *poller, struct plat_event *events, size_t most,
                     int timeout_ms, size_t *count)
{
    int limit = most < BATCH ? (int)most : BATCH;
    int n = epoll_wait(poller->epoll, poller->batch, limit, timeout_ms);
    *count = 0;
    if (n < 0)
        return errno == EINTR ? 0 : os_error(errno);
    for (int i = 0; i < n; i++) {
        struct plat_watch *watch = poller->batch[i].data.ptr;
        if (!watch) {
            drain_wakeup(poller);
            continue;
        }
        events[*count].watch = watch;
        events[(*count)++].events = what_happened(poller->batch[i].events);
    }
    return 0;
}

void plat_poller_wake(struct plat_poller *poller)
{
    int saved = errno; /* a signal handler may call this */
    uint64_t one = 1;
    ssize_t unused = write(poller->wakeup, &one, sizeof one);
    (void)unused;
    errno = saved;
}

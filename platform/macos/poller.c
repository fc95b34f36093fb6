/*
 * The poller over kqueue, level-triggered; a user event wakes it.
 *
 * kqueue knows reading and writing as two filters of a socket and reports each by itself. A
 * watch's filters are exactly those that watch->events asks for, so that a change submits only
 * what differs, and a silent watch costs the kernel nothing. watch->slot is -1 when not watched
 * and 0 when watched; inside plat_poller_wait it is one more than the index of the watch's record,
 * by which its second filter's report finds the first one's.
 */
#include "plat/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/event.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "os_error.h"

enum { BATCH = 1024 }; /* a socket may take two of them */

struct plat_poller {
    int queue;
    struct kevent batch[BATCH];
};

/* The wakeup's own reports have no watch. */
static int change_wakeup(struct plat_poller *poller, unsigned flags, unsigned fflags)
{
    struct kevent change = {
        .filter = EVFILT_USER, .flags = (uint16_t)flags, .fflags = fflags, .udata = NULL};
    return kevent(poller->queue, &change, 1, NULL, 0, NULL);
}

int plat_poller_open(struct plat_poller **out)
{
    struct plat_poller *poller = malloc(sizeof *poller);
    if (!poller)
        return PLAT_ERR_NO_MEMORY;
    poller->queue = kqueue();
    if (poller->queue < 0 || fcntl(poller->queue, F_SETFD, FD_CLOEXEC) < 0 ||
        change_wakeup(poller, EV_ADD | EV_CLEAR, 0) < 0) {
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
    if (poller->queue >= 0)
        close(poller->queue);
    free(poller);
}

/* Writes the change of one filter, if its bit differs; returns how many changes it wrote. */
static int put_change(struct kevent *change, struct plat_watch *watch, unsigned events,
                      unsigned bit, int filter)
{
    if (!((watch->events ^ events) & bit))
        return 0;
    *change = (struct kevent){.ident = (uintptr_t)watch->socket,
                              .filter = (int16_t)filter,
                              .flags = (uint16_t)((events & bit ? EV_ADD : EV_DELETE) | EV_RECEIPT),
                              .udata = watch};
    return 1;
}

/* Makes the kernel's filters those of `events`; returns 0 or an errno. With receipts each change
 * is answered, so a failed one does not keep the other from being made, and no event is taken. */
static int submit(struct plat_poller *poller, struct plat_watch *watch, unsigned events)
{
    struct kevent changes[2], receipts[2];
    int count = put_change(&changes[0], watch, events, PLAT_READ, EVFILT_READ);
    count += put_change(&changes[count], watch, events, PLAT_WRITE, EVFILT_WRITE);
    watch->events = events;
    if (count == 0)
        return 0;
    int answers = kevent(poller->queue, changes, count, receipts, count, NULL);
    if (answers < 0)
        return errno;
    for (int i = 0; i < answers; i++) {
        /* A filter that is to go and is not there is as it should be. */
        if (receipts[i].data != 0 && (changes[i].flags & EV_ADD))
            return (int)receipts[i].data;
    }
    return 0;
}

int plat_poller_watch(struct plat_poller *poller, struct plat_watch *watch, unsigned events)
{
    if (watch->slot < 0)
        watch->events = 0;
    watch->slot = 0;
    int error = submit(poller, watch, events);
    if (error == 0)
        return 0;
    /* Half of what was asked for helps nobody: the socket is not watched at all then. */
    plat_poller_forget(poller, watch);
    return os_error(error);
}

void plat_poller_forget(struct plat_poller *poller, struct plat_watch *watch)
{
    if (watch->slot < 0)
        return;
    (void)submit(poller, watch, 0);
    watch->slot = -1;
}

/* A read filter's end of file is the peer's end of the stream, which a read tells. With an error
 * in fflags, or at the write filter, the connection itself is over. */
static unsigned what_happened(const struct kevent *report)
{
    if ((report->flags & EV_EOF) && (report->filter == EVFILT_WRITE || report->fflags != 0))
        return PLAT_READ | PLAT_WRITE;
    return report->filter == EVFILT_WRITE ? PLAT_WRITE : PLAT_READ;
}

/* Writes one record a watch. Returns how many. */
static size_t merge(struct plat_event *events, const struct kevent *reports, int report_count)
{
    size_t count = 0;
    for (int i = 0; i < report_count; i++) {
        struct plat_watch *watch = reports[i].udata;
        if (!watch)
            continue;
        if (watch->slot == 0) {
            events[count] = (struct plat_event){.watch = watch, .events = 0};
            watch->slot = (int)++count;
        }
        events[watch->slot - 1].events |= what_happened(&reports[i]);
    }
    for (size_t i = 0; i < count; i++)
        events[i].watch->slot = 0;
    return count;
}

int plat_poller_wait(struct plat_poller *poller, struct plat_event *events, size_t most,
                     int timeout_ms, size_t *count)
{
    struct timespec timeout = {.tv_sec = timeout_ms / 1000,
                               .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
    /* Never more reports than records: each report could be another socket's. */
    int limit = most < BATCH ? (int)most : BATCH;
    *count = 0;
    int n = kevent(poller->queue, NULL, 0, poller->batch, limit, timeout_ms < 0 ? NULL : &timeout);
    if (n < 0)
        return errno == EINTR ? 0 : os_error(errno);
    *count = merge(events, poller->batch, n);
    return 0;
}

void plat_poller_wake(struct plat_poller *poller)
{
    int saved = errno; /* a signal handler may call this */
    (void)change_wakeup(poller, 0, NOTE_TRIGGER);
    errno = saved;
}

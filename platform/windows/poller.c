/*
 * Waiting for many sockets by WSAPoll.
 *
 * The array that WSAPoll reads is kept from call to call; a watch's slot is its index there. The
 * first place is the bell's, by which plat_poller_wake works. A watch with no events is not in
 * the array, since WSAPoll would report its hang-up again and again.
 */
#include "plat/poller.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include "os_bell.h"
#include "os_error.h"
#include "os_system.h"
#include "plat/clock.h"

enum {
    NOT_WATCHED = -1,
    BELL = 0,
    CAPACITY_FIRST = 64,
    /* How often a full socket whose peer has ended its side is looked at, see wait_muted. */
    MUTED_MS = 5
};

struct plat_poller {
    WSAPOLLFD *fds;
    struct plat_watch **watches; /* of the same index; [BELL] is NULL */
    int count, capacity;
    int next; /* where the next batch of events begins, so that none is starved by the first */
    struct os_bell bell;
};

static int grow(struct plat_poller *poller)
{
    int capacity = poller->capacity ? poller->capacity * 2 : CAPACITY_FIRST;
    if (poller->capacity > INT_MAX / 2 / (int)sizeof *poller->fds)
        return PLAT_ERR_NO_MEMORY;
    WSAPOLLFD *fds = realloc(poller->fds, (size_t)capacity * sizeof *fds);
    if (!fds)
        return PLAT_ERR_NO_MEMORY;
    poller->fds = fds;
    struct plat_watch **watches =
        realloc(poller->watches, (size_t)capacity * sizeof(struct plat_watch *));
    if (!watches)
        return PLAT_ERR_NO_MEMORY;
    poller->watches = watches;
    poller->capacity = capacity;
    return 0;
}

/* WSAPoll's array and ours grow together, so that an index is good for both. */
static int append(struct plat_poller *poller, struct plat_watch *watch, plat_socket handle)
{
    int rc = poller->count < poller->capacity ? 0 : grow(poller);
    if (rc < 0)
        return rc;
    poller->fds[poller->count] = (WSAPOLLFD){(SOCKET)handle, POLLRDNORM, 0};
    poller->watches[poller->count] = watch;
    poller->count++;
    return 0;
}

int plat_poller_open(struct plat_poller **out)
{
    struct plat_poller *poller = calloc(1, sizeof *poller);
    if (!poller)
        return PLAT_ERR_NO_MEMORY;
    int rc = os_bell_open(&poller->bell);
    if (rc == 0)
        rc = append(poller, NULL, poller->bell.socket);
    if (rc < 0) {
        plat_poller_close(poller);
        return rc;
    }
    *out = poller;
    return 0;
}

/* Whoever watches may still hold his struct, and must see that nobody watches it. */
void plat_poller_close(struct plat_poller *poller)
{
    if (!poller)
        return;
    for (int i = BELL + 1; i < poller->count; i++)
        poller->watches[i]->slot = NOT_WATCHED;
    os_bell_close(&poller->bell);
    free(poller->fds);
    free(poller->watches);
    free(poller);
}

/* POLLRDNORM and POLLWRNORM alone: WSAPoll fails altogether for POLLPRI, POLLERR or POLLHUP, which
 * are reported unasked. */
int plat_poller_watch(struct plat_poller *poller, struct plat_watch *watch, unsigned events)
{
    if (events == 0) {
        plat_poller_forget(poller, watch);
        return 0;
    }
    if (watch->slot == NOT_WATCHED) {
        int rc = append(poller, watch, watch->socket);
        if (rc < 0)
            return rc;
        watch->slot = poller->count - 1;
    }
    int asked = (events & PLAT_READ ? POLLRDNORM : 0) | (events & PLAT_WRITE ? POLLWRNORM : 0);
    poller->fds[watch->slot].events = (SHORT)asked;
    watch->events = events;
    return 0;
}

/* The last one takes the place that falls empty. */
void plat_poller_forget(struct plat_poller *poller, struct plat_watch *watch)
{
    int slot = watch->slot;
    watch->slot = NOT_WATCHED;
    watch->events = 0;
    if (slot == NOT_WATCHED)
        return;
    poller->count--;
    if (slot == poller->count)
        return;
    poller->fds[slot] = poller->fds[poller->count];
    poller->watches[slot] = poller->watches[poller->count];
    poller->watches[slot]->slot = slot;
}

/* Whether the connection has failed, and not only the peer ended its side in order. Looking takes
 * nothing away: what is there stays to be read. */
static bool is_broken(SOCKET handle)
{
    char first;
    return recv(handle, &first, 1, MSG_PEEK) < 0 && WSAGetLastError() != WSAEWOULDBLOCK;
}

/*
 * What to report of a place in the array. POLLHUP comes with and after the peer's orderly end,
 * without POLLRDNORM, though we may go on sending: it means that there is an end to read. Only
 * where nobody asked for that, and nothing can be written, the cause must be looked for.
 */
static unsigned events_of(const WSAPOLLFD *fd)
{
    unsigned events = 0;
    if (fd->revents & (POLLERR | POLLNVAL))
        return PLAT_READ | PLAT_WRITE;
    if (fd->revents & POLLRDNORM)
        events |= PLAT_READ;
    if (fd->revents & POLLWRNORM)
        events |= PLAT_WRITE;
    if (fd->revents & POLLHUP && fd->events & POLLRDNORM)
        events |= PLAT_READ;
    else if (fd->revents & POLLHUP && events == 0 && is_broken(fd->fd))
        events = PLAT_READ | PLAT_WRITE;
    return events;
}

/* Begins behind the one that was reported last, and passes the bell over. */
static size_t collect(struct plat_poller *poller, struct plat_event *events, size_t most)
{
    size_t count = 0;
    int start = poller->next < poller->count ? poller->next : BELL + 1;
    for (int i = 0; i < poller->count && count < most; i++) {
        int at = start + i < poller->count ? start + i : start + i - poller->count;
        if (at == BELL || poller->fds[at].revents == 0)
            continue;
        unsigned happened = events_of(&poller->fds[at]);
        if (happened == 0)
            continue;
        events[count++] = (struct plat_event){poller->watches[at], happened};
        poller->next = at + 1;
    }
    return count;
}

/* WSAPoll itself: *count becomes how many places have something, the bell's among them. */
static int poll_once(struct plat_poller *poller, int timeout_ms, int *count)
{
    *count = WSAPoll(poller->fds, (ULONG)poller->count, timeout_ms);
    return *count == SOCKET_ERROR ? PLAT_ERR_OTHER : 0;
}

/*
 * Waits a moment for all but those that have just reported a hang-up which concerns nobody: full
 * sockets whose peers have ended their side but still read. WSAPoll would report these at once
 * for as long as they are full, and spin. A socket of -1 is passed over.
 */
static int wait_muted(struct plat_poller *poller, int timeout_ms)
{
    int count;
    for (int i = BELL + 1; i < poller->count; i++)
        if (poller->fds[i].revents)
            poller->fds[i].fd = INVALID_SOCKET;
    int limit = timeout_ms >= 0 && timeout_ms < MUTED_MS ? timeout_ms : MUTED_MS;
    int rc = poll_once(poller, limit, &count);
    for (int i = BELL + 1; i < poller->count; i++)
        poller->fds[i].fd = (SOCKET)poller->watches[i]->socket;
    return rc;
}

/* 0 and "without limit" stay what they are. */
static int time_left(uint64_t start_ms, int timeout_ms)
{
    if (timeout_ms <= 0)
        return timeout_ms;
    uint64_t passed = plat_clock_now_ms() - start_ms;
    return passed < (uint64_t)timeout_ms ? timeout_ms - (int)passed : 0;
}

/* Goes on waiting after a turn that only a muted socket ended, for as long as there is time. */
int plat_poller_wait(struct plat_poller *poller, struct plat_event *events, size_t most,
                     int timeout_ms, size_t *count)
{
    uint64_t start_ms = plat_clock_now_ms();
    *count = 0;
    for (int left = timeout_ms;; left = time_left(start_ms, timeout_ms)) {
        int ready;
        int rc = poll_once(poller, left, &ready);
        if (rc < 0)
            return rc;
        bool woken = poller->fds[BELL].revents != 0;
        if (woken)
            os_bell_silence(&poller->bell);
        *count = collect(poller, events, most);
        if (*count > 0 || woken || ready == 0 || left == 0)
            return 0;
        rc = wait_muted(poller, time_left(start_ms, timeout_ms));
        if (rc < 0)
            return rc;
    }
}

void plat_poller_wake(struct plat_poller *poller)
{
    os_bell_ring(&poller->bell);
}

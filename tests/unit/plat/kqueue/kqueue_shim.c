/*
 * kqueue(2) answered by epoll, so that platform/macos runs in tests on Linux.
 *
 * A queue is an epoll object that holds three more, one for each kind of descriptor filter, and
 * the user event's eventfd. As each filter of a socket has its own epoll registration, the kernel
 * itself keeps what kqueue promises: the filters come and go separately, deleting an absent one is
 * ENOENT, and closing a socket drops them. Level-triggered, except the user event and folders.
 *
 * Known differences: a socket's error is not told (asking would take it away) but shown as
 * ECONNRESET, and shutting down our own side does not end the write filter.
 */
#include "kqueue_shim.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/event.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum kind { READING, WRITING, FOLDER, KINDS, USER = KINDS };

enum { READY_MAX = 1024 };

struct filter {
    uint32_t fflags;
    void *udata;
    struct shim_vnode *vnode;
};

struct queue {
    int epoll;        /* the descriptor that kqueue() returned */
    int inner[KINDS]; /* the epoll object of each kind */
    int user_fd;
    struct kevent user;
    size_t turn; /* where the next wait begins among what is ready, so that all get theirs */
    struct filter filters[KINDS][SHIM_FDS];
};

/* Something ready: of which kind, and with which epoll bits. */
struct ready {
    enum kind kind;
    int fd;
    uint32_t bits;
};

/* By descriptor. A slot is used only by those who use the descriptor. */
static struct queue *queues[SHIM_FDS];
static struct queue *folder_watchers[SHIM_FDS];

static int add_inner(struct queue *queue, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};
    return fd < 0 ? -1 : epoll_ctl(queue->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void free_queue(struct queue *queue)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (queue->inner[kind] >= 0)
            __real_close(queue->inner[kind]);
    if (queue->user_fd >= 0)
        __real_close(queue->user_fd);
    for (int fd = 0; fd < SHIM_FDS; fd++) {
        if (queue->filters[FOLDER][fd].vnode)
            folder_watchers[fd] = NULL;
        shim_vnode_close(queue->filters[FOLDER][fd].vnode);
    }
    free(queue);
}

int kqueue(void)
{
    bool failed = false;
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue)
        return -1;
    queue->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int kind = 0; kind < KINDS; kind++) {
        queue->inner[kind] = epoll_create1(EPOLL_CLOEXEC);
        failed |= add_inner(queue, queue->inner[kind]) < 0;
    }
    queue->user_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (add_inner(queue, queue->user_fd) < 0 || failed || queue->epoll >= SHIM_FDS) {
        int saved = errno;
        if (queue->epoll >= 0)
            __real_close(queue->epoll);
        free_queue(queue);
        errno = saved;
        return -1;
    }
    queues[queue->epoll] = queue;
    return queue->epoll;
}

static void drop_folder(struct queue *queue, int fd)
{
    shim_vnode_close(queue->filters[FOLDER][fd].vnode);
    queue->filters[FOLDER][fd] = (struct filter){0};
    folder_watchers[fd] = NULL;
}

int __wrap_close(int fd)
{
    if (fd >= 0 && fd < SHIM_FDS) {
        if (queues[fd])
            free_queue(queues[fd]);
        queues[fd] = NULL;
        if (folder_watchers[fd])
            drop_folder(folder_watchers[fd], fd);
    }
    return __real_close(fd);
}

/* The apply functions return 0 or an errno. */

static int apply_user(struct queue *queue, const struct kevent *change)
{
    uint64_t one = 1;
    if (change->flags & EV_ADD)
        queue->user = *change;
    if (change->flags & EV_DELETE)
        return EINVAL;
    if (change->fflags & NOTE_TRIGGER && write(queue->user_fd, &one, sizeof one) < 0)
        return errno == EAGAIN ? 0 : errno;
    return 0;
}

static int apply_socket(struct queue *queue, enum kind kind, const struct kevent *change)
{
    int fd = (int)change->ident;
    struct epoll_event event = {.events = kind == READING ? EPOLLIN | EPOLLRDHUP : EPOLLOUT,
                                .data.fd = fd};
    if (change->flags & EV_CLEAR)
        return EINVAL;
    if (change->flags & EV_DELETE)
        return epoll_ctl(queue->inner[kind], EPOLL_CTL_DEL, fd, &event) < 0 ? errno : 0;
    if (epoll_ctl(queue->inner[kind], EPOLL_CTL_ADD, fd, &event) < 0 && errno != EEXIST)
        return errno;
    queue->filters[kind][fd] = (struct filter){.udata = change->udata};
    return 0;
}

static int apply_folder(struct queue *queue, const struct kevent *change)
{
    int fd = (int)change->ident;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    bool is_known = folder_watchers[fd] == queue;
    if (change->flags & EV_DELETE) {
        if (is_known)
            drop_folder(queue, fd);
        return is_known ? 0 : ENOENT;
    }
    if (is_known || folder_watchers[fd] || !(change->flags & EV_CLEAR))
        return EINVAL;
    struct shim_vnode *vnode = shim_vnode_open(fd);
    if (!vnode)
        return errno;
    if (epoll_ctl(queue->inner[FOLDER], EPOLL_CTL_ADD, shim_vnode_fd(vnode), &event) < 0) {
        int error = errno;
        shim_vnode_close(vnode);
        return error;
    }
    queue->filters[FOLDER][fd] = (struct filter){change->fflags, change->udata, vnode};
    folder_watchers[fd] = queue;
    return 0;
}

static int apply(struct queue *queue, const struct kevent *change)
{
    unsigned known = EV_ADD | EV_DELETE | EV_ENABLE | EV_CLEAR | EV_RECEIPT;
    if (change->flags & ~known)
        return EINVAL;
    if (change->filter == EVFILT_USER)
        return apply_user(queue, change);
    if (!(change->flags & (EV_ADD | EV_DELETE)))
        return EINVAL;
    if (change->ident >= SHIM_FDS)
        return EBADF;
    switch (change->filter) {
    case EVFILT_READ: return apply_socket(queue, READING, change);
    case EVFILT_WRITE: return apply_socket(queue, WRITING, change);
    case EVFILT_VNODE: return apply_folder(queue, change);
    default: return EINVAL;
    }
}

/* Appends what is ready of one kind. Returns the new count. */
static size_t look(const struct queue *queue, enum kind kind, struct ready *ready, size_t count)
{
    struct epoll_event events[READY_MAX];
    int n = epoll_wait(queue->inner[kind], events, READY_MAX, 0);
    for (int i = 0; i < n; i++)
        ready[count++] = (struct ready){kind, events[i].data.fd, events[i].events};
    return count;
}

static size_t look_everywhere(const struct queue *queue, struct ready *ready)
{
    size_t count = 0;
    struct pollfd user = {.fd = queue->user_fd, .events = POLLIN};
    for (int kind = 0; kind < KINDS; kind++)
        count = look(queue, (enum kind)kind, ready, count);
    if (poll(&user, 1, 0) > 0)
        ready[count++] = (struct ready){.kind = USER};
    return count;
}

static void describe_socket(const struct ready *ready, struct kevent *event)
{
    int type = 0, bytes = 1;
    socklen_t size = sizeof type;
    uint32_t over = EPOLLHUP | EPOLLERR | (ready->kind == READING ? EPOLLRDHUP : 0);
    (void)getsockopt(ready->fd, SOL_SOCKET, SO_TYPE, &type, &size);
    if (type == SOCK_STREAM && (ready->bits & over)) {
        event->flags |= EV_EOF;
        event->fflags = ready->bits & EPOLLERR ? ECONNRESET : 0;
    }
    if (ready->kind == READING)
        (void)ioctl(ready->fd, FIONREAD, &bytes);
    event->data = bytes;
}

/* Makes the event; false if on a closer look there is none. */
static bool describe(struct queue *queue, const struct ready *ready, struct kevent *event)
{
    static const int16_t filters[] = {EVFILT_READ, EVFILT_WRITE, EVFILT_VNODE};
    uint64_t count;
    if (ready->kind == USER) {
        *event = queue->user;
        return read(queue->user_fd, &count, sizeof count) > 0;
    }
    struct filter *filter = &queue->filters[ready->kind][ready->fd];
    *event = (struct kevent){
        .ident = (uintptr_t)ready->fd, .filter = filters[ready->kind], .udata = filter->udata};
    if (ready->kind != FOLDER) {
        describe_socket(ready, event);
        return true;
    }
    event->fflags = filter->vnode ? shim_vnode_take(filter->vnode) & filter->fflags : 0;
    return event->fflags != 0;
}

static int timeout_ms(const struct timespec *timeout)
{
    return timeout ? (int)(timeout->tv_sec * 1000 + (timeout->tv_nsec + 999999) / 1000000) : -1;
}

static int wait_for(struct queue *queue, struct kevent *events, int most,
                    const struct timespec *timeout)
{
    struct ready ready[KINDS * READY_MAX + 1];
    struct epoll_event unused;
    if (epoll_wait(queue->epoll, &unused, 1, timeout_ms(timeout)) < 0)
        return -1;
    size_t count = look_everywhere(queue, ready);
    size_t seen = 0;
    int taken = 0;
    while (seen < count && taken < most) {
        if (describe(queue, &ready[(queue->turn + seen) % count], &events[taken]))
            taken++;
        seen++;
    }
    queue->turn += seen;
    return taken;
}

int kevent(int queue_fd, const struct kevent *changes, int change_count, struct kevent *events,
           int event_count, const struct timespec *timeout)
{
    struct queue *queue = queue_fd >= 0 && queue_fd < SHIM_FDS ? queues[queue_fd] : NULL;
    int answers = 0;
    if (!queue) {
        errno = EBADF;
        return -1;
    }
    for (int i = 0; i < change_count; i++) {
        int error = apply(queue, &changes[i]);
        if (error == 0 && !(changes[i].flags & EV_RECEIPT))
            continue;
        if (answers == event_count) {
            errno = error;
            return error ? -1 : answers;
        }
        events[answers] = changes[i];
        events[answers].flags |= EV_ERROR;
        events[answers++].data = error;
    }
    if (answers > 0 || event_count == 0)
        return answers;
    return wait_for(queue, events, event_count, timeout);
}

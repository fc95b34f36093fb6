/*
 * The part of kqueue's interface that platform/macos uses, for tests on systems without it. The
 * structure has macOS's members and types and the constants its values. Behind it is
 * kqueue_shim.c; what that one does not do it refuses with EINVAL.
 */
#ifndef KQUEUE_SHIM_SYS_EVENT_H
#define KQUEUE_SHIM_SYS_EVENT_H

#include <stdint.h>
#include <time.h>

enum { EVFILT_READ = -1, EVFILT_WRITE = -2, EVFILT_VNODE = -4, EVFILT_USER = -10 };

enum {
    EV_ADD = 0x0001,
    EV_DELETE = 0x0002,
    EV_ENABLE = 0x0004,
    EV_CLEAR = 0x0020,
    EV_RECEIPT = 0x0040,
    EV_ERROR = 0x4000,
    EV_EOF = 0x8000
};

enum { NOTE_TRIGGER = 0x01000000 };

enum {
    NOTE_DELETE = 0x01,
    NOTE_WRITE = 0x02,
    NOTE_EXTEND = 0x04,
    NOTE_ATTRIB = 0x08,
    NOTE_LINK = 0x10,
    NOTE_RENAME = 0x20,
    NOTE_REVOKE = 0x40
};

struct kevent {
    uintptr_t ident;
    int16_t filter;
    uint16_t flags;
    uint32_t fflags;
    intptr_t data;
    void *udata;
};

#define EV_SET(change, id, filt, flag, note, value, user)                                          \
    (*(change) = (struct kevent){.ident = (uintptr_t)(id),                                         \
                                 .filter = (int16_t)(filt),                                        \
                                 .flags = (uint16_t)(flag),                                        \
                                 .fflags = (uint32_t)(note),                                       \
                                 .data = (intptr_t)(value),                                        \
                                 .udata = (user)})

/* Both as kqueue(2) says. kqueue()'s descriptor may be polled, also by another kqueue. */
int kqueue(void);
int kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
           int event_count, const struct timespec *timeout);

#endif

/*
 * Noticing changes below a folder with inotify: one watch for each folder.
 */
#include "plat/watch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "os_error.h"

enum {
    MASK = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY |
           IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK,
    EVENTS_SIZE = 16 * 1024
};

/* A watch descriptor's folder; descriptors are small integers that the kernel counts up, and are
 * kept here as a table that is searched by halves. */
struct entry {
    int descriptor;
    char *name;
};

struct plat_folder_watch {
    int inotify;
    char *path;
    struct entry *entries; /* by descriptor, ascending */
    size_t count, capacity;
    size_t at, end; /* unread part of events */
    _Alignas(struct inotify_event) char events[EVENTS_SIZE];
};

int plat_folder_watch_open(struct plat_folder_watch **out, const char *path)
{
    struct plat_folder_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return PLAT_ERR_NO_MEMORY;
    watch->path = strdup(path);
    watch->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    int rc = watch->inotify < 0 ? os_error(errno) : 0;
    if (rc == 0)
        rc = watch->path ? plat_folder_watch_add(watch, "") : PLAT_ERR_NO_MEMORY;
    if (rc < 0) {
        plat_folder_watch_close(watch);
        return rc;
    }
    *out = watch;
    return 0;
}

bool plat_folder_watch_sees_contents(void)
{
    return true;
}

void plat_folder_watch_close(struct plat_folder_watch *watch)
{
    if (!watch)
        return;
    if (watch->inotify >= 0)
        close(watch->inotify);
    for (size_t i = 0; i < watch->count; i++)
        free(watch->entries[i].name);
    free(watch->entries);
    free(watch->path);
    free(watch);
}

plat_socket plat_folder_watch_socket(const struct plat_folder_watch *watch)
{
    return watch->inotify;
}

/* The entry of the descriptor, or where it belongs. */
static size_t find(const struct plat_folder_watch *watch, int descriptor)
{
    size_t low = 0, high = watch->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (watch->entries[middle].descriptor < descriptor)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_known(const struct plat_folder_watch *watch, size_t at, int descriptor)
{
    return at < watch->count && watch->entries[at].descriptor == descriptor;
}

static int remember(struct plat_folder_watch *watch, int descriptor, const char *name)
{
    size_t at = find(watch, descriptor);
    char *copy = strdup(name);
    if (!copy)
        return PLAT_ERR_NO_MEMORY;
    if (is_known(watch, at, descriptor)) { /* the folder has moved to this name */
        free(watch->entries[at].name);
        watch->entries[at].name = copy;
        return 0;
    }
    if (watch->count == watch->capacity) {
        size_t capacity = watch->capacity ? watch->capacity * 2 : 16;
        struct entry *grown = realloc(watch->entries, capacity * sizeof *grown);
        if (!grown) {
            free(copy);
            return PLAT_ERR_NO_MEMORY;
        }
        watch->entries = grown;
        watch->capacity = capacity;
    }
    memmove(watch->entries + at + 1, watch->entries + at,
            (watch->count - at) * sizeof *watch->entries);
    watch->entries[at].descriptor = descriptor;
    watch->entries[at].name = copy;
    watch->count++;
    return 0;
}

static void drop(struct plat_folder_watch *watch, int descriptor)
{
    size_t at = find(watch, descriptor);
    if (!is_known(watch, at, descriptor))
        return;
    free(watch->entries[at].name);
    watch->count--;
    memmove(watch->entries + at, watch->entries + at + 1,
            (watch->count - at) * sizeof *watch->entries);
}

/* Watches the folder that has the name now. Its descriptor, which is the old one if it is watched
 * already, under whatever name; or a plat error. */
static int watch_name(struct plat_folder_watch *watch, const char *name)
{
    size_t size = strlen(watch->path) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path)
        return PLAT_ERR_NO_MEMORY;
    snprintf(path, size, *name ? "%s/%s" : "%s", watch->path, name);
    /* The watched folder's own path may be a link; those below it are not followed. */
    uint32_t mask = *name ? MASK : MASK & ~(uint32_t)IN_DONT_FOLLOW;
    int descriptor = inotify_add_watch(watch->inotify, path, mask);
    int error = errno;
    free(path);
    if (descriptor < 0)
        return os_error(error);
    int rc = remember(watch, descriptor, name);
    return rc < 0 ? rc : descriptor;
}

int plat_folder_watch_add(struct plat_folder_watch *watch, const char *name)
{
    int descriptor = watch_name(watch, name);
    return descriptor < 0 ? descriptor : 0;
}

/* A folder was moved, and its new name is not told. If it is still below, the caller finds it and
 * adds it under that name; he may have done so before this event was read. */
static void check_moved(struct plat_folder_watch *watch, int descriptor, const char *name)
{
    char *copy = strdup(name);
    if (copy && watch_name(watch, copy) != descriptor) {
        (void)inotify_rm_watch(watch->inotify, descriptor);
        drop(watch, descriptor);
    }
    free(copy);
}

static int read_events(struct plat_folder_watch *watch)
{
    ssize_t n = read(watch->inotify, watch->events, sizeof watch->events);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? PLAT_AGAIN : os_error(errno);
    watch->at = 0;
    watch->end = (size_t)n;
    return n == 0 ? PLAT_AGAIN : 0;
}

/* 0 when the event names a folder to look at, PLAT_AGAIN when it says nothing. */
static int take_event(struct plat_folder_watch *watch, char *name, size_t size)
{
    const struct inotify_event *event = (const void *)(watch->events + watch->at);
    watch->at += sizeof *event + event->len;
    if (event->mask & IN_Q_OVERFLOW)
        return PLAT_LOST;
    size_t at = find(watch, event->wd);
    if (!is_known(watch, at, event->wd))
        return PLAT_AGAIN;
    bool is_root = watch->entries[at].name[0] == '\0';
    snprintf(name, size, "%s", watch->entries[at].name);
    if (event->mask & IN_IGNORED)
        drop(watch, event->wd);
    if (is_root && event->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
        return PLAT_LOST;
    if (event->mask & IN_MOVE_SELF) {
        check_moved(watch, event->wd, name);
        return PLAT_AGAIN;
    }
    return event->mask & (IN_IGNORED | IN_DELETE_SELF) ? PLAT_AGAIN : 0;
}

int plat_folder_watch_next(struct plat_folder_watch *watch, char *name, size_t size)
{
    for (;;) {
        if (watch->at >= watch->end) {
            int rc = read_events(watch);
            if (rc != 0)
                return rc;
        }
        int rc = take_event(watch, name, size);
        if (rc != PLAT_AGAIN)
            return rc;
    }
}

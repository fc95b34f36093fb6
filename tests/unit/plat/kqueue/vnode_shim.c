/*
 * The kqueue shim's folder events, from inotify.
 *
 * inotify would tell of a folder's own removal only after the last descriptor of it is closed,
 * which is the one that watches it; so the folder above is watched too, for that one name.
 *
 * Known difference: a neighbour's removal makes the queue's descriptor readable with no event in
 * it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "kqueue_shim.h"

enum { PATH_SIZE = 4096, EVENTS_SIZE = 16 * 1024 };

struct shim_vnode {
    int inotify;
    int self, parent; /* watch descriptors */
    char name[256];   /* under which it was found in its parent */
};

/* Watches the parent of the folder at the path, which is cut to that. */
static void watch_parent(struct shim_vnode *vnode, char *path)
{
    char *slash = strrchr(path, '/');
    vnode->parent = -1;
    if (!slash || slash == path)
        return;
    snprintf(vnode->name, sizeof vnode->name, "%s", slash + 1);
    *slash = '\0';
    vnode->parent = inotify_add_watch(vnode->inotify, path, IN_DELETE);
}

struct shim_vnode *shim_vnode_open(int fd)
{
    char link[64], path[PATH_SIZE];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    struct shim_vnode *vnode = calloc(1, sizeof *vnode);
    if (length < 0 || !vnode) {
        free(vnode);
        return NULL;
    }
    path[length] = '\0';
    vnode->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    vnode->self = inotify_add_watch(vnode->inotify, link,
                                    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                        IN_MOVE_SELF | IN_ONLYDIR);
    if (vnode->self < 0) {
        int saved = errno;
        shim_vnode_close(vnode);
        errno = saved;
        return NULL;
    }
    watch_parent(vnode, path);
    return vnode;
}

void shim_vnode_close(struct shim_vnode *vnode)
{
    if (!vnode)
        return;
    if (vnode->inotify >= 0)
        __real_close(vnode->inotify);
    free(vnode);
}

int shim_vnode_fd(const struct shim_vnode *vnode)
{
    return vnode->inotify;
}

static uint32_t meaning(const struct shim_vnode *vnode, const struct inotify_event *event)
{
    if (event->mask & IN_Q_OVERFLOW)
        return NOTE_WRITE;
    if (event->wd == vnode->parent)
        return event->len > 0 && strcmp(event->name, vnode->name) == 0 ? NOTE_DELETE : 0;
    if (event->mask & IN_MOVE_SELF)
        return NOTE_RENAME;
    return event->mask & (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO) ? NOTE_WRITE : 0;
}

uint32_t shim_vnode_take(struct shim_vnode *vnode)
{
    _Alignas(struct inotify_event) char buffer[EVENTS_SIZE];
    uint32_t notes = 0;
    ssize_t n;
    while ((n = read(vnode->inotify, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *event = (const void *)(buffer + at);
            notes |= meaning(vnode, event);
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
    return notes;
}

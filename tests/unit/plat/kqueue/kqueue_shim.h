/*
 * What the files of the kqueue shim share.
 */
#ifndef KQUEUE_SHIM_H
#define KQUEUE_SHIM_H

#include <sys/event.h>

enum { SHIM_FDS = 8192 }; /* descriptors from here on are refused */

/* The shim's vnode filter: one inotify object for each watched folder. */
struct shim_vnode;

/* Begins to watch the folder that fd stands for. NULL with errno. */
struct shim_vnode *shim_vnode_open(int fd);
void shim_vnode_close(struct shim_vnode *vnode); /* NULL is allowed */

/* Readable when shim_vnode_take may have something. */
int shim_vnode_fd(const struct shim_vnode *vnode);

/* Takes what happened since the last time, as NOTE_ bits; 0 when it was nothing of interest. */
uint32_t shim_vnode_take(struct shim_vnode *vnode);

/* The linker sends every close() of the test program here (--wrap=close), because closing a kqueue
 * frees it and closing a watched descriptor drops its filters. */
int __wrap_close(int fd);
int __real_close(int fd);

#endif

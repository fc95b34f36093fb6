/*
 * Noticing changes below a folder: inotify, ReadDirectoryChangesW, kqueue.
 *
 * It tells in which folder something changed, never what: the caller looks, and so survives every
 * kind of lost or doubled event. A system without such a service, or out of watches, says so, and
 * the caller looks at everything from time to time. Belongs to one thread.
 */
#ifndef PLAT_WATCH_H
#define PLAT_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "plat/socket.h"

struct plat_folder_watch;

/* Begins to watch the folder at this path, nothing below it yet. 0, or PLAT_ERR_UNSUPPORTED,
 * PLAT_ERR_TOO_MANY_FILES … */
int plat_folder_watch_open(struct plat_folder_watch **out, const char *path);
void plat_folder_watch_close(struct plat_folder_watch *watch); /* NULL is allowed */

/* Whether a change of a file's contents alone is noticed. Where not (kqueue), only entries that
 * come, go or are renamed are, and the caller looks at everything from time to time. */
bool plat_folder_watch_sees_contents(void);

/* A socket or descriptor for the poller: readable when plat_folder_watch_next has something. */
plat_socket plat_folder_watch_socket(const struct plat_folder_watch *watch);

/* Watches a folder below ("" is the watched folder itself); again for one already watched does
 * nothing. Call it before listing that folder, so that no change falls between. Systems that watch
 * whole trees do nothing here. 0, or PLAT_ERR_NO_SPACE (out of watches), PLAT_ERR_NOT_FOUND … */
int plat_folder_watch_add(struct plat_folder_watch *watch, const char *name);

/* Takes the next folder in which an entry came, went or changed, as a name below the watched
 * folder ("" is that folder itself), cut to `size` bytes with its final zero. 0, PLAT_AGAIN
 * when there are no more, PLAT_LOST when anything may have changed anywhere (also when the watched
 * folder itself went away). */
int plat_folder_watch_next(struct plat_folder_watch *watch, char *name, size_t size);

#endif

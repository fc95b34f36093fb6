/*
 * Changes on their way from another thread to the main loop, in order.
 */
#ifndef CONTENT_OUTBOX_H
#define CONTENT_OUTBOX_H

#include <stdbool.h>

#include "base/log.h"
#include "content/changes.h"
#include "net/loop.h"

struct outbox;

struct outbox_events {
    /* On the main loop: takes the changes over. `complete`: as in outbox_send. */
    void (*on_changes)(void *arg, struct changes *changes, bool complete);
    void *arg;
};

/* 0, or PLAT_ERR_NO_MEMORY. The others outlive it. */
int outbox_open(struct outbox **out, struct loop *main_loop, struct log *log,
                const struct outbox_events *events);

/* On the main loop's thread, when the other has ended. Nothing is told any more. NULL is allowed.
 */
void outbox_close(struct outbox *outbox);

/* The other thread: puts a change, and sends all when there are many; sends what was put, and
 * whether something is complete with it. */
void outbox_put(struct outbox *outbox, const char *path, enum change_kind kind,
                const struct stamp *stamp);
void outbox_send(struct outbox *outbox, bool complete);

#endif

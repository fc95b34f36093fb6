/*
 * Watches the served folder on a thread of its own, because looking at a disk may take long, and
 * tells the main loop what changed.
 */
#ifndef CONTENT_SCANNER_H
#define CONTENT_SCANNER_H

#include "base/log.h"
#include "content/changes.h"
#include "content/root.h"
#include "net/loop.h"

struct scanner;

struct scanner_events {
    /* On the main loop: takes the changes over. `complete`: the first scan is over; that is told
     * once. */
    void (*on_changes)(void *arg, struct changes *changes, bool complete);
    void *arg;
};

/* Starts the thread. The others outlive it. 0 or a plat error. */
int scanner_open(struct scanner **out, struct loop *main_loop, struct log *log, struct root *root,
                 const struct scanner_events *events);

/* Stops the thread; nothing is told any more. NULL is allowed. */
void scanner_close(struct scanner *scanner);

#endif

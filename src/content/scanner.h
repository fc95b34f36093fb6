/*
 * Watches the served folder on a thread of its own, because looking at a disk may take long, and
 * tells the main loop what changed.
 */
#ifndef CONTENT_SCANNER_H
#define CONTENT_SCANNER_H

#include "base/log.h"
#include "content/outbox.h"
#include "content/root.h"

struct scanner;

/* Starts the thread, which tells `events` what changed. `complete`: the first scan is over, or the
 * first one of another folder that has taken the place of the one before. The others outlive it. 0
 * or a plat error. */
int scanner_open(struct scanner **out, struct loop *main_loop, struct log *log, struct root *root,
                 const struct outbox_events *events);

/* Stops the thread; nothing is told any more. NULL is allowed. */
void scanner_close(struct scanner *scanner);

#endif

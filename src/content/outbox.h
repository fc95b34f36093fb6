/*
 * Changes on their way from the scanner's thread to the main loop, in order.
 */
#ifndef CONTENT_OUTBOX_H
#define CONTENT_OUTBOX_H

#include "base/log.h"
#include "content/scanner.h"

struct outbox;

/* 0, or PLAT_ERR_NO_MEMORY. The others outlive it. */
int outbox_open(struct outbox **out, struct loop *main_loop, struct log *log,
                const struct scanner_events *events);

/* On the main loop's thread, when the scanner's has ended. Nothing is told any more. NULL is
 * allowed. */
void outbox_close(struct outbox *outbox);

/* The scanner's thread: puts a change, and sends all when there are many; sends what was put, and
 * whether the first scan is complete. */
void outbox_put(struct outbox *outbox, const char *path, bool gone, uint64_t size);
void outbox_send(struct outbox *outbox, bool complete);

#endif

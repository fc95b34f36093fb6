/*
 * Telling the registered indexes about deaths and returns.
 *
 * Each index has its own place in the roster's list of the dead and in that of the returned, in
 * their order, and works them off with one short connection for each server, deaths first: textbook
 * indexes read one message a connection and answer nothing. A server stands in one of those lists
 * at most, so an index is told what is true now, and nothing older after it. What could not be
 * delivered is tried again, with growing pauses. Belongs to one loop.
 */
#ifndef MONITOR_NOTIFIER_H
#define MONITOR_NOTIFIER_H

#include "base/log.h"
#include "monitor/roster.h"
#include "net/loop.h"

struct notifier;

/* 0, or PLAT_ERR_NO_MEMORY. The others outlive it. */
int notifier_open(struct notifier **out, struct loop *loop, struct log *log, size_t indexes_max);
void notifier_close(struct notifier *notifier);

/* Registers an index, again if it is known. 0, or PLAT_ERR_NO_SPACE at the limit, which only
 * indexes that cannot be reached make room for; PLAT_ERR_NO_MEMORY. */
int notifier_register(struct notifier *notifier, struct slice host, uint16_t port);

/* A server has just joined the dead, or the returned. */
void notifier_on_change(struct notifier *notifier, struct roster_server *server);

/* A server is about to leave the dead, or the returned. */
void notifier_on_leave(struct notifier *notifier, struct roster_server *server);

#endif

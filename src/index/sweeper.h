/*
 * Takes lists out of the catalogue that nobody needs any more, a little in each turn of a loop, so
 * that a million files of an old list make no client wait.
 */
#ifndef INDEX_SWEEPER_H
#define INDEX_SWEEPER_H

#include "index/catalogue.h"
#include "net/loop.h"

struct sweeper;

/* Works on this loop. 0, or PLAT_ERR_NO_MEMORY. */
int sweeper_open(struct sweeper **out, struct loop *loop, struct catalogue *catalogue);

/* Takes out what is left, and frees. On the loop's thread. NULL is allowed. */
void sweeper_close(struct sweeper *sweeper);

/* Discards the list, if not NULL, and buries `then`, if not NULL, afterwards and after all lists
 * that were added before. Any thread. */
void sweeper_add(struct sweeper *sweeper, struct catalogue_list *list, struct limbo_item *then);

#endif

/*
 * Asking the index for one of its lists.
 */
#ifndef CLIENT_INDEX_LIST_H
#define CLIENT_INDEX_LIST_H

#include "client/index_link.h"

/* VERB_LIST_FILES or VERB_LIST_SERVERS: gives on_line each line of the answer but END. 0 when the
 * list is complete; PLAT_AGAIN when interrupted; or an error, which has been shown, after some
 * lines perhaps. */
int index_list_ask(struct index_link *index, enum verb verb,
                   void (*on_line)(void *arg, struct slice line), void *arg);

#endif

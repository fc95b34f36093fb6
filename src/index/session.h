/*
 * One connection to the index: a client's, a content server's or a monitor's; any may ask anything.
 */
#ifndef INDEX_SESSION_H
#define INDEX_SESSION_H

#include "net/crew.h"

/* Sessions of the main port, and of the notification port. Their server, as given to crew_take, is
 * a struct index_shared. */
extern const struct session_kind index_session_kind;
extern const struct session_kind index_notice_kind;

#endif

/*
 * One client's connection to the content server.
 */
#ifndef CONTENT_SESSION_H
#define CONTENT_SESSION_H

#include "content/shared.h"
#include "net/crew.h"

/* Their server, as given to crew_take, is a struct content_shared. */
extern const struct session_kind content_session_kind;

#endif

/*
 * One client's connection to the content server.
 */
#ifndef CONTENT_SESSION_H
#define CONTENT_SESSION_H

#include "base/log.h"
#include "content/root.h"
#include "net/crew.h"

/* What the sessions of all threads share. */
struct content_shared {
    struct log *log;
    struct root *root;
    struct plat_atomic_u64 load; /* requests being served */
};

/* Their server, as given to crew_take, is a struct content_shared. */
extern const struct session_kind content_session_kind;

#endif

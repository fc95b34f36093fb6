/*
 * What the sessions of all the index's threads share, and what those of one thread do.
 */
#ifndef INDEX_SHARED_H
#define INDEX_SHARED_H

#include "base/log_batch.h"
#include "index/catalogue.h"
#include "index/registry.h"
#include "index/sweeper.h"
#include "net/crew.h"

struct index_worker;

struct index_shared {
    struct log *log;
    struct catalogue *catalogue;
    struct registry *registry;
    struct sweeper *sweeper;
    struct index_worker *workers; /* by crew_worker_number */
};

struct index_worker {
    const struct index_shared *shared;
    struct catalogue_reader *reader;
    struct log_batch log; /* flushed whenever a session has handled what came */
};

/* That of the thread which a connection belongs to. */
static inline struct index_worker *index_worker_of(struct conn *conn)
{
    const struct session *session = conn->owner;
    const struct index_shared *shared = session->server;
    return &shared->workers[crew_worker_number(session->worker)];
}

#endif

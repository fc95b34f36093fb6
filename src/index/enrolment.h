/*
 * What a content server tells on its connection: REGISTER, ADD_FILE, FILE_HASH, DONE_FILES and what
 * changes later.
 *
 * A connection may register several servers, one after the other. A list that DONE_FILES has not
 * completed goes with the connection, or with its next REGISTER; one in force stays. When another
 * connection has registered a server since, this one has nothing to say about it any more.
 */
#ifndef INDEX_ENROLMENT_H
#define INDEX_ENROLMENT_H

#include "base/sorted.h"
#include "index/shared.h"
#include "net/conn.h"
#include "proto/request.h"

struct enrolment {
    /* private */
    struct catalogue_list *last; /* of the last REGISTER, or NULL */
    bool last_done;              /* DONE_FILES has completed it */
    struct sorted done;          /* lists completed before it, by their servers' ids */
    size_t done_most;            /* from so many on, those that have been replaced are dropped */
};

void enrolment_init(struct enrolment *enrolment);

/* The connection has ended. */
void enrolment_fini(struct enrolment *enrolment, const struct index_shared *shared);

void enrolment_answer(struct enrolment *enrolment, struct index_worker *worker, struct conn *conn,
                      const struct request *request);

#endif

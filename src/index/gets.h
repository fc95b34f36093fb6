/*
 * GETs, which are what an index is mostly asked: those that came together are answered together.
 */
#ifndef INDEX_GETS_H
#define INDEX_GETS_H

#include "index/shared.h"

struct gets {
    struct slice names[CATALOGUE_NAMES_MOST];
    size_t count;
};

/* Answers them, in their order; there are none after that. */
void gets_answer(struct gets *gets, struct index_worker *worker, struct conn *conn);

#endif

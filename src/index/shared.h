/*
 * What the sessions of all the index's threads share.
 */
#ifndef INDEX_SHARED_H
#define INDEX_SHARED_H

#include "base/log.h"
#include "index/catalogue.h"
#include "index/registry.h"
#include "index/sweeper.h"

struct index_shared {
    struct log *log;
    struct catalogue *catalogue;
    struct registry *registry;
    struct sweeper *sweeper;
};

#endif

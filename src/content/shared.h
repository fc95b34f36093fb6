/*
 * What all sessions of a content server share.
 */
#ifndef CONTENT_SHARED_H
#define CONTENT_SHARED_H

#include "base/log.h"
#include "content/root.h"
#include "plat/atomic.h"

struct hasher;
struct shelf;
struct warmer;

struct content_shared {
    struct log *log;
    struct root *root;
    struct hasher *hasher;
    struct warmer *warmer;
    struct shelf **shelves;      /* one for each of the crew's workers */
    struct plat_atomic_u64 load; /* requests being served */
};

#endif

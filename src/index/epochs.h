/*
 * When memory that other threads may be reading can be freed: epochs.
 *
 * Lookups take no lock. Each thread that looks up has a reader of its own and says when it begins
 * and ends to read. Who takes something out of what readers see puts it into a limbo, and it is
 * freed when every reader that might have seen it has ended. Nothing waits for anything: memory
 * comes back a little later.
 */
#ifndef INDEX_EPOCHS_H
#define INDEX_EPOCHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/atomic.h"

/* Alone on its cache line, so that readers do not disturb each other. */
struct epochs_reader {
    struct plat_atomic_u64 since; /* the epoch when it began to read; 0: it does not */
    char apart[64 - sizeof(struct plat_atomic_u64)];
};

struct epochs {
    /* private */
    struct plat_atomic_u64 now;
    struct epochs_reader *readers;
    size_t count;
};

/* The first member of what goes into a limbo; it was allocated by malloc. */
struct limbo_item {
    struct limbo_item *next;
};

/* Zero-initialised it is empty. Used by one thread at a time. */
struct limbo {
    /* private */
    struct limbo_item *fresh;
    struct limbo_item *waiting; /* for the readers that began no later than in epoch `stamp` */
    uint64_t stamp;
    size_t added; /* bytes since it was last looked whether something can be freed */
};

/* 0, or PLAT_ERR_NO_MEMORY. */
int epochs_open(struct epochs *epochs, size_t readers);
void epochs_close(struct epochs *epochs);

/* What is read between these two stays. A reader belongs to one thread at a time; not nested. */
static inline void epochs_enter(struct epochs *epochs, struct epochs_reader *reader)
{
    plat_atomic_store(&reader->since, plat_atomic_load(&epochs->now));
    /* Nothing may be read before everybody can see that we read. */
    plat_atomic_fence();
}

static inline void epochs_leave(struct epochs_reader *reader)
{
    plat_atomic_store(&reader->since, 0);
}

/* Frees the item, of so many bytes, when nobody can be reading it any more. It must be out of what
 * readers find. */
void limbo_add(struct limbo *limbo, struct epochs *epochs, struct limbo_item *item, size_t size);

/* Frees all at once: nobody reads any more. */
void limbo_fini(struct limbo *limbo);

#endif

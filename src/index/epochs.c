#include "index/epochs.h"

#include <stdlib.h>

#include "plat/error.h"

/* Looking at all readers for each item would cost more than the item. */
enum { BYTES_A_LOOK = 2048 };

int epochs_open(struct epochs *epochs, size_t readers)
{
    epochs->readers = calloc(readers, sizeof *epochs->readers);
    if (!epochs->readers)
        return PLAT_ERR_NO_MEMORY;
    epochs->count = readers;
    plat_atomic_store(&epochs->now, 1);
    return 0;
}

void epochs_close(struct epochs *epochs)
{
    free(epochs->readers);
    epochs->readers = NULL;
}

/* Whether all have ended who began to read in that epoch or before. */
static bool has_passed(const struct epochs *epochs, uint64_t epoch)
{
    /* A reader that we do not see here does not see what we took out before. */
    plat_atomic_fence();
    for (size_t i = 0; i < epochs->count; i++) {
        uint64_t since = plat_atomic_load(&epochs->readers[i].since);
        if (since != 0 && since <= epoch)
            return false;
    }
    return true;
}

static void free_all(struct limbo_item *item)
{
    while (item) {
        struct limbo_item *next = item->next;
        free(item);
        item = next;
    }
}

void limbo_add(struct limbo *limbo, struct epochs *epochs, struct limbo_item *item, size_t size)
{
    item->next = limbo->fresh;
    limbo->fresh = item;
    limbo->added += size;
    if (limbo->added < BYTES_A_LOOK)
        return;
    limbo->added = 0;
    if (limbo->waiting && !has_passed(epochs, limbo->stamp))
        return;
    free_all(limbo->waiting);
    limbo->waiting = limbo->fresh;
    limbo->fresh = NULL;
    limbo->stamp = plat_atomic_add(&epochs->now, 1);
}

void limbo_fini(struct limbo *limbo)
{
    free_all(limbo->fresh);
    free_all(limbo->waiting);
    *limbo = (struct limbo){.fresh = NULL};
}

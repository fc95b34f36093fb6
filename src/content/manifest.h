/*
 * The inventory as a registration sends it: ADD_FILE lines, in portions, names with spaces last
 * because textbook indexes break off at them. Pure.
 */
#ifndef CONTENT_MANIFEST_H
#define CONTENT_MANIFEST_H

#include <stdbool.h>

#include "base/buffer.h"
#include "content/inventory.h"

struct manifest {
    bool sent_spaced; /* public, to read: whether a name with a space was put */
    /* private */
    const struct inventory *inventory;
    const char *id;
    size_t at;
    bool spaced; /* it is the turn of names with spaces */
    bool leave_spaced_out;
};

/* Begins with the first file. The inventory must not change until the last one was put. */
void manifest_begin(struct manifest *manifest, const struct inventory *inventory, const char *id,
                    bool leave_spaced_out);

/* Puts the next lines, as long as `out` stays within `size` bytes, and one at least. False when
 * there are no more. */
bool manifest_put(struct manifest *manifest, struct buffer *out, size_t size);

/* Whether all lines fit into half of `size` bytes. */
bool manifest_is_small(const struct inventory *inventory, const char *id, size_t size);

#endif

/*
 * The inventory as a registration sends it: ADD_FILE and FILE_HASH lines, in portions, names with
 * spaces last because textbook indexes break off at them. Pure.
 */
#ifndef CONTENT_MANIFEST_H
#define CONTENT_MANIFEST_H

#include <stdbool.h>

#include "base/buffer.h"
#include "content/inventory.h"
#include "plat/hash.h"

/* Where the hashes are that are known. */
struct manifest_hashes {
    bool (*find)(void *arg, const struct inventory_file *file,
                 unsigned char sha256[PLAT_HASH_SIZE]);
    void *arg;
};

struct manifest {
    bool sent_spaced; /* public, to read: whether a name with a space was put */
    /* private */
    const struct inventory *inventory;
    const struct manifest_hashes *hashes;
    const char *id;
    size_t at;
    bool spaced; /* it is the turn of names with spaces */
    bool leave_spaced_out;
};

/* Begins with the first file; those whose hashes are known are followed by them, unless `hashes` is
 * NULL. The inventory must not change until the last one was put. */
void manifest_begin(struct manifest *manifest, const struct inventory *inventory, const char *id,
                    const struct manifest_hashes *hashes, bool leave_spaced_out);

/* Puts the line that tells a file's hash, if that is known. Whether it is. */
bool manifest_put_hash(struct buffer *out, const char *id, const struct inventory_file *file,
                       const struct manifest_hashes *hashes);

/* Puts the next lines, as long as `out` stays within `size` bytes, and one at least. False when
 * there are no more. */
bool manifest_put(struct manifest *manifest, struct buffer *out, size_t size);

/* Whether all lines fit into half of `size` bytes. */
bool manifest_is_small(const struct inventory *inventory, const char *id, size_t size);

#endif

/*
 * The hash cache's file: hashes that survive a restart, in hash_record's format.
 *
 * Records are only ever appended, so a crash at any time leaves all complete ones in place and at
 * most one that is cut off, which the next start takes away. It lies in a folder of its own below
 * the served one, whose name begins with a dot: it is not served, goes where the files go, and
 * writing to it makes nobody look at the served folders again.
 *
 * Belongs to the hasher's thread, but for what is said to be for any. A store lives as long as
 * somebody holds a reference to it.
 */
#ifndef CONTENT_HASH_STORE_H
#define CONTENT_HASH_STORE_H

#include "content/hash_record.h"
#include "plat/atomic.h"
#include "plat/file.h"

#define HASH_STORE_NAME ".mcdn/hashes"

struct hash_store;

/* Opens the folder's store, making it if it is missing, and takes it for this process. The caller
 * gets the first reference. 0, or PLAT_ERR_BUSY (another process has it), ACCESS, READ_ONLY … */
int hash_store_open(struct hash_store **out, struct plat_folder *folder);

/* The same for an empty one that hash_store_put_in_place makes the folder's. */
int hash_store_open_new(struct hash_store **out, struct plat_folder *folder);
int hash_store_put_in_place(struct hash_store *store, struct plat_folder *folder);

/* Any thread. NULL is allowed. */
void hash_store_ref(struct hash_store *store);
void hash_store_unref(struct hash_store *store);

struct hash_store_reader {
    /* One record, and where its blocks are. False ends the reading. */
    bool (*on_record)(void *arg, const struct hash_record *record, uint64_t blocks_at);
    void *arg;
};

/* Reads all records and cuts off what follows the last good one. 0; PLAT_LOST when something was
 * there that is no record, beyond one that a crash cut off; or a plat error. */
int hash_store_read(struct hash_store *store, const struct hash_store_reader *reader);

/* Appends a record. Of a file of several chunks, `digests` are their hashes, and *blocks_at tells
 * where they are then. 0, or NO_SPACE, IO … with the store as it was before. */
int hash_store_append(struct hash_store *store, const struct hash_record *record,
                      const unsigned char *digests, uint64_t *blocks_at);

/* Appends a record whose blocks are in another store. Errors as hash_store_append. */
int hash_store_copy(struct hash_store *store, const struct hash_record *record,
                    struct hash_store *from, uint64_t from_at, uint64_t *blocks_at);

/* Bytes in all. */
uint64_t hash_store_size(const struct hash_store *store);

/* Reads the block of that number, with `count` digests. Any thread. 0, or PLAT_ERR_IO when it is
 * not whole. */
int hash_store_read_block(struct hash_store *store, uint64_t blocks_at, uint64_t number,
                          size_t count, unsigned char *digests);

#endif

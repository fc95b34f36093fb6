/*
 * What is known of the files' SHA-256, and which file is to be hashed next: those that somebody
 * asked for first, the smallest of them before the others, then the newest. Pure.
 */
#ifndef CONTENT_DIGESTS_H
#define CONTENT_DIGESTS_H

#include <stdbool.h>

#include "base/slice.h"
#include "base/table.h"
#include "content/chunk_list.h"
#include "content/stamp.h"

enum digest_state {
    DIGEST_WAITING, /* in the queue */
    DIGEST_OPEN,    /* being hashed */
    DIGEST_KNOWN,
    DIGEST_FAILED /* it was not to be read, or has changed; waits to be wanted or asked for anew */
};

struct digest {
    /* public, to read */
    struct stamp stamp;
    enum digest_state state;
    unsigned char sha256[PLAT_HASH_SIZE]; /* when known */
    struct chunk_list chunks;             /* when known and of more than one chunk */
    uint32_t compaction;                  /* for the cache's writer: the last one that took it */
    /* private */
    bool asked;
    size_t slot; /* in the queue, counted from 1; 0: not in it */
    size_t name_size;
    char name[1]; /* and more */
};

struct digests {
    /* private */
    struct table files;
    struct digest **queue; /* a heap */
    size_t capacity;
    /* public, to read */
    size_t waiting;        /* in the queue */
    uint64_t record_bytes; /* of the cache records of all that are known */
};

void digests_init(struct digests *digests);
void digests_fini(struct digests *digests);

/* A file is there, with these contents: its hash is wanted, unless it is known already. 0, or
 * PLAT_ERR_NO_MEMORY. */
int digests_want(struct digests *digests, struct slice name, const struct stamp *stamp);

/* A file is not there any more. */
void digests_forget(struct digests *digests, struct slice name);

/* The file of that name, or NULL; the same with these contents only. */
struct digest *digests_find(const struct digests *digests, struct slice name);
struct digest *digests_find_version(const struct digests *digests, struct slice name,
                                    const struct stamp *stamp);

static inline struct slice digest_name(const struct digest *digest)
{
    return slice_of(digest->name, digest->name_size);
}

/* Somebody asked for a hash that is not known yet. Whether that changed anything. */
bool digests_ask(struct digests *digests, struct digest *digest);

/* The first of the queue, or NULL. */
struct digest *digests_first(const struct digests *digests);

/* Whether one is to be hashed before the other. */
bool digests_is_before(const struct digest *one, const struct digest *other);

/* Takes it out of the queue, to be hashed. */
void digests_open(struct digests *digests, struct digest *digest);

/* Its hash; the reference to the chunks is taken over. */
void digests_know(struct digests *digests, struct digest *digest,
                  const unsigned char sha256[PLAT_HASH_SIZE], struct chunk_list chunks);

/* It could not be hashed. */
void digests_fail(struct digests *digests, struct digest *digest);

/* Puts it back into the queue, also when it was known. 0, or PLAT_ERR_NO_MEMORY (then it failed).
 */
int digests_requeue(struct digests *digests, struct digest *digest);

#endif

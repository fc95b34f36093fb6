/*
 * Hashing of what was downloaded, beside the downloading, on a thread of its own: each chunk when
 * it is complete, and the whole file from its front on as far as it is complete.
 *
 * It reads the part file, which is in the system's memory still. Where the processor does not keep
 * up, the whole goes first, since it proves the chunks too; but chunks that were just fetched do
 * not wait for long. All functions belong to the loop's thread, and so do the callbacks.
 */
#ifndef CLIENT_VERIFIER_H
#define CLIENT_VERIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "net/loop.h"
#include "plat/file.h"
#include "plat/hash.h"

struct verifier;

struct verifier_events {
    /* A chunk's digest, or the error of reading it. */
    void (*on_chunk)(void *owner, uint64_t chunk, int error, const unsigned char *digest);
    /* The whole file's. */
    void (*on_whole)(void *owner, int error, const unsigned char *digest);
    void *owner;
};

/* The file of `size` bytes stays open until verifier_close. With in_background it gives way to
 * everything else. 0 or a plat error. */
int verifier_open(struct verifier **out, struct loop *loop, struct plat_file file, uint64_t size,
                  bool in_background, const struct verifier_events *events);

/* Ends the thread; no callback comes any more. Turns the loop. NULL is allowed. */
void verifier_close(struct verifier *verifier);

/* The chunk is complete: hash it. One of an earlier run can wait. 0, or PLAT_ERR_NO_MEMORY. */
int verifier_check(struct verifier *verifier, uint64_t chunk, bool can_wait);

/* The first `to` bytes are complete, as far as is known; never fewer than before. */
void verifier_extend(struct verifier *verifier, uint64_t to);

/* Bytes from `from` on are not what they were: if they were hashed with the whole, that begins
 * anew, and the first `from` bytes are complete. */
void verifier_retract(struct verifier *verifier, uint64_t from);

/* Forgets all chunks that wait, and the whole. What is under way is not told any more. */
void verifier_reset(struct verifier *verifier);

/* Chunks that are not told yet; and of these, those that cannot wait. */
size_t verifier_waiting(const struct verifier *verifier);
size_t verifier_waiting_fresh(const struct verifier *verifier);

#endif

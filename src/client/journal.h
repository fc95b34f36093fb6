/*
 * What is known of an unfinished download, on disk beside it, so that the next run can go on.
 *
 * It says which file this is, and for each chunk that is there its SHA-256, once it is hashed; for
 * chunks that are not complete, which bytes are there and their SHA-256. So nothing has to be
 * brought to the disk in any order: what the part file does not hold after all, after a power loss,
 * does not have the hash that is noted here and is fetched again. Each record has its place.
 */
#ifndef CLIENT_JOURNAL_H
#define CLIENT_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "client/journal_record.h"
#include "plat/file.h"

enum { JOURNAL_PARTS_MAX = 64 };

/* Forgets all and writes down which file begins. 0 or a plat error. */
int journal_begin(struct plat_file file, const struct journal_identity *identity);

/* Says anew which file it is; the chunks stay. */
int journal_identify(struct plat_file file, const struct journal_identity *identity);

/* 0, or PLAT_END when there is none that can be read. */
int journal_read_identity(struct plat_file file, struct journal_identity *identity);

int journal_note_chunk(struct plat_file file, uint64_t chunk,
                       const unsigned char digest[PLAT_HASH_SIZE]);
int journal_forget_chunk(struct plat_file file, uint64_t chunk);

/* The chunk is there, but not hashed yet: what it has to be, somebody else must know. */
int journal_claim_chunk(struct plat_file file, uint64_t chunk);

/* Calls on_chunk for each noted chunk below `count`, without a digest for those that were claimed
 * alone. 0 or a plat error. */
int journal_read_chunks(struct plat_file file, uint64_t count,
                        void (*on_chunk)(void *arg, uint64_t chunk, const unsigned char *digest),
                        void *arg);

/* Replaces the parts; those beyond JOURNAL_PARTS_MAX are left out. */
int journal_note_parts(struct plat_file file, const struct journal_part *parts, size_t count);

/* How many there are, at most JOURNAL_PARTS_MAX; none where they cannot be read. */
size_t journal_read_parts(struct plat_file file, struct journal_part *parts);

#endif

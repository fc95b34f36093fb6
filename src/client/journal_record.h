/*
 * The records of a journal, as bytes. Pure: what was on a disk may be anything by now, so each
 * record has its own checksum, which also says whose place it is for. A record that is all zeros,
 * as a hole is, is none.
 */
#ifndef CLIENT_JOURNAL_RECORD_H
#define CLIENT_JOURNAL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/hash.h"
#include "proto/limits.h"

/* Which file it is. */
struct journal_identity {
    uint64_t size;                  /* bytes */
    char sha256[SHA256_DIGITS + 1]; /* empty: not known; then it is the file of this server: */
    char server_id[SERVER_ID_SIZE_MAX + 1];
    int64_t mtime_s; /* that it had there; 0: not known */
};

/* Bytes of a chunk that is not complete. */
struct journal_part {
    uint64_t from, to; /* from < to */
    unsigned char digest[PLAT_HASH_SIZE];
};

enum {
    JOURNAL_CHECK_SIZE = 8,
    JOURNAL_HEADER_SIZE = 1024,
    JOURNAL_PART_SIZE = 16 + PLAT_HASH_SIZE + JOURNAL_CHECK_SIZE,
    JOURNAL_CHUNK_SIZE = PLAT_HASH_SIZE + JOURNAL_CHECK_SIZE
};

/* Puts the checksum at the end of a record. */
void journal_seal(unsigned char *record, size_t size, uint64_t place);

void journal_encode_identity(unsigned char header[JOURNAL_HEADER_SIZE],
                             const struct journal_identity *identity);
/* False: it is none. */
bool journal_decode_identity(const unsigned char header[JOURNAL_HEADER_SIZE],
                             struct journal_identity *out);

void journal_encode_part(unsigned char record[JOURNAL_PART_SIZE], uint64_t place,
                         const struct journal_part *part);
bool journal_decode_part(const unsigned char record[JOURNAL_PART_SIZE], uint64_t place,
                         struct journal_part *out);

/* Without a digest (NULL): the chunk is there, but was not hashed yet. */
void journal_encode_chunk(unsigned char record[JOURNAL_CHUNK_SIZE], uint64_t chunk,
                          const unsigned char *digest);
/* *digest lies in the record, or is NULL. */
bool journal_decode_chunk(const unsigned char record[JOURNAL_CHUNK_SIZE], uint64_t chunk,
                          const unsigned char **digest);

#endif

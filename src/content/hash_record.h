/*
 * The hash cache's format: one record a file, with its SHA-256 and those of its chunks. Pure.
 *
 * What is read may be anything: cut off by a crash, damaged, or somebody else's. A record's head
 * (all but the chunks) has a checksum of its own, so that a reader need not look at the chunks;
 * they are in blocks, each with its checksum, so that a part of them can be read. Numbers are
 * little-endian.
 *
 *     file    "MCDN HASHES 1\n", then records
 *     record  name size (4 bytes), file size (8), mtime (8), file id (8), SHA-256 (32), name,
 *             checksum (8), then the chunks' blocks
 *     block   up to 64 SHA-256 (32 each), checksum (8)
 *
 * A file of one chunk at most has no blocks, as its chunk's hash is its own.
 */
#ifndef CONTENT_HASH_RECORD_H
#define CONTENT_HASH_RECORD_H

#include <stddef.h>

#include "base/buffer.h"
#include "content/stamp.h"
#include "plat/hash.h"
#include "proto/limits.h"

#define HASH_FILE_HEADER "MCDN HASHES 1\n"

enum {
    HASH_FILE_HEADER_SIZE = sizeof HASH_FILE_HEADER - 1,
    HASH_HEAD_SIZE_MAX = 4 + 3 * 8 + PLAT_HASH_SIZE + FILE_NAME_SIZE_MAX + 8,
    HASH_BLOCK_CHUNKS = 64,
    HASH_BLOCK_SIZE = HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE + 8 /* of a full one */
};

struct hash_record {
    struct slice name;
    struct stamp stamp;
    unsigned char sha256[PLAT_HASH_SIZE];
};

enum hash_record_status {
    HASH_RECORD_OK,
    HASH_RECORD_PARTIAL, /* the bytes end within it */
    HASH_RECORD_BAD      /* it is none */
};

/* How many chunks a file of this size has. */
uint64_t hash_record_chunks(uint64_t file_size);

/* Bytes of a whole record, and of its blocks alone. */
uint64_t hash_record_size(size_t name_size, uint64_t file_size);
uint64_t hash_record_blocks_size(uint64_t file_size);

/* Appends a head. */
void hash_record_encode(struct buffer *out, const struct hash_record *record);

/* Parses the head that the bytes begin with; *used is its size. The name points into the bytes. */
enum hash_record_status hash_record_decode(struct slice bytes, struct hash_record *out,
                                           size_t *used);

/* Appends the block of that number; `count` digests of PLAT_HASH_SIZE bytes each. */
void hash_record_encode_block(struct buffer *out, uint64_t number, const unsigned char *digests,
                              size_t count);

/* Whether a block of `count` digests and its checksum is whole and in its place. */
bool hash_record_check_block(const unsigned char *block, uint64_t number, size_t count);

#endif

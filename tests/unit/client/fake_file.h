/*
 * A file of the content servers of a test: its bytes, and their hashes. They are computed once and
 * before the download, as an emulated processor takes a good part of the time for it that a test
 * allows.
 */
#ifndef FAKE_FILE_H
#define FAKE_FILE_H

#include <stdint.h>

#include "base/hex.h"

typedef char fake_digits[HEX_DIGITS + 1];

struct fake_file {
    /* to read */
    char *data;
    uint64_t size;
    fake_digits sha256;
    fake_digits *chunks;
    uint64_t chunk_count;
};

/* Takes the data, which malloc gave. */
struct fake_file fake_file_of(char *data, uint64_t size);

/* So many times the same byte. */
struct fake_file fake_file_of_byte(char byte, uint64_t size);

/* After a change of the data. */
void fake_file_hash(struct fake_file *file);

void fake_file_free(struct fake_file *file);

#endif

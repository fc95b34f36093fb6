#include "fake_file.h"

#include "base/least.h"
#include "check.h"
#include "expect.h"
#include "proto/limits.h"

static void hash_of(const char *data, uint64_t size, fake_digits digits)
{
    struct plat_hash *hash;
    unsigned char digest[PLAT_HASH_SIZE];
    assert_status(0, plat_hash_open(&hash));
    plat_hash_update(hash, data, (size_t)size);
    assert_status(0, plat_hash_end(hash, digest));
    plat_hash_close(hash);
    hex_encode(digest, digits);
}

struct fake_file fake_file_of(char *data, uint64_t size)
{
    struct fake_file file = {.data = data, .size = size};
    file.chunk_count = (size + CHUNK_SIZE - 1) / CHUNK_SIZE;
    file.chunks = calloc((size_t)file.chunk_count + 1, sizeof *file.chunks);
    assert_non_null(file.chunks);
    fake_file_hash(&file);
    return file;
}

struct fake_file fake_file_of_byte(char byte, uint64_t size)
{
    return fake_file_of(text_of(byte, (size_t)size), size);
}

void fake_file_hash(struct fake_file *file)
{
    hash_of(file->data, file->size, file->sha256);
    for (uint64_t i = 0; i < file->chunk_count; i++) {
        uint64_t at = i * CHUNK_SIZE;
        hash_of(file->data + at, least(file->size - at, CHUNK_SIZE), file->chunks[i]);
    }
}

void fake_file_free(struct fake_file *file)
{
    free(file->data);
    free(file->chunks);
}

#include "content/hash_record.h"

#include "base/hash.h"
#include "proto/name.h"

enum { FIXED_SIZE = 4 + 3 * 8 + PLAT_HASH_SIZE, CHECK_SIZE = 8 };

static void put_little(struct buffer *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buffer_put_char(out, (char)(unsigned char)(value >> 8 * i));
}

static uint64_t get_little(const char *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return value;
}

/* Against accidents only: who can write to the folder can change the files, too. The number makes
 * the sums of equal blocks in different places differ. */
static uint64_t checksum(const void *data, size_t size, uint64_t number)
{
    struct hash_key key = {0x6d63646e, number};
    return hash_bytes(&key, slice_of(data, size));
}

uint64_t hash_record_chunks(uint64_t file_size)
{
    return file_size / CHUNK_SIZE + (file_size % CHUNK_SIZE > 0);
}

uint64_t hash_record_blocks_size(uint64_t file_size)
{
    uint64_t chunks = hash_record_chunks(file_size);
    if (chunks <= 1)
        return 0;
    uint64_t blocks = chunks / HASH_BLOCK_CHUNKS + (chunks % HASH_BLOCK_CHUNKS > 0);
    return chunks * PLAT_HASH_SIZE + blocks * CHECK_SIZE;
}

uint64_t hash_record_size(size_t name_size, uint64_t file_size)
{
    return FIXED_SIZE + name_size + CHECK_SIZE + hash_record_blocks_size(file_size);
}

void hash_record_encode(struct buffer *out, const struct hash_record *record)
{
    size_t before = buffer_size(out);
    put_little(out, record->name.size, 4);
    put_little(out, record->stamp.size, 8);
    put_little(out, (uint64_t)record->stamp.mtime_ns, 8);
    put_little(out, record->stamp.id, 8);
    buffer_put(out, record->sha256, PLAT_HASH_SIZE);
    buffer_put_slice(out, record->name);
    if (out->failed)
        return;
    struct slice head = buffer_content(out);
    put_little(out, checksum(head.data + before, head.size - before, 0), CHECK_SIZE);
}

static bool is_possible(const struct hash_record *record)
{
    return record->stamp.size <= INT64_MAX && name_is_file(record->name) &&
           name_is_served(record->name);
}

enum hash_record_status hash_record_decode(struct slice bytes, struct hash_record *out,
                                           size_t *used)
{
    if (bytes.size < 4)
        return HASH_RECORD_PARTIAL;
    size_t name_size = (size_t)get_little(bytes.data, 4);
    if (name_size == 0 || name_size > FILE_NAME_SIZE_MAX)
        return HASH_RECORD_BAD;
    size_t size = FIXED_SIZE + name_size;
    if (bytes.size < size + CHECK_SIZE)
        return HASH_RECORD_PARTIAL;
    if (get_little(bytes.data + size, CHECK_SIZE) != checksum(bytes.data, size, 0))
        return HASH_RECORD_BAD;
    out->stamp =
        (struct stamp){get_little(bytes.data + 4, 8), (int64_t)get_little(bytes.data + 12, 8),
                       get_little(bytes.data + 20, 8)};
    memcpy(out->sha256, bytes.data + 28, PLAT_HASH_SIZE);
    out->name = slice_of(bytes.data + FIXED_SIZE, name_size);
    *used = size + CHECK_SIZE;
    return is_possible(out) ? HASH_RECORD_OK : HASH_RECORD_BAD;
}

void hash_record_encode_block(struct buffer *out, uint64_t number, const unsigned char *digests,
                              size_t count)
{
    buffer_put(out, digests, count * PLAT_HASH_SIZE);
    put_little(out, checksum(digests, count * PLAT_HASH_SIZE, number + 1), CHECK_SIZE);
}

bool hash_record_check_block(const unsigned char *block, uint64_t number, size_t count)
{
    size_t size = count * PLAT_HASH_SIZE;
    return get_little((const char *)block + size, CHECK_SIZE) == checksum(block, size, number + 1);
}

/* Fuzz target: the hash cache's records. What is taken for one comes from us, byte for byte. */
#include "content/hash_record.h"
#include "fuzz.h"
#include "proto/name.h"

/* A record that was read is written again as it was. */
static void check_record(struct slice bytes, const struct hash_record *record, size_t used)
{
    struct buffer out = BUFFER_INIT;
    HOLDS(used <= bytes.size && used <= HASH_HEAD_SIZE_MAX);
    HOLDS(fuzz_within(record->name, slice_of(bytes.data, used)));
    HOLDS(name_is_file(record->name) && name_is_served(record->name));
    HOLDS(record->stamp.size <= INT64_MAX);
    HOLDS(hash_record_size(record->name.size, record->stamp.size) >= used);
    hash_record_encode(&out, record);
    HOLDS(slice_equal(buffer_content(&out), slice_of(bytes.data, used)));
    buffer_fini(&out);
}

/* The bytes after a checksum that fits them, so that more than the checksum is tried. */
static void check_with_sum(struct slice bytes)
{
    struct hash_record record = {.name = bytes, .stamp = {bytes.size, 1, 2}}, back;
    struct buffer out = BUFFER_INIT;
    size_t used;
    if (bytes.size > FILE_NAME_SIZE_MAX)
        return;
    hash_record_encode(&out, &record);
    enum hash_record_status status = hash_record_decode(buffer_content(&out), &back, &used);
    HOLDS((status == HASH_RECORD_OK) == (name_is_file(bytes) && name_is_served(bytes)));
    buffer_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = fuzz_input(data, size);
    struct slice rest = bytes;
    struct hash_record record;
    size_t used;
    while (hash_record_decode(rest, &record, &used) == HASH_RECORD_OK) {
        check_record(rest, &record, used);
        rest = slice_of(rest.data + used, rest.size - used);
    }
    if (size >= HASH_BLOCK_SIZE)
        (void)hash_record_check_block(data, 0, HASH_BLOCK_CHUNKS);
    check_with_sum(bytes);
    return 0;
}

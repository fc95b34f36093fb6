/* Fuzz target: the records of a journal. Whatever was on the disk, what is read makes sense and is
 * written again as it was read. */
#include <string.h>

#include "client/journal_record.h"
#include "fuzz.h"
#include "proto/name.h"

/* Each kind of record, with the input's bytes at its front and a checksum that fits. */
static void fill(unsigned char *record, size_t record_size, uint64_t place, struct slice bytes)
{
    size_t most = record_size - JOURNAL_CHECK_SIZE;
    memset(record, 0, record_size);
    memcpy(record, bytes.data, bytes.size < most ? bytes.size : most);
    journal_seal(record, record_size, place);
}

static void check_identity(const unsigned char *header)
{
    unsigned char again[JOURNAL_HEADER_SIZE];
    struct journal_identity identity, back;
    if (!journal_decode_identity(header, &identity))
        return;
    HOLDS(identity.size <= INT64_MAX && identity.mtime_s >= 0);
    HOLDS(identity.sha256[0] == '\0' || name_is_sha256(slice_text(identity.sha256)));
    HOLDS(name_is_server_id(slice_text(identity.server_id)));
    journal_encode_identity(again, &identity);
    HOLDS(journal_decode_identity(again, &back));
    HOLDS(back.size == identity.size && back.mtime_s == identity.mtime_s);
    HOLDS(strcmp(back.sha256, identity.sha256) == 0);
    HOLDS(strcmp(back.server_id, identity.server_id) == 0);
}

static void check_part(const unsigned char *record, uint64_t place)
{
    unsigned char again[JOURNAL_PART_SIZE];
    struct journal_part part;
    if (!journal_decode_part(record, place, &part))
        return;
    HOLDS(part.from < part.to);
    journal_encode_part(again, place, &part);
    HOLDS(memcmp(again, record, sizeof again) == 0);
    HOLDS(!journal_decode_part(record, place + 1, &part)); /* it is not another one's */
}

static void check_chunk(const unsigned char *record, uint64_t place)
{
    unsigned char again[JOURNAL_CHUNK_SIZE];
    const unsigned char *digest;
    if (!journal_decode_chunk(record, place, &digest))
        return;
    HOLDS(digest == NULL || digest == record);
    journal_encode_chunk(again, place, digest);
    HOLDS(memcmp(again, record, sizeof again) == 0);
    HOLDS(!journal_decode_chunk(record, place + 1, &digest));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = fuzz_input(data, size);
    unsigned char record[JOURNAL_HEADER_SIZE];
    uint64_t place = size;
    if (size == 0)
        return 0;
    if (size >= JOURNAL_HEADER_SIZE)
        check_identity(data);
    if (size >= JOURNAL_PART_SIZE)
        check_part(data, 0);
    if (size >= JOURNAL_CHUNK_SIZE)
        check_chunk(data, 0);
    fill(record, JOURNAL_HEADER_SIZE, 0, bytes);
    check_identity(record);
    fill(record, JOURNAL_PART_SIZE, place, bytes);
    check_part(record, place);
    fill(record, JOURNAL_CHUNK_SIZE, place, bytes);
    check_chunk(record, place);
    return 0;
}

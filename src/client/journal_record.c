#include "client/journal_record.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/numbers.h"
#include "base/slice.h"
#include "proto/name.h"

static const char magic[] = "MCDN-JOURNAL-1";

static void put_u64(unsigned char *at, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_u64(const unsigned char *at)
{
    uint64_t value = 0;
    for (int i = 8; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

static uint64_t checksum(const unsigned char *data, size_t size, uint64_t place)
{
    struct hash_key key = {place, 0x6a6f75726e616c31u};
    return hash_bytes(&key, slice_of((const char *)data, size));
}

void journal_seal(unsigned char *record, size_t size, uint64_t place)
{
    size_t end = size - JOURNAL_CHECK_SIZE;
    put_u64(record + end, checksum(record, end, place));
}

static bool is_sealed(const unsigned char *record, size_t size, uint64_t place)
{
    size_t end = size - JOURNAL_CHECK_SIZE;
    return get_u64(record + end) == checksum(record, end, place);
}

void journal_encode_identity(unsigned char header[JOURNAL_HEADER_SIZE],
                             const struct journal_identity *identity)
{
    memset(header, 0, JOURNAL_HEADER_SIZE);
    snprintf((char *)header, JOURNAL_HEADER_SIZE - JOURNAL_CHECK_SIZE, "%s %llu %s %s %lld\n",
             magic, (unsigned long long)identity->size,
             identity->sha256[0] ? identity->sha256 : "-",
             identity->server_id[0] ? identity->server_id : "-", (long long)identity->mtime_s);
    journal_seal(header, JOURNAL_HEADER_SIZE, 0);
}

static bool parse_identity(struct slice line, struct journal_identity *out)
{
    uint64_t mtime_s;
    memset(out, 0, sizeof *out);
    if (!slice_is(slice_take_field(&line), magic) ||
        number_parse(slice_take_field(&line), INT64_MAX, &out->size) < 0)
        return false;
    struct slice sha256 = slice_take_field(&line), id = slice_take_field(&line);
    if (name_is_sha256(sha256))
        slice_copy(sha256, out->sha256, sizeof out->sha256);
    else if (!slice_is(sha256, "-"))
        return false;
    if (!name_is_server_id(id) || number_parse(line, INT64_MAX, &mtime_s) < 0)
        return false;
    slice_copy(id, out->server_id, sizeof out->server_id);
    out->mtime_s = (int64_t)mtime_s;
    return true;
}

bool journal_decode_identity(const unsigned char header[JOURNAL_HEADER_SIZE],
                             struct journal_identity *out)
{
    const char *text = (const char *)header;
    if (!is_sealed(header, JOURNAL_HEADER_SIZE, 0))
        return false;
    const char *end = memchr(text, '\n', JOURNAL_HEADER_SIZE - JOURNAL_CHECK_SIZE);
    return end && parse_identity(slice_of(text, (size_t)(end - text)), out);
}

void journal_encode_part(unsigned char record[JOURNAL_PART_SIZE], uint64_t place,
                         const struct journal_part *part)
{
    put_u64(record, part->from);
    put_u64(record + 8, part->to);
    memcpy(record + 16, part->digest, PLAT_HASH_SIZE);
    journal_seal(record, JOURNAL_PART_SIZE, place);
}

bool journal_decode_part(const unsigned char record[JOURNAL_PART_SIZE], uint64_t place,
                         struct journal_part *out)
{
    out->from = get_u64(record);
    out->to = get_u64(record + 8);
    memcpy(out->digest, record + 16, PLAT_HASH_SIZE);
    return is_sealed(record, JOURNAL_PART_SIZE, place) && out->from < out->to;
}

/* A digest of zeros is nobody's. */
static const unsigned char no_digest[PLAT_HASH_SIZE];

void journal_encode_chunk(unsigned char record[JOURNAL_CHUNK_SIZE], uint64_t chunk,
                          const unsigned char *digest)
{
    memcpy(record, digest ? digest : no_digest, PLAT_HASH_SIZE);
    journal_seal(record, JOURNAL_CHUNK_SIZE, chunk);
}

bool journal_decode_chunk(const unsigned char record[JOURNAL_CHUNK_SIZE], uint64_t chunk,
                          const unsigned char **digest)
{
    *digest = memcmp(record, no_digest, sizeof no_digest) == 0 ? NULL : record;
    return is_sealed(record, JOURNAL_CHUNK_SIZE, chunk);
}

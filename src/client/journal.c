#include "client/journal.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/numbers.h"
#include "base/slice.h"
#include "proto/name.h"

/* The file: a header of text, room for the parts, and a record for each chunk. A record that is
 * all zeros, as a hole is, has a wrong checksum. */
enum {
    CHECK_SIZE = 8,
    HEADER_SIZE = 1024,
    PART_SIZE = 16 + PLAT_HASH_SIZE + CHECK_SIZE,
    PARTS_AT = HEADER_SIZE,
    CHUNKS_AT = 8192,
    RECORD_SIZE = PLAT_HASH_SIZE + CHECK_SIZE,
    RECORDS_AT_ONCE = 1024
};

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

/* A record's checksum also says whose place it is for. */
static uint64_t checksum(const unsigned char *data, size_t size, uint64_t place)
{
    struct hash_key key = {place, 0x6a6f75726e616c31u};
    return hash_bytes(&key, slice_of((const char *)data, size));
}

static void seal(unsigned char *record, size_t size, uint64_t place)
{
    put_u64(record + size - CHECK_SIZE, checksum(record, size - CHECK_SIZE, place));
}

static bool is_sealed(const unsigned char *record, size_t size, uint64_t place)
{
    return get_u64(record + size - CHECK_SIZE) == checksum(record, size - CHECK_SIZE, place);
}

/* Reads all of it, with zeros for what lies beyond the end. */
static int read_all(struct plat_file file, unsigned char *data, size_t size, uint64_t offset)
{
    size_t done = 0, got;
    memset(data, 0, size);
    while (done < size) {
        int rc = plat_file_read(file, data + done, size - done, offset + done, &got);
        if (rc == PLAT_END)
            return 0;
        if (rc < 0)
            return rc;
        done += got;
    }
    return 0;
}

int journal_identify(struct plat_file file, const struct journal_identity *identity)
{
    unsigned char header[HEADER_SIZE] = {0};
    snprintf((char *)header, sizeof header - CHECK_SIZE, "%s %llu %s %s %lld\n", magic,
             (unsigned long long)identity->size, identity->sha256[0] ? identity->sha256 : "-",
             identity->server_id[0] ? identity->server_id : "-", (long long)identity->mtime_s);
    seal(header, sizeof header, 0);
    return plat_file_write(file, header, sizeof header, 0);
}

int journal_begin(struct plat_file file, const struct journal_identity *identity)
{
    int rc = plat_file_resize(file, 0);
    return rc < 0 ? rc : journal_identify(file, identity);
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

int journal_read_identity(struct plat_file file, struct journal_identity *identity)
{
    unsigned char header[HEADER_SIZE];
    int rc = read_all(file, header, sizeof header, 0);
    if (rc < 0 || !is_sealed(header, sizeof header, 0))
        return PLAT_END;
    const char *end = memchr(header, '\n', sizeof header);
    if (!end)
        return PLAT_END;
    struct slice line = slice_of((const char *)header, (size_t)(end - (const char *)header));
    return parse_identity(line, identity) ? 0 : PLAT_END;
}

int journal_note_chunk(struct plat_file file, uint64_t chunk,
                       const unsigned char digest[PLAT_HASH_SIZE])
{
    unsigned char record[RECORD_SIZE];
    memcpy(record, digest, PLAT_HASH_SIZE);
    seal(record, sizeof record, chunk);
    return plat_file_write(file, record, sizeof record, CHUNKS_AT + chunk * RECORD_SIZE);
}

int journal_forget_chunk(struct plat_file file, uint64_t chunk)
{
    static const unsigned char nothing[RECORD_SIZE];
    return plat_file_write(file, nothing, sizeof nothing, CHUNKS_AT + chunk * RECORD_SIZE);
}

/* A digest of zeros is nobody's. */
static const unsigned char no_digest[PLAT_HASH_SIZE];

int journal_claim_chunk(struct plat_file file, uint64_t chunk)
{
    return journal_note_chunk(file, chunk, no_digest);
}

int journal_read_chunks(struct plat_file file, uint64_t count,
                        void (*on_chunk)(void *arg, uint64_t chunk, const unsigned char *digest),
                        void *arg)
{
    unsigned char records[RECORDS_AT_ONCE * RECORD_SIZE];
    for (uint64_t first = 0; first < count; first += RECORDS_AT_ONCE) {
        int rc = read_all(file, records, sizeof records, CHUNKS_AT + first * RECORD_SIZE);
        if (rc < 0)
            return rc;
        for (uint64_t i = 0; i < RECORDS_AT_ONCE && first + i < count; i++) {
            const unsigned char *record = records + i * RECORD_SIZE;
            bool is_claimed = memcmp(record, no_digest, sizeof no_digest) == 0;
            if (is_sealed(record, RECORD_SIZE, first + i))
                on_chunk(arg, first + i, is_claimed ? NULL : record);
        }
    }
    return 0;
}

int journal_note_parts(struct plat_file file, const struct journal_part *parts, size_t count)
{
    unsigned char records[JOURNAL_PARTS_MAX * PART_SIZE] = {0};
    for (size_t i = 0; i < count && i < JOURNAL_PARTS_MAX; i++) {
        unsigned char *record = records + i * PART_SIZE;
        put_u64(record, parts[i].from);
        put_u64(record + 8, parts[i].to);
        memcpy(record + 16, parts[i].digest, PLAT_HASH_SIZE);
        seal(record, PART_SIZE, i);
    }
    return plat_file_write(file, records, sizeof records, PARTS_AT);
}

size_t journal_read_parts(struct plat_file file, struct journal_part *parts)
{
    unsigned char records[JOURNAL_PARTS_MAX * PART_SIZE];
    size_t count = 0;
    if (read_all(file, records, sizeof records, PARTS_AT) < 0)
        return 0;
    for (size_t i = 0; i < JOURNAL_PARTS_MAX; i++) {
        const unsigned char *record = records + i * PART_SIZE;
        if (!is_sealed(record, PART_SIZE, i) || get_u64(record) >= get_u64(record + 8))
            continue;
        parts[count].from = get_u64(record);
        parts[count].to = get_u64(record + 8);
        memcpy(parts[count].digest, record + 16, PLAT_HASH_SIZE);
        count++;
    }
    return count;
}

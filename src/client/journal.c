#include "client/journal.h"

#include <string.h>

/* The file: a header, room for the parts, and a record for each chunk. */
enum { PARTS_AT = JOURNAL_HEADER_SIZE, CHUNKS_AT = 8192, RECORDS_AT_ONCE = 1024 };

static uint64_t place_of(uint64_t chunk)
{
    return CHUNKS_AT + chunk * JOURNAL_CHUNK_SIZE;
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
    unsigned char header[JOURNAL_HEADER_SIZE];
    journal_encode_identity(header, identity);
    return plat_file_write(file, header, sizeof header, 0);
}

int journal_begin(struct plat_file file, const struct journal_identity *identity)
{
    int rc = plat_file_resize(file, 0);
    return rc < 0 ? rc : journal_identify(file, identity);
}

int journal_read_identity(struct plat_file file, struct journal_identity *identity)
{
    unsigned char header[JOURNAL_HEADER_SIZE];
    int rc = read_all(file, header, sizeof header, 0);
    return rc == 0 && journal_decode_identity(header, identity) ? 0 : PLAT_END;
}

int journal_note_chunk(struct plat_file file, uint64_t chunk,
                       const unsigned char digest[PLAT_HASH_SIZE])
{
    unsigned char record[JOURNAL_CHUNK_SIZE];
    journal_encode_chunk(record, chunk, digest);
    return plat_file_write(file, record, sizeof record, place_of(chunk));
}

int journal_forget_chunk(struct plat_file file, uint64_t chunk)
{
    static const unsigned char nothing[JOURNAL_CHUNK_SIZE];
    return plat_file_write(file, nothing, sizeof nothing, place_of(chunk));
}

int journal_claim_chunk(struct plat_file file, uint64_t chunk)
{
    return journal_note_chunk(file, chunk, NULL);
}

int journal_read_chunks(struct plat_file file, uint64_t count,
                        void (*on_chunk)(void *arg, uint64_t chunk, const unsigned char *digest),
                        void *arg)
{
    unsigned char records[RECORDS_AT_ONCE * JOURNAL_CHUNK_SIZE];
    const unsigned char *digest;
    for (uint64_t first = 0; first < count; first += RECORDS_AT_ONCE) {
        int rc = read_all(file, records, sizeof records, place_of(first));
        if (rc < 0)
            return rc;
        for (uint64_t i = 0; i < RECORDS_AT_ONCE && first + i < count; i++)
            if (journal_decode_chunk(records + i * JOURNAL_CHUNK_SIZE, first + i, &digest))
                on_chunk(arg, first + i, digest);
    }
    return 0;
}

int journal_note_parts(struct plat_file file, const struct journal_part *parts, size_t count)
{
    unsigned char records[JOURNAL_PARTS_MAX * JOURNAL_PART_SIZE] = {0};
    for (size_t i = 0; i < count && i < JOURNAL_PARTS_MAX; i++)
        journal_encode_part(records + i * JOURNAL_PART_SIZE, i, &parts[i]);
    return plat_file_write(file, records, sizeof records, PARTS_AT);
}

size_t journal_read_parts(struct plat_file file, struct journal_part *parts)
{
    unsigned char records[JOURNAL_PARTS_MAX * JOURNAL_PART_SIZE];
    size_t count = 0;
    if (read_all(file, records, sizeof records, PARTS_AT) < 0)
        return 0;
    for (size_t i = 0; i < JOURNAL_PARTS_MAX; i++)
        count += journal_decode_part(records + i * JOURNAL_PART_SIZE, i, &parts[count]);
    return count;
}

#include "content/inquiry.h"

#include <stdlib.h>

#include "base/hex.h"
#include "content/hasher.h"
#include "content/opening.h"
#include "proto/reply.h"

enum { BLOCKS_A_TIME = 4 };

void inquiry_stat(struct content_shared *shared, struct conn *conn, struct slice name)
{
    struct plat_file_info info;
    unsigned char sha256[PLAT_HASH_SIZE];
    char digits[HEX_DIGITS + 1];
    log_debug(shared->log, "Client request: STAT %.*s", SLICE_PRINT(name));
    int rc = opening_look(shared, name, &info);
    if (rc < 0) {
        opening_refuse(shared, conn, name, rc);
        return;
    }
    struct stamp stamp = stamp_of(&info);
    struct reply_stat stat = {.size = info.size, .name = name};
    if (hasher_find(shared->hasher, name, &stamp, sha256)) {
        hex_encode(sha256, digits);
        stat.sha256 = slice_text(digits);
    } else {
        hasher_ask(shared->hasher, name);
    }
    if (info.mtime_ns > 0) /* the answer has no sign */
        stat.number = (uint64_t)(info.mtime_ns / 1000000000);
    reply_put_stat(conn_out(conn), &stat);
}

static void put_header(struct conn *conn, struct slice name, uint64_t count)
{
    struct reply_chunks header = {.chunk_size = CHUNK_SIZE, .count = count, .name = name};
    reply_put_chunks(conn_out(conn), &header);
}

static void put_digest(struct conn *conn, const unsigned char sha256[PLAT_HASH_SIZE])
{
    char digits[HEX_DIGITS + 1];
    hex_encode(sha256, digits);
    reply_put_sha256(conn_out(conn), slice_text(digits));
}

/* Begins with those of a file of several chunks. */
static void begin(struct inquiry *inquiry, struct conn *conn, struct slice name)
{
    inquiry->name = malloc(name.size + 1);
    if (!inquiry->name) {
        chunk_list_release(&inquiry->chunks);
        conn_close(conn);
        return;
    }
    slice_copy(name, inquiry->name, name.size + 1);
    inquiry->next_block = 0;
    put_header(conn, name, inquiry->count);
    conn_set_busy(conn, true);
}

void inquiry_chunks(struct inquiry *inquiry, struct content_shared *shared, struct conn *conn,
                    struct slice name)
{
    struct plat_file_info info;
    unsigned char sha256[PLAT_HASH_SIZE];
    log_debug(shared->log, "Client request: CHUNKS %.*s", SLICE_PRINT(name));
    int rc = opening_look(shared, name, &info);
    if (rc < 0) {
        opening_refuse(shared, conn, name, rc);
        return;
    }
    struct stamp stamp = stamp_of(&info);
    inquiry->count = hash_record_chunks(info.size);
    if (inquiry->count > 0 &&
        !hasher_find_chunks(shared->hasher, name, &stamp, sha256, &inquiry->chunks)) {
        hasher_ask(shared->hasher, name);
        buffer_put_text(conn_out(conn), REPLY_NOT_READY);
    } else if (inquiry->count > 1) {
        begin(inquiry, conn, name);
    } else {
        put_header(conn, name, inquiry->count);
        if (inquiry->count > 0)
            put_digest(conn, sha256);
        buffer_put_text(conn_out(conn), REPLY_END);
    }
}

/* False when they cannot be had. */
static bool put_block(struct inquiry *inquiry, struct conn *conn)
{
    unsigned char digests[HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE];
    size_t count;
    if (chunk_list_read(&inquiry->chunks, inquiry->count, inquiry->next_block, digests, &count) < 0)
        return false;
    for (size_t i = 0; i < count; i++)
        put_digest(conn, digests + i * PLAT_HASH_SIZE);
    inquiry->next_block++;
    return true;
}

void inquiry_more(struct inquiry *inquiry, struct content_shared *shared, struct conn *conn)
{
    for (int i = 0; i < BLOCKS_A_TIME; i++) {
        if (inquiry->next_block * HASH_BLOCK_CHUNKS >= inquiry->count) {
            buffer_put_text(conn_out(conn), REPLY_END);
            conn_set_busy(conn, false);
            inquiry_break(inquiry);
            return;
        }
        if (put_block(inquiry, conn))
            continue;
        /* The answer has begun, and no error can follow: the client sees it break off. */
        log_warn(shared->log, "The hashes of %s are damaged; it is hashed again", inquiry->name);
        hasher_distrust(shared->hasher, slice_text(inquiry->name));
        conn_close(conn);
        return;
    }
}

void inquiry_break(struct inquiry *inquiry)
{
    chunk_list_release(&inquiry->chunks);
    free(inquiry->name);
    inquiry->name = NULL;
}

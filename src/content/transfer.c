#include "content/transfer.h"

#include <stdlib.h>

#include "content/opening.h"
#include "proto/reply.h"

enum { SMALL_SIZE = 32 * 1024 }; /* bytes that are sent with their header in one call */

/* What of a file a client gets. */
struct part {
    struct slice name;
    struct plat_file file;
    uint64_t offset, size;
    bool is_range;
};

static void log_sent(struct content_shared *shared, const struct part *part)
{
    if (part->is_range)
        log_info(shared->log, "Sent range: %.*s (%llu bytes at %llu)", SLICE_PRINT(part->name),
                 (unsigned long long)part->size, (unsigned long long)part->offset);
    else
        log_info(shared->log, "Sent file: %.*s (%llu bytes)", SLICE_PRINT(part->name),
                 (unsigned long long)part->size);
}

/* Puts header and contents together. A file that is shorter by now ends the connection short of
 * the promised bytes. */
static bool put_small(struct conn *conn, const struct part *part)
{
    struct buffer *out = conn_out(conn);
    size_t size = (size_t)part->size, done = 0;
    reply_put_body(out, size);
    char *at = buffer_reserve(out, size + 1); /* + 1: nothing needs a place, too */
    while (at && done < size) {
        size_t got;
        if (plat_file_read(part->file, at + done, size - done, part->offset + done, &got) != 0)
            break;
        done += got;
    }
    plat_file_close(part->file);
    if (at)
        buffer_commit(out, done);
    if (done < size)
        conn_finish(conn);
    return done == size;
}

static void send_large(struct transfer *transfer, struct content_shared *shared, struct conn *conn,
                       const struct part *part)
{
    transfer->name = malloc(part->name.size + 1);
    if (!transfer->name) {
        plat_file_close(part->file);
        conn_close(conn);
        return;
    }
    slice_copy(part->name, transfer->name, part->name.size + 1);
    transfer->offset = part->offset;
    transfer->size = part->size;
    transfer->is_range = part->is_range;
    plat_atomic_add(&shared->load, 1);
    reply_put_body(conn_out(conn), part->size);
    conn_send_file(conn, part->file, part->offset, part->size, shared->warmer);
}

static void send_part(struct transfer *transfer, struct content_shared *shared, struct conn *conn,
                      const struct part *part)
{
    if (part->size > SMALL_SIZE)
        send_large(transfer, shared, conn, part);
    else if (put_small(conn, part))
        log_sent(shared, part);
}

void transfer_get(struct transfer *transfer, struct content_shared *shared, struct conn *conn,
                  struct slice name)
{
    struct part part = {.name = name};
    struct plat_file_info info;
    log_debug(shared->log, "Client request: GET %.*s", SLICE_PRINT(name));
    int rc = opening_open(shared, name, &part.file, &info);
    if (rc < 0) {
        opening_refuse(shared, conn, name, rc);
        return;
    }
    part.size = info.size;
    send_part(transfer, shared, conn, &part);
}

void transfer_get_range(struct transfer *transfer, struct content_shared *shared, struct conn *conn,
                        struct slice name, uint64_t offset, uint64_t length)
{
    struct part part = {.name = name, .offset = offset};
    struct plat_file_info info;
    log_debug(shared->log, "Client request: GET_RANGE %llu %llu %.*s", (unsigned long long)offset,
              (unsigned long long)length, SLICE_PRINT(name));
    int rc = opening_open(shared, name, &part.file, &info);
    if (rc < 0) {
        opening_refuse(shared, conn, name, rc);
        return;
    }
    if (offset > info.size) {
        plat_file_close(part.file);
        buffer_put_text(conn_out(conn), REPLY_INVALID_RANGE);
        return;
    }
    part.size = length < info.size - offset ? length : info.size - offset;
    part.is_range = part.size < info.size; /* all of a file is a file, however it was asked for */
    send_part(transfer, shared, conn, &part);
}

static void finish(struct transfer *transfer, struct content_shared *shared)
{
    free(transfer->name);
    transfer->name = NULL;
    plat_atomic_add(&shared->load, UINT64_MAX);
}

void transfer_end(struct transfer *transfer, struct content_shared *shared)
{
    struct part part = {.name = slice_text(transfer->name),
                        .offset = transfer->offset,
                        .size = transfer->size,
                        .is_range = transfer->is_range};
    log_sent(shared, &part);
    finish(transfer, shared);
}

void transfer_break(struct transfer *transfer, struct content_shared *shared, int reason)
{
    if (!transfer->name)
        return;
    log_info(shared->log, "Client left during %s: %s", transfer->name,
             reason == 0 ? "the server stops" : plat_error_text(reason));
    finish(transfer, shared);
}

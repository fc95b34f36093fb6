#include "content/transfer.h"

#include <stdlib.h>

#include "content/opening.h"
#include "plat/clock.h"
#include "proto/reply.h"

enum { SMALL_SIZE = 32 * 1024 }; /* bytes that are sent with their header in one call */

/* Who asks, and where the answer goes. */
struct client {
    struct transfer *transfer;
    struct content_shared *shared;
    struct shelf *shelf;
    struct conn *conn;
};

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

/* Reads the part into the output. False if the file is shorter by now. */
static bool put_contents(struct conn *conn, const struct part *part, struct slice *contents)
{
    struct buffer *out = conn_out(conn);
    size_t size = (size_t)part->size, done = 0;
    char *at = buffer_reserve(out, size + 1); /* + 1: nothing needs a place, too */
    while (at && done < size) {
        size_t got;
        if (plat_file_read(part->file, at + done, size - done, part->offset + done, &got) != 0)
            break;
        done += got;
    }
    if (at)
        buffer_commit(out, done);
    *contents = slice_of(at, done);
    return at && done == size;
}

/* Puts header and contents together, and keeps a whole file. One that is shorter by now ends the
 * connection short of the promised bytes. */
static void put_small(const struct client *client, const struct part *part,
                      const struct plat_file_info *info, uint64_t changes)
{
    struct slice contents;
    struct stamp stamp = stamp_of(info);
    reply_put_body(conn_out(client->conn), part->size);
    bool whole = put_contents(client->conn, part, &contents);
    plat_file_close(part->file);
    if (!whole) {
        conn_finish(client->conn);
        return;
    }
    if (part->size == info->size)
        shelf_put(client->shelf, part->name, &stamp, contents, conn_now(client->conn),
                  plat_clock_unix_ms(), changes);
    log_sent(client->shared, part);
}

static void send_large(const struct client *client, const struct part *part)
{
    struct transfer *transfer = client->transfer;
    transfer->name = malloc(part->name.size + 1);
    if (!transfer->name) {
        plat_file_close(part->file);
        conn_close(client->conn);
        return;
    }
    slice_copy(part->name, transfer->name, part->name.size + 1);
    transfer->offset = part->offset;
    transfer->size = part->size;
    transfer->is_range = part->is_range;
    plat_atomic_add(&client->shared->load, 1);
    reply_put_body(conn_out(client->conn), part->size);
    conn_send_file(client->conn, part->file, part->offset, part->size, client->shared->warmer);
}

/* What is kept of the file, if it is still that; looks at the file when it may not be. */
static const struct shelf_file *find_kept(const struct client *client, struct slice name)
{
    struct plat_file_info info;
    uint64_t now_ms = conn_now(client->conn), changes = root_changes(client->shared->root);
    const struct shelf_file *kept = shelf_find(client->shelf, name, now_ms);
    if (!kept || shelf_is_fresh(kept, now_ms, changes))
        return kept;
    if (opening_look(client->shared, name, &info) == 0) {
        struct stamp stamp = stamp_of(&info);
        if (stamp_equal(&stamp, &kept->stamp)) {
            shelf_trust(kept, now_ms, changes);
            return kept;
        }
    }
    shelf_forget(client->shelf, kept);
    return NULL;
}

/* Cuts the part at the file's end. False if it begins beyond. All of a file is told as the file,
 * however it was asked for. */
static bool cut_part(struct part *part, uint64_t size)
{
    if (part->offset > size)
        return false;
    if (part->size > size - part->offset)
        part->size = size - part->offset;
    part->is_range = part->size < size;
    return true;
}

static void send_kept(const struct client *client, struct part *part, const struct shelf_file *kept)
{
    struct buffer *out = conn_out(client->conn);
    if (!cut_part(part, kept->contents.size)) {
        buffer_put_text(out, REPLY_INVALID_RANGE);
        return;
    }
    if (part->size == kept->contents.size) {
        buffer_put_slice(out, kept->answer);
    } else {
        reply_put_body(out, part->size);
        buffer_put(out, kept->contents.data + part->offset, (size_t)part->size);
    }
    log_sent(client->shared, part);
}

static void send_opened(const struct client *client, struct part *part)
{
    struct plat_file_info info;
    uint64_t changes = root_changes(client->shared->root);
    int rc = opening_open(client->shared, part->name, &part->file, &info);
    if (rc < 0) {
        opening_refuse(client->shared, client->conn, part->name, rc);
    } else if (!cut_part(part, info.size)) {
        plat_file_close(part->file);
        buffer_put_text(conn_out(client->conn), REPLY_INVALID_RANGE);
    } else if (part->size > SMALL_SIZE) {
        send_large(client, part);
    } else {
        put_small(client, part, &info, changes);
    }
}

static void send_part(const struct client *client, struct part *part)
{
    const struct shelf_file *kept = find_kept(client, part->name);
    if (kept)
        send_kept(client, part, kept);
    else
        send_opened(client, part);
}

void transfer_get(struct transfer *transfer, struct content_shared *shared, struct shelf *shelf,
                  struct conn *conn, struct slice name)
{
    struct client client = {transfer, shared, shelf, conn};
    struct part part = {.name = name, .file = PLAT_FILE_NONE, .size = UINT64_MAX};
    log_debug(shared->log, "Client request: GET %.*s", SLICE_PRINT(name));
    send_part(&client, &part);
}

void transfer_get_range(struct transfer *transfer, struct content_shared *shared,
                        struct shelf *shelf, struct conn *conn, const struct request *request)
{
    struct client client = {transfer, shared, shelf, conn};
    struct part part = {.name = request->name,
                        .file = PLAT_FILE_NONE,
                        .offset = request->offset,
                        .size = request->length};
    log_debug(shared->log, "Client request: GET_RANGE %llu %llu %.*s",
              (unsigned long long)part.offset, (unsigned long long)part.size,
              SLICE_PRINT(part.name));
    send_part(&client, &part);
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

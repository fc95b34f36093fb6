/*
 * A connection's input: from the socket to the owner, line by line.
 */
#include "net/conn_parts.h"

#include "base/line.h"

static void refuse_long_line(struct conn *conn)
{
    if (conn->handler->too_long) {
        buffer_put_text(conn_out(conn), conn->handler->too_long);
        conn_finish(conn);
    } else {
        conn_close_with(conn, PLAT_ERR_TOO_LARGE);
    }
}

/* Gives the owner the bytes that are no lines. */
static size_t handle_expected(struct conn *conn, struct slice bytes)
{
    if (bytes.size > conn->expected)
        bytes.size = (size_t)conn->expected;
    conn->expected -= bytes.size;
    conn->handler->on_bytes(conn, bytes);
    return bytes.size;
}

/* Lines cut off the input. */
struct batch {
    struct slice lines[CONN_LINES_MOST];
    size_t ends[CONN_LINES_MOST]; /* where the next one begins */
    size_t count;
    unsigned cost; /* of these and of the blank lines among them */
    size_t end;    /* of what was cut, with blank lines behind the last one */
    bool too_long;
};

/* Cuts whole lines, for as long as this turn lasts and there are some. */
static void cut_lines(const struct conn *conn, struct slice bytes, unsigned most,
                      struct batch *batch)
{
    batch->count = batch->end = batch->cost = 0;
    batch->too_long = false;
    while (batch->cost < most && batch->end < bytes.size) {
        struct slice line, rest = slice_of(bytes.data + batch->end, bytes.size - batch->end);
        size_t used = rest.size;
        enum line_status status = line_find(rest, conn->handler->line_max, &line, &used);
        batch->too_long = status == LINE_TOO_LONG;
        if (batch->too_long || (status == LINE_PARTIAL && !conn->peer_ended))
            return;
        if (status == LINE_PARTIAL)
            line = line_last(rest);
        batch->end += used;
        batch->cost++;
        if (slice_trim(line).size == 0)
            continue;
        batch->lines[batch->count] = line;
        batch->ends[batch->count++] = batch->end;
    }
}

/* Gives the owner the lines; how many he has taken. */
static size_t give_lines(struct conn *conn, const struct batch *batch)
{
    if (conn->handler->on_lines)
        return conn->handler->on_lines(conn, batch->lines, batch->count);
    conn->handler->on_line(conn, batch->lines[0]);
    return 1;
}

/* Handles some lines; how many bytes that used, 0 if none can be handled now. */
static size_t handle_lines(struct conn *conn, struct slice bytes)
{
    struct batch batch;
    unsigned most = conn->handler->on_lines ? CONN_LINES_MOST : 1;
    cut_lines(conn, bytes, most < conn->budget ? most : conn->budget, &batch);
    conn_spend(conn, batch.cost);
    size_t given = batch.count > 0 ? give_lines(conn, &batch) : 0;
    if (given < batch.count)
        return given > 0 ? batch.ends[given - 1] : 0;
    if (batch.too_long && conn_takes_lines(conn)) {
        refuse_long_line(conn);
        return bytes.size;
    }
    return batch.end;
}

/* Handles what it can of the bytes; how many it used. */
static size_t handle(struct conn *conn, struct slice bytes)
{
    size_t done = 0, used = 1;
    while (used > 0 && done < bytes.size && conn->state == CONN_OPEN && !conn_is_paused(conn)) {
        struct slice rest = slice_of(bytes.data + done, bytes.size - done);
        used = conn->expected > 0 ? handle_expected(conn, rest) : handle_lines(conn, rest);
        done += used;
    }
    return conn->state == CONN_OPEN ? done : bytes.size;
}

/* Handles bytes that may lie in the scratch memory and keeps the rest of them. */
static void handle_and_hold(struct conn *conn, struct slice bytes)
{
    size_t used = handle(conn, bytes);
    if (conn->state == CONN_CLOSED)
        return;
    struct buffer rest = BUFFER_INIT;
    if (used < bytes.size)
        buffer_put(&rest, bytes.data + used, bytes.size - used);
    buffer_fini(&conn->held);
    conn->held = rest;
    if (conn->held.failed)
        conn_close_with(conn, PLAT_ERR_NO_MEMORY);
}

void conn_handle_held(struct conn *conn)
{
    struct slice held = buffer_content(&conn->held);
    if (held.size == 0)
        return;
    size_t used = handle(conn, held);
    if (conn->state != CONN_CLOSED)
        buffer_consume(&conn->held, used);
    if (buffer_size(&conn->held) == 0)
        buffer_fini(&conn->held);
}

void conn_discard(struct conn *conn)
{
    size_t got;
    int rc = plat_socket_recv(conn->source.watch.socket, loop_scratch(conn->loop),
                              LOOP_SCRATCH_SIZE, &got);
    if (rc == PLAT_END || rc < 0)
        conn_close_with(conn, rc == PLAT_END ? 0 : rc);
}

/* Reads once; false when there was nothing and no end. At the end *got is 0. */
static bool receive(struct conn *conn, char *into, size_t size, size_t *got)
{
    int rc = plat_socket_recv(conn->source.watch.socket, into, size, got);
    if (rc < 0)
        conn_close_with(conn, rc);
    if (rc == PLAT_END) {
        conn->peer_ended = true;
        *got = 0;
    }
    return rc == 0 || rc == PLAT_END;
}

/* Reads expected bytes to where the owner wants them. */
static void receive_expected(struct conn *conn)
{
    size_t size = 0, got;
    conn->handling = true;
    char *space = conn->handler->on_space(conn, &size);
    if (size > conn->expected)
        size = (size_t)conn->expected;
    if (space && conn->state == CONN_OPEN && receive(conn, space, size, &got) && got > 0)
        handle_expected(conn, slice_of(space, got));
    conn->handling = false;
}

void conn_receive(struct conn *conn)
{
    char *scratch = loop_scratch(conn->loop);
    struct slice held = buffer_content(&conn->held);
    size_t got = 0, room = LOOP_SCRATCH_SIZE - held.size;
    if (conn->expected > 0 && held.size == 0 && conn->handler->on_space) {
        receive_expected(conn);
        return;
    }
    if (held.size >= conn->handler->line_max)
        return; /* lines that wait to be handled first */
    if (conn->read_max > 0 && room > conn->read_max)
        room = conn->read_max;
    if (!receive(conn, scratch + held.size, room, &got))
        return;
    if (held.size > 0)
        memcpy(scratch, held.data, held.size);
    conn->handling = true;
    handle_and_hold(conn, slice_of(scratch, held.size + got));
    conn->handling = false;
}

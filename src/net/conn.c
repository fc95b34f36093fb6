#include "net/conn.h"

#include <assert.h>

#include "base/container.h"
#include "base/line.h"

enum {
    OUT_HIGH = 256 * 1024,   /* bytes waiting from which on no input is handled */
    OUT_LOW = 64 * 1024,     /* and below which it is again */
    FILE_SLICE = 256 * 1024, /* bytes of a file in one call */
    FILE_SLICES_A_TURN = 4,  /* so that a fast reader leaves others their turn */
    STALL_MS = 120 * 1000,   /* a peer that takes nothing for so long is gone */
    LINGER_MS = 2 * 1000     /* for the peer to read our last words */
};

static void bury(struct loop_task *task)
{
    struct conn *conn = CONTAINER_OF(task, struct conn, burial);
    buffer_fini(&conn->held);
    loop_return_buffer(conn->loop, &conn->out);
    conn->handler->on_closed(conn, conn->reason);
}

static void close_with(struct conn *conn, int reason)
{
    if (conn->state == CONN_CLOSED)
        return;
    conn->state = CONN_CLOSED;
    conn->reason = reason;
    loop_cancel_timer(conn->loop, &conn->timer);
    loop_forget(conn->loop, &conn->source);
    plat_socket_close(conn->source.watch.socket);
    if (conn->has_file)
        plat_file_close(conn->file);
    conn->has_file = false;
    loop_bury(conn->loop, &conn->burial);
}

void conn_close(struct conn *conn)
{
    close_with(conn, 0);
}

bool conn_is_sending(const struct conn *conn)
{
    return conn->state != CONN_CLOSED && (buffer_size(&conn->out) > 0 || conn->has_file);
}

static bool is_paused(const struct conn *conn)
{
    return conn->busy || conn->has_file || buffer_size(&conn->out) >= OUT_HIGH;
}

static void linger(struct conn *conn)
{
    plat_socket_shutdown(conn->source.watch.socket);
    if (conn->peer_ended) {
        close_with(conn, 0);
        return;
    }
    /* Closing now, with input unread, would make the system reset the connection and lose our
     * last answer; so read on until the peer has seen our end. */
    conn->state = CONN_LINGERING;
    loop_set_timer(conn->loop, &conn->timer, loop_now(conn->loop) + LINGER_MS);
}

static void update_interest(struct conn *conn)
{
    unsigned events = 0;
    if (conn->state == CONN_CLOSED)
        return;
    if (conn->state == CONN_LINGERING ||
        (conn->state == CONN_OPEN && !conn->peer_ended && !is_paused(conn)))
        events |= PLAT_READ;
    if (conn_is_sending(conn))
        events |= PLAT_WRITE;
    if (loop_watch(conn->loop, &conn->source, events) < 0)
        close_with(conn, PLAT_ERR_NO_MEMORY);
}

/* The stall timer runs while output waits; progress only notes the time, so that a busy connection
 * does not move its timer all the time. */
static void watch_progress(struct conn *conn)
{
    if (conn->state != CONN_OPEN && conn->state != CONN_FINISHING)
        return;
    if (!conn_is_sending(conn)) {
        loop_cancel_timer(conn->loop, &conn->timer);
    } else if (!timer_is_set(&conn->timer)) {
        conn->progress_ms = loop_now(conn->loop);
        loop_set_timer(conn->loop, &conn->timer, conn->progress_ms + STALL_MS);
    }
}

static void on_timer(struct timer *timer)
{
    struct conn *conn = CONTAINER_OF(timer, struct conn, timer);
    if (conn->state == CONN_LINGERING)
        close_with(conn, 0);
    else if (loop_now(conn->loop) - conn->progress_ms >= STALL_MS)
        close_with(conn, PLAT_ERR_TIMED_OUT);
    else
        loop_set_timer(conn->loop, timer, conn->progress_ms + STALL_MS);
}

/* Sends from the buffer; false when the socket is full or gone. */
static bool send_buffer(struct conn *conn)
{
    while (buffer_size(&conn->out) > 0) {
        struct slice content = buffer_content(&conn->out);
        size_t sent;
        int rc = plat_socket_send(conn->source.watch.socket, content.data, content.size, &sent);
        if (rc < 0)
            close_with(conn, rc);
        if (rc != 0)
            return false;
        conn->progress_ms = loop_now(conn->loop);
        buffer_consume(&conn->out, sent);
    }
    loop_return_buffer(conn->loop, &conn->out);
    return true;
}

static void end_file(struct conn *conn)
{
    plat_file_close(conn->file);
    conn->has_file = false;
    if (conn->handler->on_sent)
        conn->handler->on_sent(conn);
}

/* Sends some slices of the file; false when the socket is full or gone, or the turn is over. */
static bool send_file(struct conn *conn)
{
    for (int i = 0; conn->has_file && conn->file_left > 0; i++) {
        size_t size = conn->file_left < FILE_SLICE ? (size_t)conn->file_left : FILE_SLICE;
        size_t sent;
        if (i == FILE_SLICES_A_TURN)
            return false;
        int rc = plat_file_send(conn->file, conn->file_at, size, conn->source.watch.socket, &sent);
        if (rc == PLAT_AGAIN)
            return false;
        if (rc != 0) { /* an error, or the file is shorter by now: never pad it */
            close_with(conn, rc == PLAT_END ? PLAT_ERR_IO : rc);
            return false;
        }
        conn->progress_ms = loop_now(conn->loop);
        conn->file_at += sent;
        conn->file_left -= sent;
    }
    if (conn->has_file)
        end_file(conn);
    return conn->state != CONN_CLOSED;
}

/* Sends what it can; what handlers put in between goes out as well. */
static void send_all(struct conn *conn)
{
    if (conn->out.failed) {
        close_with(conn, PLAT_ERR_NO_MEMORY);
        return;
    }
    while (conn_is_sending(conn))
        if (!send_buffer(conn) || !send_file(conn))
            return;
    if (conn->state == CONN_FINISHING)
        linger(conn);
}

/* Lets a busy owner put more while there is room. */
static void offer_room(struct conn *conn)
{
    while (conn->state == CONN_OPEN && (conn->busy || conn->wants_room) && !conn->has_file &&
           conn->handler->on_room && buffer_size(&conn->out) < OUT_LOW) {
        conn->handler->on_room(conn);
        if (buffer_size(&conn->out) == 0)
            break;
        send_all(conn);
    }
}

static void refuse_long_line(struct conn *conn)
{
    if (conn->handler->too_long) {
        buffer_put_text(conn_out(conn), conn->handler->too_long);
        conn_finish(conn);
    } else {
        close_with(conn, PLAT_ERR_TOO_LARGE);
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

/* Handles what it can of the bytes; how many it used. */
static size_t handle(struct conn *conn, struct slice bytes)
{
    size_t done = 0;
    while (done < bytes.size && conn->state == CONN_OPEN && !is_paused(conn)) {
        struct slice line, rest = slice_of(bytes.data + done, bytes.size - done);
        size_t used = rest.size;
        if (conn->expected > 0) {
            done += handle_expected(conn, rest);
            continue;
        }
        enum line_status status = line_find(rest, conn->handler->line_max, &line, &used);
        if (status == LINE_TOO_LONG) {
            refuse_long_line(conn);
            return bytes.size;
        }
        if (status == LINE_PARTIAL && !conn->peer_ended)
            break;
        if (status == LINE_PARTIAL)
            line = line_last(rest);
        done += used;
        if (line.size > 0)
            conn->handler->on_line(conn, line);
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
        close_with(conn, PLAT_ERR_NO_MEMORY);
}

/* Handles what was held while the connection was paused. */
static void handle_held(struct conn *conn)
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

/* Handles, sends, and goes on as long as one makes room for the other. */
static void process(struct conn *conn)
{
    size_t before;
    conn->handling = true;
    do {
        before = buffer_size(&conn->held);
        send_all(conn);
        offer_room(conn);
        if (conn->state == CONN_OPEN && !is_paused(conn))
            handle_held(conn);
    } while (conn->state == CONN_OPEN && buffer_size(&conn->held) < before);
    send_all(conn);
    if (conn->state == CONN_OPEN && conn->peer_ended && !is_paused(conn) && !conn_is_sending(conn))
        close_with(conn, PLAT_END);
    watch_progress(conn);
    update_interest(conn);
    conn->handling = false;
}

static void discard(struct conn *conn)
{
    size_t got;
    int rc = plat_socket_recv(conn->source.watch.socket, loop_scratch(conn->loop),
                              LOOP_SCRATCH_SIZE, &got);
    if (rc == PLAT_END || rc < 0)
        close_with(conn, rc == PLAT_END ? 0 : rc);
}

static void receive(struct conn *conn)
{
    char *scratch = loop_scratch(conn->loop);
    struct slice held = buffer_content(&conn->held);
    size_t got = 0;
    if (held.size >= conn->handler->line_max)
        return; /* lines that wait to be handled first */
    int rc = plat_socket_recv(conn->source.watch.socket, scratch + held.size,
                              LOOP_SCRATCH_SIZE - held.size, &got);
    if (rc == PLAT_AGAIN)
        return;
    if (rc < 0) {
        close_with(conn, rc);
        return;
    }
    if (rc == PLAT_END) {
        conn->peer_ended = true;
        got = 0;
    }
    if (held.size > 0)
        memcpy(scratch, held.data, held.size);
    conn->handling = true;
    handle_and_hold(conn, slice_of(scratch, held.size + got));
    conn->handling = false;
}

static void on_event(struct loop_source *source, unsigned events)
{
    struct conn *conn = CONTAINER_OF(source, struct conn, source);
    if (conn->state == CONN_LINGERING) {
        discard(conn);
        return;
    }
    if (events & PLAT_READ && conn->state == CONN_OPEN && !conn->peer_ended && !is_paused(conn))
        receive(conn);
    if (conn->state != CONN_CLOSED)
        process(conn);
}

int conn_open(struct conn *conn, struct loop *loop, plat_socket socket,
              const struct plat_addr *peer, const struct conn_handler *handler, void *owner)
{
    *conn = (struct conn){
        .peer = *peer,
        .owner = owner,
        .source = {.watch = PLAT_WATCH_INIT(socket), .on_event = on_event},
        .loop = loop,
        .handler = handler,
        .file = PLAT_FILE_NONE,
        .progress_ms = loop_now(loop),
        .timer = {.fire = on_timer},
        .burial = {.run = bury},
    };
    int rc = loop_watch(loop, &conn->source, PLAT_READ);
    if (rc < 0)
        plat_socket_close(socket);
    return rc;
}

struct buffer *conn_out(struct conn *conn)
{
    loop_lend_buffer(conn->loop, &conn->out);
    return &conn->out;
}

void conn_flush(struct conn *conn)
{
    /* Within a handler the loop around it sends, and must not be entered again. */
    if (!conn->handling && conn->state != CONN_CLOSED)
        process(conn);
}

void conn_send_file(struct conn *conn, struct plat_file file, uint64_t offset, uint64_t size)
{
    assert(!conn->has_file);
    if (conn->state == CONN_CLOSED) {
        plat_file_close(file);
        return;
    }
    conn->file = file;
    conn->file_at = offset;
    conn->file_left = size;
    conn->has_file = true;
}

void conn_expect(struct conn *conn, uint64_t size)
{
    conn->expected = size;
}

void conn_set_busy(struct conn *conn, bool busy)
{
    conn->busy = busy;
}

void conn_finish(struct conn *conn)
{
    if (conn->state != CONN_OPEN)
        return;
    conn->state = CONN_FINISHING;
    conn->busy = false;
    conn_flush(conn);
}

uint64_t conn_now(const struct conn *conn)
{
    return loop_now(conn->loop);
}

int conn_local(const struct conn *conn, struct plat_addr *out)
{
    return plat_socket_local(conn->source.watch.socket, out);
}

void conn_want_room(struct conn *conn, bool wanted)
{
    conn->wants_room = wanted;
}

#include "net/conn.h"

#include <assert.h>

#include "base/container.h"
#include "net/conn_parts.h"

enum {
    OUT_HIGH = 256 * 1024, /* bytes waiting from which on no input is handled */
    STALL_MS = 120 * 1000  /* a peer that takes nothing for so long is gone */
};

static void bury(struct loop_task *task)
{
    struct conn *conn = CONTAINER_OF(task, struct conn, burial);
    buffer_fini(&conn->held);
    loop_return_buffer(conn->loop, &conn->out);
    conn->handler->on_closed(conn, conn->reason);
}

/* Nothing uses it any more. */
static void end(struct conn *conn)
{
    if (conn->has_file)
        plat_file_close(conn->file);
    conn->has_file = false;
    loop_bury(conn->loop, &conn->burial);
}

void conn_close_with(struct conn *conn, int reason)
{
    if (conn->state == CONN_CLOSED)
        return;
    conn->state = CONN_CLOSED;
    conn->reason = reason;
    loop_cancel_timer(conn->loop, &conn->timer);
    loop_forget(conn->loop, &conn->source);
    plat_socket_close(conn->source.watch.socket);
    /* What is being read for it must stay; it is buried when that is done. */
    if (!conn->is_warming)
        end(conn);
}

void conn_close(struct conn *conn)
{
    conn_close_with(conn, 0);
}

bool conn_is_sending(const struct conn *conn)
{
    return conn->state != CONN_CLOSED && (buffer_size(&conn->out) > 0 || conn->has_file);
}

/* Whether input has to wait for something else than the next turn. */
static bool is_blocked(const struct conn *conn)
{
    return conn->busy || conn->ending || conn->has_file || buffer_size(&conn->out) >= OUT_HIGH;
}

bool conn_is_paused(const struct conn *conn)
{
    return conn->budget == 0 || is_blocked(conn);
}

bool conn_takes_lines(const struct conn *conn)
{
    return conn->state == CONN_OPEN && conn->expected == 0 && !is_blocked(conn);
}

void conn_spend(struct conn *conn, unsigned cost)
{
    conn->budget = conn->budget > cost ? conn->budget - cost : 0;
}

static void update_interest(struct conn *conn)
{
    unsigned events = 0;
    if (conn->state == CONN_CLOSED)
        return;
    if (conn->state == CONN_LINGERING ||
        (conn->state == CONN_OPEN && !conn->peer_ended && !is_blocked(conn)))
        events |= PLAT_READ;
    /* Out of its turn, the connection comes back with the next: it is writable then, or at least
     * has something to read, as with a peer that reads only after it was read from. */
    if ((conn_is_sending(conn) && !conn->is_warming) ||
        (conn->state == CONN_OPEN && conn->budget == 0))
        events |= PLAT_WRITE;
    if (loop_watch(conn->loop, &conn->source, events) < 0)
        conn_close_with(conn, PLAT_ERR_NO_MEMORY);
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
        conn_close_with(conn, 0);
    else if (loop_now(conn->loop) - conn->progress_ms >= STALL_MS)
        conn_close_with(conn, PLAT_ERR_TIMED_OUT);
    else
        loop_set_timer(conn->loop, timer, conn->progress_ms + STALL_MS);
}

/* Sends, and handles what was held, for as long as one makes room for the other. When it returns,
 * all that can be done now is done: what is left waits for an event that update_interest asks for.
 */
static void process(struct conn *conn)
{
    size_t before;
    conn->handling = true;
    do {
        conn_send_all(conn);
        conn_offer_room(conn);
        before = buffer_size(&conn->held);
        if (conn->state == CONN_OPEN && !conn_is_paused(conn))
            conn_handle_held(conn);
    } while (buffer_size(&conn->held) < before);
    if (conn->state == CONN_OPEN && conn->ending && !conn->busy)
        conn->state = CONN_FINISHING;
    if (conn->state == CONN_FINISHING)
        conn_send_all(conn);
    if (conn->state == CONN_OPEN && conn->peer_ended && !conn_is_paused(conn) &&
        !conn_is_sending(conn))
        conn_close_with(conn, PLAT_END);
    watch_progress(conn);
    update_interest(conn);
    conn->handling = false;
}

static void answer(struct loop_task *task)
{
    struct conn *conn = CONTAINER_OF(task, struct conn, answering);
    conn->is_answering = false;
    if (conn->state != CONN_CLOSED)
        process(conn);
}

/* Goes on with what was received. Answers are sent together with those of other connections: a peer
 * with several would else be woken for each, and sleep again before the next. */
static void go_on(struct conn *conn)
{
    if (conn->state == CONN_CLOSED || conn->is_answering)
        return;
    conn->is_answering = conn->state == CONN_OPEN && buffer_size(&conn->out) > 0;
    if (conn->is_answering)
        loop_defer(conn->loop, &conn->answering);
    else
        process(conn);
}

static void on_event(struct loop_source *source, unsigned events)
{
    struct conn *conn = CONTAINER_OF(source, struct conn, source);
    if (conn->state == CONN_LINGERING) {
        conn_discard(conn);
        return;
    }
    conn->budget = CONN_BUDGET;
    if (events & PLAT_READ && conn->state == CONN_OPEN && !conn->peer_ended &&
        !conn_is_paused(conn))
        conn_receive(conn);
    go_on(conn);
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
        .budget = CONN_BUDGET,
        .progress_ms = loop_now(loop),
        .timer = {.fire = on_timer},
        .answering = {.run = answer},
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
    if (conn->handling || conn->state == CONN_CLOSED)
        return;
    conn->budget = CONN_BUDGET;
    process(conn);
}

static void on_warm(struct loop_task *task)
{
    struct conn *conn = CONTAINER_OF(task, struct conn, warming.done);
    conn->is_warming = false;
    if (conn->state == CONN_CLOSED)
        end(conn);
    else
        conn_flush(conn);
}

void conn_send_file(struct conn *conn, struct plat_file file, uint64_t offset, uint64_t size,
                    struct warmer *warmer)
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
    conn->warmer = warmer;
    conn->warming =
        (struct warming){.done = {.run = on_warm}, .loop = conn->loop, .file = file, .size = 0};
}

void conn_expect(struct conn *conn, uint64_t size)
{
    conn->expected = size;
}

void conn_set_read_max(struct conn *conn, size_t size)
{
    conn->read_max = size;
}

void conn_set_busy(struct conn *conn, bool busy)
{
    conn->busy = busy;
}

void conn_finish(struct conn *conn)
{
    if (conn->state != CONN_OPEN)
        return;
    conn->ending = true;
    if (!conn->busy || !conn->handler->on_room)
        conn->state = CONN_FINISHING;
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

void conn_yield(struct conn *conn)
{
    conn->budget = 0;
}

bool conn_is_open(const struct conn *conn)
{
    return conn->state == CONN_OPEN;
}

/*
 * A connection's output: from its buffer and its file into the socket.
 */
#include "net/conn_parts.h"

enum {
    OUT_LOW = 64 * 1024,      /* bytes waiting below which the owner may put more */
    FILE_SLICE = 1024 * 1024, /* bytes of a file in one call */
    FILE_SLICES_A_TURN = 2,   /* so that a fast reader leaves others their turn */
    LINGER_MS = 2 * 1000      /* for the peer to read our last words */
};

static void linger(struct conn *conn)
{
    plat_socket_shutdown(conn->source.watch.socket);
    if (conn->peer_ended) {
        conn_close_with(conn, 0);
        return;
    }
    /* Closing now, with input unread, would make the system reset the connection and lose our
     * last answer; so read on until the peer has seen our end. */
    conn->state = CONN_LINGERING;
    loop_set_timer(conn->loop, &conn->timer, loop_now(conn->loop) + LINGER_MS);
}

/* Sends from the buffer; false when the socket is full or gone. A header goes with the first bytes
 * of its file. */
static bool send_buffer(struct conn *conn)
{
    while (buffer_size(&conn->out) > 0) {
        struct slice content = buffer_content(&conn->out);
        size_t sent;
        plat_socket socket = conn->source.watch.socket;
        int rc = conn->has_file && conn->file_left > 0
                     ? plat_socket_send_more(socket, content.data, content.size, &sent)
                     : plat_socket_send(socket, content.data, content.size, &sent);
        if (rc < 0)
            conn_close_with(conn, rc);
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

/* Whether the next bytes of the file have to be read from a disk first, which is begun then. */
static bool waits_for_disk(struct conn *conn, size_t size)
{
    uint64_t end = conn->file_at + size;
    struct warming *warming = &conn->warming;
    if (!conn->warmer || end <= warming->offset + warming->size ||
        !warmer_is_cold(conn->warmer, conn->file, end))
        return false;
    warming->offset = conn->file_at;
    warming->size = size;
    conn->is_warming = warmer_ask(conn->warmer, warming);
    return conn->is_warming;
}

/* Sends one slice of the file; false when the socket is full or gone, or a disk has to be read. */
static bool send_slice(struct conn *conn)
{
    size_t size = conn->file_left < FILE_SLICE ? (size_t)conn->file_left : FILE_SLICE, sent;
    if (waits_for_disk(conn, size))
        return false;
    int rc = plat_file_send(conn->file, conn->file_at, size, conn->source.watch.socket, &sent);
    if (rc == PLAT_AGAIN)
        return false;
    if (rc != 0) { /* an error, or the file is shorter by now: never pad it */
        conn_close_with(conn, rc == PLAT_END ? PLAT_ERR_IO : rc);
        return false;
    }
    conn->progress_ms = loop_now(conn->loop);
    conn->file_at += sent;
    conn->file_left -= sent;
    return true;
}

/* Sends some slices of the file; false when it cannot go on, or the turn is over. */
static bool send_file(struct conn *conn)
{
    for (int i = 0; conn->has_file && conn->file_left > 0; i++)
        if (conn->is_warming || i == FILE_SLICES_A_TURN || !send_slice(conn))
            return false;
    if (conn->has_file)
        end_file(conn);
    return conn->state != CONN_CLOSED;
}

void conn_send_all(struct conn *conn)
{
    if (conn->out.failed) {
        conn_close_with(conn, PLAT_ERR_NO_MEMORY);
        return;
    }
    while (conn_is_sending(conn))
        if (!send_buffer(conn) || !send_file(conn))
            return;
    if (conn->state == CONN_FINISHING)
        linger(conn);
}

void conn_offer_room(struct conn *conn)
{
    while (conn->state == CONN_OPEN && (conn->busy || conn->wants_room) && !conn->has_file &&
           conn->handler->on_room && buffer_size(&conn->out) < OUT_LOW && conn->budget > 0) {
        size_t before = buffer_size(&conn->out);
        conn_spend(conn, CONN_ROOM_COST);
        conn->handler->on_room(conn);
        if (buffer_size(&conn->out) == before)
            break; /* nothing to put now; asking again would be asking for ever */
        conn_send_all(conn);
    }
}

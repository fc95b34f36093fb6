#include "content/session.h"

#include "content/inquiry.h"
#include "content/transfer.h"
#include "proto/limits.h"
#include "proto/reply.h"
#include "proto/request.h"

enum {
    VERBS = VERB_BIT(VERB_CHUNKS) | VERB_BIT(VERB_GET) | VERB_BIT(VERB_GET_RANGE) |
            VERB_BIT(VERB_PING) | VERB_BIT(VERB_STAT)
};

struct content_session {
    struct session session;
    struct transfer transfer;
    struct inquiry inquiry;
};

static struct content_shared *shared_of(struct conn *conn)
{
    struct session *session = conn->owner;
    return session->server;
}

static struct content_session *session_of(struct conn *conn)
{
    return conn->owner;
}

static struct shelf *shelf_of(const struct content_session *session)
{
    const struct content_shared *shared = session->session.server;
    return shared->shelves[crew_worker_number(session->session.worker)];
}

static void answer(struct conn *conn, const struct request *request)
{
    struct content_session *session = session_of(conn);
    struct content_shared *shared = shared_of(conn);
    switch (request->verb) {
    case VERB_GET:
        transfer_get(&session->transfer, shared, shelf_of(session), conn, request->name);
        break;
    case VERB_GET_RANGE:
        transfer_get_range(&session->transfer, shared, shelf_of(session), conn, request);
        break;
    case VERB_STAT: inquiry_stat(shared, conn, request->name); break;
    case VERB_CHUNKS: inquiry_chunks(&session->inquiry, shared, conn, request->name); break;
    default: buffer_put_text(conn_out(conn), REPLY_PONG); break;
    }
}

static void on_line(struct conn *conn, struct slice line)
{
    struct request request;
    switch (request_parse(line, VERBS, &request)) {
    case REQUEST_UNKNOWN: buffer_put_text(conn_out(conn), REPLY_UNKNOWN_COMMAND); break;
    case REQUEST_INVALID: buffer_put_text(conn_out(conn), REPLY_INVALID_FORMAT); break;
    case REQUEST_OK: answer(conn, &request); break;
    }
}

static void on_room(struct conn *conn)
{
    struct inquiry *inquiry = &session_of(conn)->inquiry;
    if (inquiry->name)
        inquiry_more(inquiry, shared_of(conn), conn);
}

static void on_sent(struct conn *conn)
{
    transfer_end(&session_of(conn)->transfer, shared_of(conn));
}

static void opened(struct session *session)
{
    struct content_shared *shared = session->server;
    char text[PLAT_ADDR_TEXT_SIZE];
    if (!log_wants(shared->log, LOG_INFO))
        return;
    plat_addr_format(&session->conn.peer, text);
    log_info(shared->log,
             session->conn.peer.is_v6 ? "Client connected from [%s]:%u"
                                      : "Client connected from %s:%u",
             text, session->conn.peer.port);
}

static void closed(struct session *session, int reason)
{
    struct content_session *own = (struct content_session *)session;
    transfer_break(&own->transfer, session->server, reason);
    inquiry_break(&own->inquiry);
}

const struct session_kind content_session_kind = {
    .size = sizeof(struct content_session),
    .handler = {.on_line = on_line,
                .on_room = on_room,
                .on_sent = on_sent,
                .on_closed = session_on_closed,
                .line_max = LINE_SIZE_MAX,
                .too_long = REPLY_INVALID_FORMAT},
    .opened = opened,
    .closed = closed,
};

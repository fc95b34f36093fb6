#include "index/session.h"

#include <string.h>

#include "base/hex.h"
#include "index/enrolment.h"
#include "index/listing.h"
#include "index/shared.h"
#include "net/reach.h"
#include "proto/reply.h"
#include "proto/request.h"

enum {
    NOTICE_VERBS = VERB_BIT(VERB_SERVER_DOWN) | VERB_BIT(VERB_SERVER_UP) | VERB_BIT(VERB_PING),
    ALL_VERBS = NOTICE_VERBS | VERB_BIT(VERB_REGISTER) | VERB_BIT(VERB_ADD_FILE) |
                VERB_BIT(VERB_DONE_FILES) | VERB_BIT(VERB_REMOVE_FILE) | VERB_BIT(VERB_LEAVE) |
                VERB_BIT(VERB_UPDATE_LOAD) | VERB_BIT(VERB_HELLO) | VERB_BIT(VERB_GET) |
                VERB_BIT(VERB_LIST_FILES) | VERB_BIT(VERB_LIST_SERVERS) | VERB_BIT(VERB_LOCATE) |
                VERB_BIT(VERB_STAT) | VERB_BIT(VERB_FILE_HASH)
};

struct index_session {
    struct session session;
    struct enrolment enrolment; /* of the content servers that registered here */
    struct listing listing;     /* how far a list has been put */
};

static struct index_shared *shared_of(struct conn *conn)
{
    struct session *session = conn->owner;
    return session->server;
}

static struct index_session *session_of(struct conn *conn)
{
    return conn->owner;
}

static void get(struct conn *conn, struct slice name)
{
    struct index_shared *shared = shared_of(conn);
    struct catalogue_hit hit;
    char text[PLAT_ADDR_TEXT_SIZE];
    log_info(shared->log, "Client request: GET %.*s", SLICE_PRINT(name));
    if (!catalogue_find(shared->catalogue, name, true, &hit)) {
        log_info(shared->log, "File not found: %.*s", SLICE_PRINT(name));
        buffer_put_text(conn_out(conn), REPLY_FILE_NOT_FOUND);
        return;
    }
    struct reply_location reply = {
        .address = reach_to_peer(slice_text(hit.address), conn, text),
        .tcp_port = hit.tcp_port,
        .server_id = slice_text(hit.server_id),
        .size = hit.size,
    };
    bool brackets = memchr(reply.address.data, ':', reply.address.size) != NULL;
    log_info(shared->log, "Directed client to server at %s%.*s%s:%u", brackets ? "[" : "",
             SLICE_PRINT(reply.address), brackets ? "]" : "", hit.tcp_port);
    reply_put_location(conn_out(conn), &reply);
}

static void stat_file(struct conn *conn, struct slice name)
{
    struct index_shared *shared = shared_of(conn);
    struct catalogue_hit hit;
    char digits[HEX_DIGITS + 1];
    log_info(shared->log, "Client request: STAT %.*s", SLICE_PRINT(name));
    if (!catalogue_find(shared->catalogue, name, false, &hit)) {
        buffer_put_text(conn_out(conn), REPLY_FILE_NOT_FOUND);
        return;
    }
    if (hit.has_sha256)
        hex_encode(hit.sha256, digits);
    struct reply_stat reply = {.size = hit.size,
                               .sha256 = slice_of(digits, hit.has_sha256 ? HEX_DIGITS : 0),
                               .number = hit.holders,
                               .name = name};
    reply_put_stat(conn_out(conn), &reply);
}

static void server_down(struct conn *conn, const struct request *request)
{
    struct index_shared *shared = shared_of(conn);
    if (registry_down(shared->registry, request->server_id, conn_now(conn)))
        log_info(shared->log, "Marked server %.*s as DEAD based on Monitor notification",
                 SLICE_PRINT(request->server_id));
}

static void server_up(struct conn *conn, const struct request *request)
{
    struct index_shared *shared = shared_of(conn);
    if (registry_up(shared->registry, request->server_id, conn_now(conn)))
        log_info(shared->log, "Server %.*s is alive again", SLICE_PRINT(request->server_id));
}

static void answer(struct conn *conn, const struct request *request)
{
    struct index_session *session = session_of(conn);
    switch (request->verb) {
    case VERB_GET: get(conn, request->name); break;
    case VERB_HELLO: buffer_put_text(conn_out(conn), REPLY_WELCOME); break;
    case VERB_PING: buffer_put_text(conn_out(conn), REPLY_PONG); break;
    case VERB_LIST_FILES:
    case VERB_LIST_SERVERS:
        log_info(shared_of(conn)->log, "Client request: %s", request_verb_text(request->verb));
        listing_begin(&session->listing, conn,
                      request->verb == VERB_LIST_FILES ? LISTING_FILES : LISTING_SERVERS);
        break;
    case VERB_LOCATE:
        log_info(shared_of(conn)->log, "Client request: LOCATE %.*s", SLICE_PRINT(request->name));
        listing_locate(&session->listing, shared_of(conn), conn, request->name);
        break;
    case VERB_STAT: stat_file(conn, request->name); break;
    case VERB_SERVER_DOWN: server_down(conn, request); break;
    case VERB_SERVER_UP: server_up(conn, request); break;
    default: enrolment_answer(&session->enrolment, shared_of(conn), conn, request); break;
    }
}

static void on_request(struct conn *conn, struct slice line, unsigned verbs)
{
    struct request request;
    enum request_status status = request_parse(line, verbs, &request);
    if (status == REQUEST_OK)
        answer(conn, &request);
    else if (status == REQUEST_UNKNOWN)
        buffer_put_text(conn_out(conn), REPLY_UNKNOWN_COMMAND);
    else
        buffer_put_text(conn_out(conn), REPLY_INVALID_FORMAT);
}

static void on_line(struct conn *conn, struct slice line)
{
    on_request(conn, line, ALL_VERBS);
}

static void on_notice(struct conn *conn, struct slice line)
{
    on_request(conn, line, NOTICE_VERBS);
}

static void on_room(struct conn *conn)
{
    listing_more(&session_of(conn)->listing, shared_of(conn), conn);
}

static void opened(struct session *session)
{
    enrolment_init(&((struct index_session *)session)->enrolment);
}

static void closed(struct session *session, int reason)
{
    struct index_session *index = (struct index_session *)session;
    (void)reason;
    enrolment_fini(&index->enrolment, session->server);
    listing_fini(&index->listing);
}

const struct session_kind index_session_kind = {
    .size = sizeof(struct index_session),
    .handler = {.on_line = on_line,
                .on_room = on_room,
                .on_closed = session_on_closed,
                .line_max = LINE_SIZE_MAX,
                .too_long = REPLY_INVALID_FORMAT},
    .opened = opened,
    .closed = closed,
};

const struct session_kind index_notice_kind = {
    .size = sizeof(struct session),
    .handler = {.on_line = on_notice,
                .on_closed = session_on_closed,
                .line_max = LINE_SIZE_MAX,
                .too_long = REPLY_INVALID_FORMAT},
};

#include "index/session.h"

#include "base/hex.h"
#include "index/enrolment.h"
#include "index/gets.h"
#include "index/listing.h"
#include "index/shared.h"
#include "proto/reply.h"
#include "proto/request.h"

_Static_assert((int)CONN_LINES_MOST <= (int)CATALOGUE_NAMES_MOST, "all that come together");

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

static void stat_file(struct index_worker *worker, struct conn *conn, struct slice name)
{
    struct catalogue_stat stat;
    char digits[HEX_DIGITS + 1];
    log_batch_write(&worker->log, LOG_INFO, "Client request: STAT %.*s", SLICE_PRINT(name));
    if (!catalogue_look(worker->reader, name, &stat)) {
        buffer_put_text(conn_out(conn), REPLY_FILE_NOT_FOUND);
        return;
    }
    if (stat.has_sha256)
        hex_encode(stat.sha256, digits);
    struct reply_stat reply = {.size = stat.size,
                               .sha256 = slice_of(digits, stat.has_sha256 ? HEX_DIGITS : 0),
                               .number = stat.holders,
                               .name = name};
    reply_put_stat(conn_out(conn), &reply);
}

static void server_down(struct index_worker *worker, struct conn *conn, struct slice id)
{
    if (registry_down(worker->shared->registry, id, conn_now(conn)))
        log_batch_write(&worker->log, LOG_INFO,
                        "Marked server %.*s as DEAD based on Monitor notification",
                        SLICE_PRINT(id));
}

static void server_up(struct index_worker *worker, struct conn *conn, struct slice id)
{
    if (registry_up(worker->shared->registry, id, conn_now(conn)))
        log_batch_write(&worker->log, LOG_INFO, "Server %.*s is alive again", SLICE_PRINT(id));
}

/* What the notification port takes. */
static void answer_notice(struct index_worker *worker, struct conn *conn,
                          const struct request *request)
{
    switch (request->verb) {
    case VERB_SERVER_DOWN: server_down(worker, conn, request->server_id); break;
    case VERB_SERVER_UP: server_up(worker, conn, request->server_id); break;
    default: buffer_put_text(conn_out(conn), REPLY_PONG); break;
    }
}

static void begin_listing(struct index_worker *worker, struct conn *conn,
                          const struct request *request)
{
    struct index_session *session = conn->owner;
    struct slice name = request->name.size > 0 ? request->name : slice_text("");
    log_batch_write(&worker->log, LOG_INFO, "Client request: %s%s%.*s",
                    request_verb_text(request->verb), name.size > 0 ? " " : "", SLICE_PRINT(name));
    switch (request->verb) {
    case VERB_LIST_FILES: listing_begin(&session->listing, conn, LISTING_FILES); break;
    case VERB_LIST_SERVERS: listing_begin(&session->listing, conn, LISTING_SERVERS); break;
    default: listing_locate(&session->listing, worker->shared, conn, request->name); break;
    }
}

static void answer(struct index_worker *worker, struct conn *conn, const struct request *request)
{
    struct index_session *session = conn->owner;
    switch (request->verb) {
    case VERB_GET: gets_answer(&(struct gets){{request->name}, 1}, worker, conn); break;
    case VERB_HELLO: buffer_put_text(conn_out(conn), REPLY_WELCOME); break;
    case VERB_PING:
    case VERB_SERVER_DOWN:
    case VERB_SERVER_UP: answer_notice(worker, conn, request); break;
    case VERB_LIST_FILES:
    case VERB_LIST_SERVERS:
    case VERB_LOCATE: begin_listing(worker, conn, request); break;
    case VERB_STAT: stat_file(worker, conn, request->name); break;
    default: enrolment_answer(&session->enrolment, worker, conn, request); break;
    }
}

/* Parses a request; one that is wrong is answered, and false. */
static bool parse(struct conn *conn, struct slice line, unsigned verbs, struct request *request)
{
    enum request_status status = request_parse(line, verbs, request);
    if (status != REQUEST_OK)
        buffer_put_text(conn_out(conn),
                        status == REQUEST_UNKNOWN ? REPLY_UNKNOWN_COMMAND : REPLY_INVALID_FORMAT);
    return status == REQUEST_OK;
}

/* Handles the lines until the session becomes busy; how many. */
static size_t handle_lines(struct index_worker *worker, struct conn *conn,
                           const struct slice *lines, size_t count)
{
    struct gets gets;
    struct request request;
    gets.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (request_is_plain_get(lines[i], &gets.names[gets.count])) {
            gets.count++;
            continue;
        }
        gets_answer(&gets, worker, conn);
        if (parse(conn, lines[i], ALL_VERBS, &request))
            answer(worker, conn, &request);
        if (!conn_takes_lines(conn))
            return i + 1;
    }
    gets_answer(&gets, worker, conn);
    return count;
}

static size_t on_lines(struct conn *conn, const struct slice *lines, size_t count)
{
    struct index_worker *worker = index_worker_of(conn);
    size_t handled = handle_lines(worker, conn, lines, count);
    log_batch_flush(&worker->log);
    return handled;
}

static void on_notice(struct conn *conn, struct slice line)
{
    struct index_worker *worker = index_worker_of(conn);
    struct request request;
    if (parse(conn, line, NOTICE_VERBS, &request))
        answer_notice(worker, conn, &request);
    log_batch_flush(&worker->log);
}

static void on_room(struct conn *conn)
{
    struct index_session *session = conn->owner;
    listing_more(&session->listing, index_worker_of(conn), conn);
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
    .handler = {.on_lines = on_lines,
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

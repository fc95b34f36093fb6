#include "index/session.h"

#include <string.h>

#include "base/hex.h"
#include "base/numbers.h"
#include "index/enrolment.h"
#include "index/listing.h"
#include "index/shared.h"
#include "net/reach.h"
#include "proto/reply.h"
#include "proto/request.h"

/* Names are looked up as many at once as come together. */
_Static_assert((int)CONN_LINES_MOST <= (int)CATALOGUE_NAMES_MOST, "as many as come together");

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

static struct catalogue_reader *reader_of(struct conn *conn)
{
    struct session *session = conn->owner;
    return catalogue_reader(shared_of(conn)->catalogue, crew_worker_number(session->worker));
}

/* GETs that came together, on their way to their answers. */
struct gets {
    struct slice names[CATALOGUE_NAMES_MOST];
    size_t count;
};

static void log_get(struct conn *conn, struct slice name, const struct catalogue_hit *hit,
                    struct slice address)
{
    struct log *log = shared_of(conn)->log;
    log_info(log, "Client request: GET %.*s", SLICE_PRINT(name));
    if (!hit->found) {
        log_info(log, "File not found: %.*s", SLICE_PRINT(name));
        return;
    }
    bool brackets = memchr(address.data, ':', address.size) != NULL;
    log_info(log, "Directed client to server at %s%.*s%s:%u", brackets ? "[" : "",
             SLICE_PRINT(address), brackets ? "]" : "", hit->place.tcp_port);
}

/* As reply_put_location, of parts that lie ready. */
static void put_location(struct buffer *out, struct slice address, struct slice rest, uint64_t size)
{
    char digits[NUMBER_TEXT_SIZE];
    struct slice number = slice_of(digits, number_format(size, digits));
    char *at = buffer_reserve(out, 8 + address.size + rest.size + 1 + number.size + 1);
    if (!at)
        return;
    char *end = at;
    memcpy(end, "SERVER ", 7);
    end += 7;
    memcpy(end, address.data, address.size);
    end += address.size;
    memcpy(end, rest.data, rest.size);
    end += rest.size;
    *end++ = ' ';
    memcpy(end, number.data, number.size);
    end += number.size;
    *end++ = '\n';
    buffer_commit(out, (size_t)(end - at));
}

static void answer_get(struct conn *conn, struct slice name, const struct catalogue_hit *hit,
                       bool is_near)
{
    char text[PLAT_ADDR_TEXT_SIZE];
    struct buffer *out = conn_out(conn);
    struct slice address = place_address(&hit->place);
    if (!is_near && hit->found && hit->place.is_local)
        address = reach_to_peer(address, conn, text);
    if (log_wants(shared_of(conn)->log, LOG_INFO))
        log_get(conn, name, hit, address);
    if (hit->found)
        put_location(out, address, place_rest(&hit->place), hit->size);
    else
        buffer_put_text(out, REPLY_FILE_NOT_FOUND);
}

static void answer_gets(struct conn *conn, struct gets *gets)
{
    struct catalogue_hit hits[CATALOGUE_NAMES_MOST];
    bool is_near = plat_addr_is_loopback(&conn->peer);
    if (gets->count == 0)
        return;
    catalogue_find(reader_of(conn), gets->names, gets->count, hits);
    for (size_t i = 0; i < gets->count; i++)
        answer_get(conn, gets->names[i], &hits[i], is_near);
    gets->count = 0;
}

static void stat_file(struct conn *conn, struct slice name)
{
    struct index_shared *shared = shared_of(conn);
    struct catalogue_stat stat;
    char digits[HEX_DIGITS + 1];
    log_info(shared->log, "Client request: STAT %.*s", SLICE_PRINT(name));
    if (!catalogue_look(reader_of(conn), name, &stat)) {
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
    case VERB_GET: answer_gets(conn, &(struct gets){{request->name}, 1}); break;
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

static size_t on_lines(struct conn *conn, const struct slice *lines, size_t count)
{
    struct gets gets;
    gets.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (request_is_plain_get(lines[i], &gets.names[gets.count])) {
            gets.count++;
            continue;
        }
        answer_gets(conn, &gets);
        on_request(conn, lines[i], ALL_VERBS);
        if (!conn_takes_lines(conn))
            return i + 1;
    }
    answer_gets(conn, &gets);
    return count;
}

static void on_notice(struct conn *conn, struct slice line)
{
    on_request(conn, line, NOTICE_VERBS);
}

static void on_room(struct conn *conn)
{
    listing_more(&session_of(conn)->listing, shared_of(conn), reader_of(conn), conn);
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

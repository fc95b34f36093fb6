#include "monitor/monitor.h"

#include <stdlib.h>

#include "monitor/heartbeats.h"
#include "monitor/notifier.h"
#include "monitor/roster.h"
#include "net/crew.h"
#include "net/drain.h"
#include "net/listener.h"
#include "net/reach.h"
#include "proto/reply.h"
#include "proto/request.h"

enum {
    VERBS = VERB_BIT(VERB_LIST_SERVERS) | VERB_BIT(VERB_REGISTER_INDEX) | VERB_BIT(VERB_PING),
    SERVERS_A_TIME = 256 /* put into the output before it is sent on */
};

struct monitor {
    struct loop *loop;
    struct log *log;
    struct roster roster;
    struct notifier *notifier;
    struct heartbeats heartbeats;
    struct listener listener;
    struct crew *crew;
    struct drain drain;
};

struct monitor_session {
    struct session session;
    char listed_id[SERVER_ID_SIZE_MAX + 1]; /* how far a list has been put */
};

static struct monitor *monitor_of(struct conn *conn)
{
    struct session *session = conn->owner;
    return session->server;
}

/* Puts some servers after the last one; a long list thus never sits in memory whole. */
static void list_more(struct conn *conn)
{
    struct monitor_session *session = conn->owner;
    const struct roster *roster = &monitor_of(conn)->roster;
    struct buffer *out = conn_out(conn);
    size_t at = roster_after(roster, slice_text(session->listed_id));
    size_t end = at + SERVERS_A_TIME;
    for (; at < end && at < roster_count(roster); at++) {
        const struct roster_server *s = roster_at(roster, at);
        struct reply_server reply = {slice_text(s->id), slice_text(s->address), s->tcp_port,
                                     s->load, s->alive};
        reply_put_server(out, &reply);
        slice_copy(reply.server_id, session->listed_id, sizeof session->listed_id);
    }
    if (at < roster_count(roster))
        return;
    buffer_put_text(out, REPLY_END);
    conn_set_busy(conn, false);
}

static void begin_list(struct conn *conn)
{
    struct monitor_session *session = conn->owner;
    session->listed_id[0] = '\0';
    conn_set_busy(conn, true);
}

static void register_index(struct conn *conn, const struct request *request)
{
    struct monitor *monitor = monitor_of(conn);
    char text[PLAT_ADDR_TEXT_SIZE];
    struct slice host = reach_from_peer(request->address, &conn->peer, text);
    int rc = notifier_register(monitor->notifier, host, request->tcp_port);
    if (rc < 0) {
        buffer_put_text(conn_out(conn), REPLY_LIMIT);
        return;
    }
    log_info(monitor->log, "Index Server registered at %.*s:%u", SLICE_PRINT(host),
             request->tcp_port);
    buffer_put_text(conn_out(conn), REPLY_INDEX_REGISTERED);
}

static void on_line(struct conn *conn, struct slice line)
{
    struct request request;
    enum request_status status = request_parse(line, VERBS, &request);
    if (status != REQUEST_OK) {
        buffer_put_text(conn_out(conn),
                        status == REQUEST_UNKNOWN ? REPLY_UNKNOWN_COMMAND : REPLY_INVALID_FORMAT);
        return;
    }
    log_debug(monitor_of(conn)->log, "Request: %.*s", SLICE_PRINT(line));
    if (request.verb == VERB_LIST_SERVERS)
        begin_list(conn);
    else if (request.verb == VERB_REGISTER_INDEX)
        register_index(conn, &request);
    else
        buffer_put_text(conn_out(conn), REPLY_PONG);
}

static const struct session_kind session_kind = {
    .size = sizeof(struct monitor_session),
    .handler = {.on_line = on_line,
                .on_room = list_more,
                .on_closed = session_on_closed,
                .line_max = LINE_SIZE_MAX,
                .too_long = REPLY_INVALID_FORMAT},
};

static void on_accept(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct monitor *monitor = listener->owner;
    crew_take(monitor->crew, &session_kind, monitor, socket, peer);
}

static void on_leave(void *arg, struct roster_server *server)
{
    struct monitor *monitor = arg;
    notifier_on_leave(monitor->notifier, server);
}

static int open_parts(struct monitor *monitor)
{
    roster_init(&monitor->roster, MONITOR_SERVERS_MAX);
    int rc = notifier_open(&monitor->notifier, monitor->loop, monitor->log, MONITOR_INDEXES_MAX);
    if (rc == 0)
        rc = crew_open(&monitor->crew, monitor->loop, 1, CONNECTIONS_MAX, REPLY_LIMIT);
    monitor->roster.on_leave = on_leave;
    monitor->roster.arg = monitor;
    return rc;
}

static int open_ports(struct monitor *monitor, const struct service_context *context,
                      const struct monitor_options *options)
{
    struct plat_addr addr;
    if (service_parse_bind(context->program, options->bind, &addr) < 0)
        return -1;
    addr.port = options->udp_port;
    int rc = heartbeats_open(&monitor->heartbeats, monitor->loop, monitor->log, &addr,
                             &monitor->roster, monitor->notifier, options->heartbeat_timeout_ms);
    if (rc < 0)
        return service_port_error(context->program, addr.port, rc);
    log_info(monitor->log, "UDP heartbeat listener started on port %u",
             heartbeats_port(&monitor->heartbeats));
    addr.port = options->tcp_port;
    monitor->listener.on_accept = on_accept;
    monitor->listener.owner = monitor;
    rc = listener_open(&monitor->listener, monitor->loop, monitor->log, &addr);
    if (rc < 0)
        return service_port_error(context->program, addr.port, rc);
    log_info(monitor->log, "TCP server started on port %u", listener_port(&monitor->listener));
    return 0;
}

int monitor_open(struct monitor **out, const struct service_context *context,
                 const struct monitor_options *options)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    int rc = monitor ? 0 : PLAT_ERR_NO_MEMORY;
    if (rc == 0) {
        monitor->loop = context->loop;
        monitor->log = context->log;
        log_info(monitor->log, "Starting Monitor/Health Server...");
        rc = open_parts(monitor);
    }
    if (rc < 0)
        service_error(context->program, plat_error_text(rc), "cannot start");
    else
        rc = open_ports(monitor, context, options);
    if (rc < 0) {
        monitor_close(monitor);
        return -1;
    }
    *out = monitor;
    return 0;
}

void monitor_stop(struct monitor *monitor)
{
    log_info(monitor->log, "Shutting down...");
    listener_close(&monitor->listener);
    drain_start(&monitor->drain, monitor->loop, monitor->crew);
}

void monitor_close(struct monitor *monitor)
{
    if (!monitor)
        return;
    drain_cancel(&monitor->drain);
    listener_close(&monitor->listener);
    heartbeats_close(&monitor->heartbeats);
    crew_close(monitor->crew);
    notifier_close(monitor->notifier);
    roster_fini(&monitor->roster);
    free(monitor);
}

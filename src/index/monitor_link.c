#include "index/monitor_link.h"

#include <stdlib.h>

#include "base/container.h"
#include "net/backoff.h"
#include "net/conn.h"
#include "net/dial.h"
#include "proto/reply.h"
#include "proto/request.h"

enum {
    POLL_EVERY_MS = 1000,
    ANSWER_MOST_MS = 5000,
    PAUSE_FIRST_MS = 250,
    PAUSE_MOST_MS = 2000,
    REGISTER_EVERY_MS = 30 * 1000, /* with a monitor that keeps no connection */
    HANGUPS_A_HABIT = 2
};

enum link_state {
    LINK_PAUSING, /* no connection; the timer dials */
    LINK_DIALING,
    LINK_REGISTERING, /* waiting for the answer to REGISTER_INDEX */
    LINK_POLLING,     /* waiting for the list's END */
    LINK_IDLE         /* the timer asks again */
};

struct monitor_link {
    struct loop *loop;
    struct log *log;
    struct registry *registry;
    struct monitor_link_options options;
    enum link_state state;
    bool is_connected;      /* conn is open */
    bool closing;           /* to be freed when conn is closed */
    bool registered_here;   /* on this connection */
    uint64_t registered_ms; /* when that was last, on any */
    unsigned answers;       /* on this connection */
    unsigned hangups;       /* connections in a row that ended after one answer */
    bool forgotten;         /* the monitor may not know us any more */
    bool reachable;         /* answered the last question */
    uint64_t reachable_ms;
    uint64_t asked_ms;
    bool heard; /* something of the present answer */
    bool warned;
    struct backoff backoff;
    struct dial dial;
    struct conn conn;
    struct timer timer;
};

static void ask(struct monitor_link *link);

static void set_timer(struct monitor_link *link, uint64_t after_ms)
{
    loop_set_timer(link->loop, &link->timer, loop_now(link->loop) + after_ms);
}

static void pause_dialing(struct monitor_link *link, uint64_t after_ms)
{
    link->state = LINK_PAUSING;
    set_timer(link, after_ms);
}

static void fail(struct monitor_link *link, int reason)
{
    if (!link->warned)
        log_warn(link->log, "No answer from Monitor at %s:%u: %s; going on with what is known",
                 link->options.host, link->options.port,
                 reason == 0 ? "timed out" : plat_error_text(reason));
    link->warned = true;
    link->hangups = 0;
    link->forgotten = true;
    link->reachable = false;
    pause_dialing(link, backoff_random_pause_ms(&link->backoff));
}

/* An answer is complete; the next question is due a second after the last. */
static void answered(struct monitor_link *link)
{
    uint64_t now_ms = loop_now(link->loop);
    if (!link->reachable)
        link->reachable_ms = now_ms;
    if (link->warned)
        log_info(link->log, "Monitor at %s:%u answers again", link->options.host,
                 link->options.port);
    link->reachable = true;
    link->warned = false;
    link->answers++;
    backoff_reset(&link->backoff);
    uint64_t since_ms = now_ms - link->asked_ms;
    link->state = LINK_IDLE;
    set_timer(link, since_ms < POLL_EVERY_MS ? POLL_EVERY_MS - since_ms : 0);
}

static void end_poll(struct monitor_link *link)
{
    bool missed;
    answered(link);
    registry_poll_done(link->registry, link->asked_ms, link->reachable_ms, loop_now(link->loop),
                       &missed);
    if (missed) /* perhaps it was restarted, and does not know us any more either */
        link->forgotten = true;
}

static void on_registered(struct monitor_link *link, struct slice line)
{
    if (reply_is(line, REPLY_INDEX_REGISTERED))
        log_info(link->log, "Registered with Monitor at %s:%u", link->options.host,
                 link->options.port);
    else
        log_warn(link->log, "Monitor refuses to notify us: %.*s", SLICE_PRINT(line));
    link->registered_here = true;
    link->forgotten = false;
    link->registered_ms = loop_now(link->loop);
    link->answers++;
    link->state = LINK_IDLE;
    ask(link);
}

static void on_line(struct conn *conn, struct slice line)
{
    struct monitor_link *link = conn->owner;
    struct reply_server word;
    link->heard = true;
    if (link->state == LINK_REGISTERING)
        on_registered(link, line);
    else if (link->state != LINK_POLLING)
        return;
    else if (reply_is(line, REPLY_END))
        end_poll(link);
    else if (reply_is_error(line))
        answered(link); /* no list: nothing is known, and nothing changes */
    else if (reply_parse_server(line, &word))
        registry_polled(link->registry, &word, link->asked_ms, loop_now(link->loop));
}

/* After an answer it may close, as base servers may; then the next question dials again. */
static void on_closed(struct conn *conn, int reason)
{
    struct monitor_link *link = conn->owner;
    bool answered_here = link->answers > 0;
    link->is_connected = false;
    link->hangups = link->answers == 1 ? link->hangups + 1 : 0;
    if (link->closing) {
        loop_cancel_timer(link->loop, &link->timer);
        free(link);
    } else if (link->state == LINK_IDLE) {
        if (!timer_is_set(&link->timer)) /* it came between the close and this */
            ask(link);
    } else if (link->state == LINK_POLLING && answered_here && !link->heard) {
        loop_cancel_timer(link->loop, &link->timer);
        ask(link);
    } else {
        fail(link, reason);
    }
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void send_request(struct monitor_link *link, const struct request *request)
{
    link->heard = false;
    set_timer(link, ANSWER_MOST_MS);
    request_encode(conn_out(&link->conn), request);
    conn_flush(&link->conn);
}

/* Our own address as the monitor should dial it. */
static void register_index(struct monitor_link *link)
{
    char text[PLAT_ADDR_TEXT_SIZE];
    struct plat_addr addr = link->options.bind;
    if (plat_addr_is_any(&addr) && conn_local(&link->conn, &addr) < 0)
        addr = plat_addr_loopback(false, 0);
    plat_addr_format(&addr, text);
    struct request request = {.verb = VERB_REGISTER_INDEX,
                              .address = slice_text(text),
                              .tcp_port = link->options.notify_port};
    link->state = LINK_REGISTERING;
    send_request(link, &request);
}

/* A monitor that was restarted has forgotten us, and a new connection may mean that it was. One
 * that makes a habit of hanging up is told from time to time only, since it may keep every word. */
static bool must_register(const struct monitor_link *link)
{
    if (link->hangups < HANGUPS_A_HABIT)
        return !link->registered_here;
    return link->forgotten || loop_now(link->loop) - link->registered_ms >= REGISTER_EVERY_MS;
}

static void ask(struct monitor_link *link)
{
    struct request list = {.verb = VERB_LIST_SERVERS};
    if (!link->is_connected) {
        link->state = LINK_DIALING;
        dial_start(&link->dial, link->loop, link->options.host, link->options.port, NULL);
    } else if (must_register(link)) {
        register_index(link);
    } else {
        link->state = LINK_POLLING;
        link->asked_ms = loop_now(link->loop);
        send_request(link, &list);
    }
}

static void on_dialed(struct dial *dial, int error, plat_socket socket,
                      const struct plat_addr *peer)
{
    struct monitor_link *link = dial->owner;
    if (error == 0)
        error = conn_open(&link->conn, link->loop, socket, peer, &handler, link);
    if (error < 0) {
        fail(link, error);
        return;
    }
    link->is_connected = true;
    link->registered_here = false;
    link->answers = 0;
    ask(link);
}

static void on_timer(struct timer *timer)
{
    struct monitor_link *link = CONTAINER_OF(timer, struct monitor_link, timer);
    if (link->state == LINK_REGISTERING || link->state == LINK_POLLING)
        conn_close(&link->conn);
    else if (!link->is_connected || conn_is_open(&link->conn))
        ask(link);
}

int monitor_link_open(struct monitor_link **out, struct loop *loop, struct log *log,
                      struct registry *registry, const struct monitor_link_options *options)
{
    struct monitor_link *link = calloc(1, sizeof *link);
    if (!link)
        return PLAT_ERR_NO_MEMORY;
    link->loop = loop;
    link->log = log;
    link->registry = registry;
    link->options = *options;
    link->backoff = (struct backoff){.first_ms = PAUSE_FIRST_MS, .most_ms = PAUSE_MOST_MS};
    link->dial.on_done = on_dialed;
    link->dial.owner = link;
    link->timer.fire = on_timer;
    ask(link);
    *out = link;
    return 0;
}

void monitor_link_close(struct monitor_link *link)
{
    if (!link)
        return;
    dial_cancel(&link->dial);
    loop_cancel_timer(link->loop, &link->timer);
    if (!link->is_connected) {
        free(link);
        return;
    }
    link->closing = true;
    conn_close(&link->conn);
}

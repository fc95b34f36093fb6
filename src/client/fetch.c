#include "client/fetch.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/container.h"
#include "plat/compiler.h"
#include "proto/limits.h"

enum {
    PROBE_MS = 2000, /* a server that does not answer STAT for so long does not know it */
    SHOWN_MOST = 80, /* bytes of an answer */
    LITTLE = 512     /* bytes that are received before it is known what they are */
};

static void fault(struct fetch *fetch, enum fetch_fault kind, const char *format, ...)
    PLAT_PRINTF(3, 4);

static void fault(struct fetch *fetch, enum fetch_fault kind, const char *format, ...)
{
    char reason[160];
    va_list values;
    if (fetch->state == FETCH_CLOSING || fetch->state == FETCH_CLOSED)
        return;
    va_start(values, format);
    vsnprintf(reason, sizeof reason, format, values);
    va_end(values);
    fetch_close(fetch);
    fetch->events->on_fault(fetch, kind, reason);
}

static void fault_line(struct fetch *fetch, enum fetch_fault kind, const char *what,
                       struct slice line)
{
    fault(fetch, kind, "it %s: %.*s", what, line.size < SHOWN_MOST ? (int)line.size : SHOWN_MOST,
          line.data);
}

static void fault_answer(struct fetch *fetch, enum fetch_fault kind, struct slice line)
{
    fault(fetch, kind, "it answers %.*s", line.size < SHOWN_MOST ? (int)line.size : SHOWN_MOST,
          line.data);
}

static void answered(struct fetch *fetch)
{
    fetch->has_answered = fetch->state == FETCH_OPEN;
    fetch->asked_count--;
    for (size_t i = 0; i < fetch->asked_count; i++)
        fetch->asked[i] = fetch->asked[i + 1];
}

static void opened(struct fetch *fetch)
{
    fetch->state = FETCH_OPEN;
    fetch->open_ms = loop_now(fetch->loop);
    fetch->events->on_open(fetch);
}

static void on_stat_line(struct fetch *fetch, struct slice line)
{
    struct reply_stat stat;
    bool fine = reply_parse_stat(line, &stat) && slice_equal(stat.name, fetch->name);
    if (fetch->state == FETCH_PROBING && !fine) {
        fault_answer(fetch, FETCH_BASE, line);
        return;
    }
    answered(fetch);
    fetch->events->on_stat(fetch, fine ? &stat : NULL);
    if (fetch->state != FETCH_PROBING)
        return;
    loop_cancel_timer(fetch->loop, &fetch->timer);
    opened(fetch);
}

static void end_list(struct fetch *fetch, uint64_t count)
{
    fetch->lists = false;
    answered(fetch);
    if (!fetch->events->on_chunks_end(fetch, count))
        fault(fetch, FETCH_WRONG, "its list of chunks is of another file");
}

static void on_chunks_line(struct fetch *fetch, struct slice line)
{
    struct reply_chunks chunks;
    if (reply_is_error(line)) {
        end_list(fetch, 0);
    } else if (!reply_parse_chunks(line, &chunks) || chunks.chunk_size != CHUNK_SIZE ||
               !slice_equal(chunks.name, fetch->name)) {
        fault_line(fetch, FETCH_WRONG, "answers nonsense", line);
    } else {
        fetch->lists = true;
        fetch->list_count = chunks.count;
        fetch->list_at = 0;
    }
}

static void on_list_line(struct fetch *fetch, struct slice line)
{
    struct slice digits;
    if (fetch->list_at == fetch->list_count && reply_is(line, REPLY_END)) {
        end_list(fetch, fetch->list_count);
    } else if (fetch->list_at < fetch->list_count && reply_parse_sha256(line, &digits)) {
        if (!fetch->events->on_chunk(fetch, fetch->list_at++, digits))
            fault(fetch, FETCH_WRONG, "its list of chunks is of another file");
    } else {
        fault_line(fetch, FETCH_WRONG, "answers nonsense", line);
    }
}

/* The line before a range's or the whole file's bytes. */
static void on_body_line(struct fetch *fetch, struct slice line)
{
    const struct fetch_asked *asked = &fetch->asked[0];
    uint64_t size;
    if (reply_is_error(line)) {
        fault_answer(fetch, asked->verb == VERB_GET_RANGE ? FETCH_BASE : FETCH_BROKEN, line);
    } else if (!reply_parse_body(line, &size)) {
        fault_line(fetch, FETCH_WRONG, "answers nonsense", line);
    } else if (asked->verb == VERB_GET_RANGE && size != asked->size) {
        fault_line(fetch, FETCH_WRONG, "promises other bytes than were asked for", line);
    } else if (!fetch->events->on_body(fetch, asked->verb, size)) {
        fault_line(fetch, FETCH_WRONG, "has another size than the index said", line);
    } else if (size == 0) {
        answered(fetch);
    } else {
        fetch->has_answered = true;
        fetch->body_size = fetch->body_left = size;
        conn_expect(&fetch->conn, size);
    }
}

static void on_line(struct conn *conn, struct slice line)
{
    struct fetch *fetch = conn->owner;
    if (fetch->state == FETCH_CLOSING)
        return;
    if (fetch->asked_count == 0) {
        fault(fetch, FETCH_WRONG, "it sends more than it promised");
        return;
    }
    if (fetch->lists) {
        on_list_line(fetch, line);
        return;
    }
    switch (fetch->asked[0].verb) {
    case VERB_STAT: on_stat_line(fetch, line); break;
    case VERB_CHUNKS: on_chunks_line(fetch, line); break;
    default: on_body_line(fetch, line); break;
    }
}

static void on_bytes(struct conn *conn, struct slice bytes)
{
    struct fetch *fetch = conn->owner;
    if (fetch->state == FETCH_CLOSING)
        return;
    fetch->body_left -= bytes.size;
    if (fetch->body_left == 0)
        answered(fetch);
    fetch->events->on_bytes(fetch, bytes);
}

static char *on_space(struct conn *conn, size_t *size)
{
    struct fetch *fetch = conn->owner;
    char *space = fetch->events->on_space(fetch, size);
    if (!space)
        conn_set_busy(conn, true);
    return space;
}

/* It closed instead of answering what no base server knows, or at once after STAT. */
static bool knows_no_more(const struct fetch *fetch)
{
    if (fetch->state == FETCH_PROBING)
        return true;
    if (!fetch->probes || fetch->has_answered)
        return false;
    return fetch->asked_count > 0 ? fetch->asked[0].verb != VERB_GET
                                  : loop_now(fetch->loop) - fetch->open_ms < PROBE_MS;
}

static void on_ended(struct fetch *fetch, int reason)
{
    bool is_end = reason == PLAT_END || reason == PLAT_ERR_RESET;
    if (is_end && knows_no_more(fetch))
        fault(fetch, FETCH_BASE,
              fetch->asked_count > 0 ? "it closed without an answer" : "it closed at once");
    else if (fetch->body_left > 0 && reason == PLAT_END)
        fault(fetch, FETCH_BROKEN, "it closed after %llu of %llu bytes",
              (unsigned long long)(fetch->body_size - fetch->body_left),
              (unsigned long long)fetch->body_size);
    else if (reason != PLAT_END)
        fault(fetch, FETCH_BROKEN, "%s", plat_error_text(reason));
    else if (fetch->asked_count > 0)
        fault(fetch, FETCH_BROKEN, "it closed without an answer");
}

static void bury(struct loop_task *task)
{
    struct fetch *fetch = CONTAINER_OF(task, struct fetch, burial);
    fetch->state = FETCH_CLOSED;
    fetch->events->on_closed(fetch);
}

static void on_closed(struct conn *conn, int reason)
{
    struct fetch *fetch = conn->owner;
    bool is_ours = fetch->state == FETCH_CLOSING;
    fetch->is_connected = false;
    if (!is_ours)
        on_ended(fetch, reason);
    if (!is_ours && fetch->state == FETCH_CLOSING)
        return; /* a fault, which sees to the rest */
    loop_cancel_timer(fetch->loop, &fetch->timer);
    bury(&fetch->burial);
}

static const struct conn_handler handler = {.on_line = on_line,
                                            .on_bytes = on_bytes,
                                            .on_space = on_space,
                                            .on_closed = on_closed,
                                            .line_max = LINE_SIZE_MAX};

static void ask(struct fetch *fetch, const struct request *request, uint64_t size)
{
    fetch->asked[fetch->asked_count++] = (struct fetch_asked){request->verb, size};
    request_encode(conn_out(&fetch->conn), request);
    conn_flush(&fetch->conn);
}

bool fetch_ask(struct fetch *fetch, enum verb verb, uint64_t from, uint64_t size)
{
    struct request request = {.verb = verb, .name = fetch->name, .offset = from, .length = size};
    if (fetch->state != FETCH_OPEN || fetch->asked_count == FETCH_ASKED_MAX)
        return false;
    ask(fetch, &request, size);
    return true;
}

static void on_silence(struct timer *timer)
{
    fault(CONTAINER_OF(timer, struct fetch, timer), FETCH_BASE, "it does not answer STAT");
}

static void on_dialed(struct dial *dial, int error, plat_socket socket,
                      const struct plat_addr *addr)
{
    struct fetch *fetch = dial->owner;
    if (error == 0)
        error = conn_open(&fetch->conn, fetch->loop, socket, addr, &handler, fetch);
    if (error < 0) {
        fault(fetch, FETCH_BROKEN, "%s", plat_error_text(error));
        return;
    }
    fetch->is_connected = true;
    if (fetch->probes) {
        struct request stat = {.verb = VERB_STAT, .name = fetch->name};
        fetch->state = FETCH_PROBING;
        loop_set_timer(fetch->loop, &fetch->timer, loop_now(fetch->loop) + PROBE_MS);
        ask(fetch, &stat, 0);
    } else {
        opened(fetch);
    }
}

void fetch_open(struct fetch *fetch, struct loop *loop, const struct fetch_events *events,
                const char *host, uint16_t port, struct slice name, bool probe)
{
    *fetch = (struct fetch){
        .owner = fetch->owner,
        .events = events,
        .loop = loop,
        .name = name,
        .probes = probe,
        .state = FETCH_DIALING,
        .dial = {.on_done = on_dialed, .owner = fetch},
        .timer = {.fire = on_silence},
        .burial = {.run = bury},
    };
    dial_start(&fetch->dial, loop, host, port, NULL);
}

void fetch_close(struct fetch *fetch)
{
    if (fetch->state == FETCH_CLOSED || fetch->state == FETCH_CLOSING)
        return;
    loop_cancel_timer(fetch->loop, &fetch->timer);
    dial_cancel(&fetch->dial);
    fetch->state = FETCH_CLOSING;
    if (fetch->is_connected)
        conn_close(&fetch->conn);
    else
        loop_bury(fetch->loop, &fetch->burial);
}

void fetch_read_little(struct fetch *fetch)
{
    if (fetch->is_connected)
        conn_set_read_max(&fetch->conn, LITTLE);
}

void fetch_resume(struct fetch *fetch)
{
    if (!fetch->is_connected)
        return;
    conn_set_busy(&fetch->conn, false);
    conn_flush(&fetch->conn);
}

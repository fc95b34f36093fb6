#include "fake_content.h"

#include <stdio.h>

#include "base/container.h"
#include "base/least.h"
#include "check.h"
#include "proto/limits.h"
#include "proto/reply.h"
#include "proto/request.h"

enum { PORTION = 64 * 1024, TICK_MS = 10 };

struct fake_session {
    struct conn conn;
    struct fake_content *fake;
    struct fake_session *next, *previous;
    struct timer timer;
    uint64_t at, left; /* of the body that is being sent */
    uint64_t sent;     /* on this connection */
    unsigned number;
    bool hangs, closes;
};

/* The hash as it is told: the true one, or where `other` is not 0, another one for each number. */
static struct slice hash_told(const char *digits, unsigned other, fake_digits told)
{
    int at = other > 0 ? snprintf(told, sizeof(fake_digits), "%08x", other) : 0;
    snprintf(told + at, sizeof(fake_digits) - (size_t)at, "%s", digits + at);
    return slice_text(told);
}

static void put_stat(struct fake_session *s, const struct request *request)
{
    const struct fake_content *f = s->fake;
    fake_digits told;
    if (f->stats == f->stats_most)
        return;
    s->fake->stats++;
    struct reply_stat stat = {.size = f->size_told == FAKE_NEVER ? f->file->size : f->size_told,
                              .number = (uint64_t)(f->mtime_s + f->mtime_step * f->stats),
                              .name = request->name};
    if (!f->has_no_hash)
        stat.sha256 = hash_told(f->claims ? f->claims : f->file->sha256,
                                f->is_never_same ? f->stats : 0, told);
    reply_put_stat(conn_out(&s->conn), &stat);
    if (f->closes_if_told)
        conn_finish(&s->conn);
}

static void put_chunks(struct fake_session *s, const struct request *request)
{
    const struct fake_content *f = s->fake;
    struct buffer *out = conn_out(&s->conn);
    fake_digits told;
    s->fake->lists++;
    if (f->has_no_hash || f->has_no_chunks) {
        buffer_put_text(out, REPLY_NOT_READY);
        return;
    }
    struct reply_chunks chunks = {.chunk_size = CHUNK_SIZE, .count = f->file->chunk_count};
    chunks.name = request->name;
    reply_put_chunks(out, &chunks);
    for (uint64_t i = 0; i < f->file->chunk_count; i++) {
        bool lies = f->lies_in_all || (f->lies_in_list && i == 0);
        reply_put_sha256(out, hash_told(f->file->chunks[i], lies, told));
    }
    buffer_put_text(out, REPLY_END);
}

/* How much of the body may go now: not beyond the point where something happens. */
static uint64_t portion(struct fake_session *s)
{
    const struct fake_content *f = s->fake;
    uint64_t most = s->left < PORTION ? s->left : PORTION;
    if (f->rate > 0 && most > f->rate * TICK_MS / 1000 + 1)
        most = f->rate * TICK_MS / 1000 + 1;
    if (s->hangs && s->sent + most > f->hangs_at)
        most = f->hangs_at - s->sent;
    if (s->closes && s->sent + most > f->closes_at)
        most = f->closes_at - s->sent;
    return most;
}

static void put_body(struct fake_session *s, uint64_t size)
{
    struct fake_content *f = s->fake;
    struct buffer *out = conn_out(&s->conn);
    char *space = buffer_reserve(out, (size_t)size);
    assert_non_null(space);
    memcpy(space, f->file->data + s->at, (size_t)size);
    if (f->wrongs_left > 0 && f->wrong_at >= s->at && f->wrong_at < s->at + size) {
        space[f->wrong_at - s->at] ^= 1;
        f->wrongs_left--;
    }
    buffer_commit(out, (size_t)size);
    s->at += size;
    s->left -= size;
    s->sent += size;
    f->sent += size;
}

static void end_body(struct fake_session *s)
{
    if (s->fake->sends_more)
        buffer_put_text(conn_out(&s->conn), "more");
    conn_set_busy(&s->conn, false);
    if (s->fake->is_base)
        conn_finish(&s->conn);
}

/* After what was put has arrived: closing at once would drop what the other side has not taken yet,
 * and more of it where there are requests that were not read. */
static void break_off(struct fake_session *s)
{
    s->left = 0;
    conn_set_busy(&s->conn, false);
    conn_finish(&s->conn);
}

static void send_some(struct conn *conn)
{
    struct fake_session *s = conn->owner;
    if (s->left == 0)
        return;
    uint64_t size = portion(s);
    if (size == 0) {
        if (s->closes)
            break_off(s);
        return; /* or it hangs */
    }
    put_body(s, size);
    if (s->left == 0)
        end_body(s);
    else if (s->fake->rate > 0)
        loop_set_timer(s->fake->loop, &s->timer, conn_now(conn) + TICK_MS);
}

static void on_room(struct conn *conn)
{
    struct fake_session *s = conn->owner;
    if (s->fake->rate == 0)
        send_some(conn);
}

static void on_tick(struct timer *timer)
{
    struct fake_session *s = CONTAINER_OF(timer, struct fake_session, timer);
    send_some(&s->conn);
    conn_flush(&s->conn);
}

static void begin_body(struct fake_session *s, uint64_t from, uint64_t size)
{
    struct fake_content *f = s->fake;
    bool is_all = from == 0 && size >= f->file->size;
    size = least(size, f->file->size - from);
    reply_put_body(conn_out(&s->conn), is_all && f->size_told != FAKE_NEVER ? f->size_told : size);
    s->at = from;
    s->left = size;
    if (size == 0) {
        end_body(s);
        return;
    }
    conn_set_busy(&s->conn, true);
    send_some(&s->conn);
}

static void answer(struct fake_session *s, const struct request *request)
{
    switch (request->verb) {
    case VERB_STAT: put_stat(s, request); break;
    case VERB_CHUNKS: put_chunks(s, request); break;
    case VERB_GET:
        s->fake->gets++;
        begin_body(s, 0, UINT64_MAX);
        break;
    default:
        s->fake->ranges++;
        begin_body(s, request->offset, request->length);
        break;
    }
}

static void on_line(struct conn *conn, struct slice line)
{
    struct fake_session *s = conn->owner;
    struct fake_content *f = s->fake;
    struct request request;
    unsigned verbs = VERB_BIT(VERB_GET);
    if (!f->is_base)
        verbs |= VERB_BIT(VERB_STAT) | VERB_BIT(VERB_CHUNKS);
    if (!f->is_base && !f->has_no_ranges)
        verbs |= VERB_BIT(VERB_GET_RANGE);
    if (f->is_mute)
        return;
    if (f->says && s->number >= f->says_from) {
        buffer_put_text(conn_out(conn), f->says);
        return;
    }
    if (request_parse(line, verbs, &request) == REQUEST_OK) {
        answer(s, &request);
        return;
    }
    buffer_put_text(conn_out(conn), REPLY_UNKNOWN_COMMAND);
    if (f->is_base)
        conn_finish(conn);
}

static void on_closed(struct conn *conn, int reason)
{
    struct fake_session *s = conn->owner;
    (void)reason;
    loop_cancel_timer(s->fake->loop, &s->timer);
    s->fake->open--;
    if (s->next)
        s->next->previous = s->previous;
    if (s->previous)
        s->previous->next = s->next;
    else
        s->fake->sessions = s->next;
    free(s);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_room = on_room, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_accept(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct fake_content *f = CONTAINER_OF(listener, struct fake_content, listener);
    struct fake_session *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->fake = f;
    s->timer.fire = on_tick;
    s->closes = f->closes_at != FAKE_NEVER && f->closes_left > 0;
    s->hangs = !s->closes && f->hangs_at != FAKE_NEVER && f->hangs_left > 0;
    f->closes_left -= s->closes;
    f->hangs_left -= s->hangs;
    s->next = f->sessions;
    if (s->next)
        s->next->previous = s;
    f->sessions = s;
    s->number = f->connections++;
    f->open++;
    if (f->next_file && s->number > 0) {
        f->file = f->next_file;
        f->next_file = NULL;
        f->mtime_s++;
    }
    assert_status(0, conn_open(&s->conn, f->loop, socket, peer, &handler, s));
}

static void listen_on(struct fake_content *fake, uint16_t port)
{
    struct plat_addr addr = plat_addr_loopback(false, port);
    fake->listener = (struct listener){.on_accept = on_accept};
    assert_status(0, listener_open(&fake->listener, fake->loop, NULL, &addr));
    fake->port = listener_port(&fake->listener);
}

void fake_content_open(struct fake_content *fake, struct loop *loop, const struct fake_file *file)
{
    *fake = (struct fake_content){.file = file,
                                  .mtime_s = 1700000000,
                                  .stats_most = UINT32_MAX,
                                  .size_told = FAKE_NEVER,
                                  .closes_at = FAKE_NEVER,
                                  .hangs_at = FAKE_NEVER,
                                  .closes_left = UINT32_MAX,
                                  .hangs_left = UINT32_MAX,
                                  .wrong_at = FAKE_NEVER,
                                  .wrongs_left = UINT32_MAX,
                                  .loop = loop};
    listen_on(fake, 0);
}

void fake_content_kill(struct fake_content *fake)
{
    listener_close(&fake->listener);
    for (struct fake_session *s = fake->sessions; s; s = s->next)
        conn_close(&s->conn);
}

void fake_content_revive(struct fake_content *fake)
{
    listen_on(fake, fake->port);
}

void fake_content_close(struct fake_content *fake)
{
    fake_content_kill(fake);
    while (fake->sessions)
        assert_status(0, loop_turn(fake->loop, 0));
}

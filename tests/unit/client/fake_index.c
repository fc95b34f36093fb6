#include "fake_index.h"

#include <stdio.h>

#include "base/container.h"
#include "check.h"
#include "proto/reply.h"

enum { TRICKLE_MS = 200 };

struct fake_index_session {
    struct conn conn;
    struct timer trickle;
    struct fake_index *fake;
    struct fake_index_session *next;
};

static struct reply_location location_of(const struct holder *holder)
{
    return (struct reply_location){.address = slice_text(holder->host),
                                   .tcp_port = holder->port,
                                   .server_id = slice_text(holder->id),
                                   .size = holder->size};
}

static void put_more(const struct fake_index *fake, struct buffer *out, size_t number)
{
    char text[128];
    snprintf(text, sizeof text, "SOURCE 127.0.0.1 1 MORE%u %llu -\n", (unsigned)number,
             (unsigned long long)fake->holders[0].size);
    buffer_put_text(out, text);
}

static void put_sources(struct fake_index *fake, struct buffer *out)
{
    size_t late = fake->locates == 1 ? fake->late : 0;
    for (size_t i = 0; i < fake->count - late; i++) {
        struct reply_source source = {.at = location_of(&fake->holders[i]),
                                      .sha256 = slice_text(fake->holders[i].sha256)};
        reply_put_source(out, &source);
    }
    for (size_t i = 0; i < fake->more; i++)
        put_more(fake, out, i);
    buffer_put_text(out, fake->count > 0 ? REPLY_END : REPLY_FILE_NOT_FOUND);
}

/* One holder after the other. */
static void put_location(struct fake_index *fake, struct buffer *out)
{
    if (fake->count == 0) {
        buffer_put_text(out, REPLY_FILE_NOT_FOUND);
        return;
    }
    struct reply_location location = location_of(&fake->holders[fake->gets % fake->count]);
    reply_put_location(out, &location);
}

static void trickle(struct timer *timer)
{
    struct fake_index_session *s = CONTAINER_OF(timer, struct fake_index_session, trickle);
    put_more(s->fake, conn_out(&s->conn), 0);
    conn_flush(&s->conn);
    loop_set_timer(s->fake->loop, timer, loop_now(s->fake->loop) + TRICKLE_MS);
}

static void answer(struct fake_index *fake, struct slice line, struct buffer *out)
{
    struct slice rest = line, word = slice_take_field(&rest);
    fake->locates += slice_is(word, "LOCATE") && !fake->is_base;
    bool forgets = fake->locates >= fake->forgets_from && fake->locates < fake->knows_from;
    bool is_file = slice_is(rest, "file") && !forgets;
    if (slice_is(word, "HELLO")) {
        fake->hellos++;
        buffer_put_text(out, REPLY_WELCOME);
    } else if (slice_is(word, "GET")) {
        if (is_file)
            put_location(fake, out);
        else
            buffer_put_text(out, REPLY_FILE_NOT_FOUND);
        fake->gets++;
    } else if (slice_is(word, "LOCATE") && !fake->is_base) {
        if (fake->says)
            buffer_put_text(out, fake->says);
        else if (is_file)
            put_sources(fake, out);
        else
            buffer_put_text(out, REPLY_FILE_NOT_FOUND);
    } else {
        buffer_put_text(out, REPLY_UNKNOWN_COMMAND);
    }
}

static void on_line(struct conn *conn, struct slice line)
{
    struct fake_index_session *s = conn->owner;
    struct slice rest = line, word = slice_take_field(&rest);
    if (s->fake->is_dead_later && s->fake->gets > 0) {
        if (s->fake->closes)
            conn_finish(conn);
        return;
    }
    bool is_mute = s->fake->mute_from > 0 && s->fake->locates + 1 >= s->fake->mute_from;
    if (is_mute && slice_is(word, "LOCATE")) {
        s->fake->locates++;
        return;
    }
    if (s->fake->trickles && slice_is(word, "LOCATE")) {
        s->fake->locates++;
        trickle(&s->trickle);
        return;
    }
    answer(s->fake, line, conn_out(conn));
    if (s->fake->closes)
        conn_finish(conn);
}

static void on_closed(struct conn *conn, int reason)
{
    struct fake_index_session *s = conn->owner, **at = &s->fake->sessions;
    (void)reason;
    loop_cancel_timer(s->fake->loop, &s->trickle);
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    free(s);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_accept(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct fake_index *fake = CONTAINER_OF(listener, struct fake_index, listener);
    struct fake_index_session *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->fake = fake;
    s->trickle.fire = trickle;
    s->next = fake->sessions;
    fake->sessions = s;
    assert_status(0, conn_open(&s->conn, fake->loop, socket, peer, &handler, s));
}

void fake_index_open(struct fake_index *fake, struct loop *loop)
{
    struct plat_addr addr = plat_addr_loopback(false, 0);
    *fake = (struct fake_index){.loop = loop, .listener = {.on_accept = on_accept}};
    assert_status(0, listener_open(&fake->listener, loop, NULL, &addr));
    fake->port = listener_port(&fake->listener);
}

void fake_index_add(struct fake_index *fake, const char *id, uint16_t port, uint64_t size,
                    const char *sha256)
{
    struct holder *holder = &fake->holders[fake->count++];
    *holder = (struct holder){.port = port, .size = size, .host = "127.0.0.1"};
    snprintf(holder->id, sizeof holder->id, "%s", id);
    snprintf(holder->sha256, sizeof holder->sha256, "%s", sha256 ? sha256 : "");
}

void fake_index_close(struct fake_index *fake)
{
    listener_close(&fake->listener);
    for (struct fake_index_session *s = fake->sessions; s; s = s->next)
        conn_close(&s->conn);
    while (fake->sessions)
        assert_status(0, loop_turn(fake->loop, 0));
}

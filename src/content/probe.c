#include "content/probe.h"

#include "base/container.h"
#include "proto/limits.h"
#include "proto/reply.h"
#include "proto/request.h"

enum { ANSWER_MOST_MS = 1000 };

static void finish(struct probe *probe)
{
    loop_cancel_timer(probe->loop, &probe->timer);
    if (!probe->active)
        return;
    probe->active = false;
    probe->on_done(probe, probe->is_ours);
}

static void on_line(struct conn *conn, struct slice line)
{
    struct probe *probe = conn->owner;
    probe->is_ours = reply_is(line, REPLY_PONG);
    conn_close(conn);
}

static void on_closed(struct conn *conn, int reason)
{
    struct probe *probe = conn->owner;
    (void)reason;
    probe->connected = false;
    finish(probe);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_timer(struct timer *timer)
{
    conn_close(&CONTAINER_OF(timer, struct probe, timer)->conn);
}

static void on_dialed(struct dial *dial, int error, plat_socket socket,
                      const struct plat_addr *peer)
{
    struct probe *probe = dial->owner;
    struct request ping = {.verb = VERB_PING};
    if (error == 0)
        error = conn_open(&probe->conn, probe->loop, socket, peer, &handler, probe);
    if (error < 0) {
        finish(probe);
        return;
    }
    probe->connected = true;
    loop_set_timer(probe->loop, &probe->timer, loop_now(probe->loop) + ANSWER_MOST_MS);
    request_encode(conn_out(&probe->conn), &ping);
    conn_flush(&probe->conn);
}

void probe_start(struct probe *probe, struct loop *loop, const char *host, uint16_t port,
                 const struct plat_addr *from)
{
    probe->loop = loop;
    probe->active = true;
    probe->is_ours = false;
    probe->timer = (struct timer){.fire = on_timer};
    probe->dial.on_done = on_dialed;
    probe->dial.owner = probe;
    dial_start(&probe->dial, loop, host, port, from);
}

bool probe_is_active(const struct probe *probe)
{
    return probe->active || probe->connected;
}

void probe_cancel(struct probe *probe)
{
    if (!probe->active)
        return;
    probe->active = false;
    dial_cancel(&probe->dial);
    if (probe->connected)
        conn_close(&probe->conn);
}

#include "client/peer.h"

#include "base/container.h"
#include "proto/limits.h"

static const struct conn_handler handler;

static void finish(struct peer *peer, int error)
{
    if (peer->done)
        return;
    peer->error = error;
    peer->done = true;
}

static void on_line(struct conn *conn, struct slice line)
{
    struct peer *peer = conn->owner;
    peer->heard_ms = conn_now(conn);
    if (!peer->done && peer->on_line(peer, line) == PEER_DONE)
        finish(peer, 0);
}

static void on_bytes(struct conn *conn, struct slice bytes)
{
    struct peer *peer = conn->owner;
    peer->heard_ms = conn_now(conn);
    if (!peer->done && peer->on_bytes(peer, bytes) == PEER_DONE)
        finish(peer, 0);
}

static void on_closed(struct conn *conn, int reason)
{
    struct peer *peer = conn->owner;
    peer->connected = false;
    finish(peer, reason == 0 ? PLAT_ERR_TIMED_OUT : reason);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_bytes = on_bytes, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_dialed(struct dial *dial, int error, plat_socket socket,
                      const struct plat_addr *addr)
{
    struct peer *peer = dial->owner;
    if (error == 0)
        error = conn_open(&peer->conn, peer->work->loop, socket, addr, &handler, peer);
    peer->connected = error == 0;
    finish(peer, error);
}

static void on_silence(struct timer *timer)
{
    struct peer *peer = CONTAINER_OF(timer, struct peer, silence);
    uint64_t now_ms = loop_now(peer->work->loop);
    if (now_ms - peer->heard_ms >= peer->silence_ms)
        conn_close(&peer->conn);
    else
        loop_set_timer(peer->work->loop, timer, peer->heard_ms + peer->silence_ms);
}

void peer_init(struct peer *peer, struct work *work)
{
    peer->work = work;
    peer->dial.on_done = on_dialed;
    peer->dial.owner = peer;
    peer->silence.fire = on_silence;
}

int peer_dial(struct peer *peer, const char *host, uint16_t port)
{
    peer->done = false;
    peer->error = 0;
    dial_start(&peer->dial, peer->work->loop, host, port, NULL);
    if (work_wait(peer->work, &peer->done))
        return peer->error;
    dial_cancel(&peer->dial);
    return PLAT_AGAIN;
}

bool peer_is_connected(const struct peer *peer)
{
    return peer->connected;
}

int peer_ask(struct peer *peer, struct slice request, uint64_t silence_ms)
{
    struct loop *loop = peer->work->loop;
    if (!peer->connected)
        return PLAT_END;
    peer->done = false;
    peer->error = 0;
    peer->heard_ms = loop_now(loop);
    peer->silence_ms = silence_ms;
    loop_set_timer(loop, &peer->silence, peer->heard_ms + silence_ms);
    buffer_put_slice(conn_out(&peer->conn), request);
    conn_flush(&peer->conn);
    bool finished = work_wait(peer->work, &peer->done);
    loop_cancel_timer(loop, &peer->silence);
    return finished ? peer->error : PLAT_AGAIN;
}

void peer_expect(struct peer *peer, uint64_t size)
{
    conn_expect(&peer->conn, size);
}

void peer_close(struct peer *peer)
{
    if (!peer->connected)
        return;
    conn_close(&peer->conn);
    while (peer->connected && loop_turn(peer->work->loop, 0) == 0) {
    }
}

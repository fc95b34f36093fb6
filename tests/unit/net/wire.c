#include "wire.h"

#include "plat/clock.h"

enum { TURN_MS = 2, IDLE_TURNS = 10, LINE_MAX_HERE = 8192 };

static struct wire *wire_of(struct conn *conn)
{
    return conn->owner;
}

static void on_line(struct conn *conn, struct slice line)
{
    struct wire *wire = wire_of(conn);
    assert_true(line.size > 0);
    assert_int_equal(wire->closed_count, 0);
    buffer_put_slice(&wire->lines, line);
    buffer_put_char(&wire->lines, '\n');
    wire->line_count++;
    if (wire->answer)
        wire->answer(wire, line);
}

static void on_bytes(struct conn *conn, struct slice bytes)
{
    struct wire *wire = wire_of(conn);
    assert_true(bytes.size > 0);
    buffer_put_slice(&wire->bytes, bytes);
}

static void on_sent(struct conn *conn)
{
    wire_of(conn)->sent_count++;
}

static void on_closed(struct conn *conn, int reason)
{
    struct wire *wire = wire_of(conn);
    wire->closed_count++;
    wire->reason = reason;
}

int wire_setup(void **state)
{
    struct wire *wire = calloc(1, sizeof *wire);
    struct pair pair;
    struct plat_addr peer;
    assert_non_null(wire);
    assert_status(0, loop_open(&wire->loop));
    pair_open(&pair);
    wire->peer = pair.client;
    wire->handler = (struct conn_handler){.on_line = on_line,
                                          .on_bytes = on_bytes,
                                          .on_sent = on_sent,
                                          .on_closed = on_closed,
                                          .line_max = LINE_MAX_HERE,
                                          .too_long = "ERROR INVALID_FORMAT\n"};
    assert_status(0, plat_socket_peer(pair.server, &peer));
    assert_status(0, loop_turn(wire->loop, 0)); /* the clock is read */
    assert_status(0, conn_open(&wire->conn, wire->loop, pair.server, &peer, &wire->handler, wire));
    *state = wire;
    return 0;
}

int wire_teardown(void **state)
{
    struct wire *wire = *state;
    conn_close(&wire->conn);
    loop_close(wire->loop);
    plat_socket_close(wire->peer);
    buffer_fini(&wire->lines);
    buffer_fini(&wire->bytes);
    buffer_fini(&wire->got);
    int closed_count = wire->closed_count;
    free(wire);
    return closed_count == 1 ? 0 : -1; /* on_closed exactly once, whatever the test did */
}

void wire_turn(struct wire *wire)
{
    assert_status(0, loop_turn(wire->loop, TURN_MS));
}

size_t wire_send_some(struct wire *wire, const void *data, size_t size)
{
    size_t sent = 0;
    int rc = plat_socket_send(wire->peer, data, size, &sent);
    if (rc == PLAT_AGAIN)
        return 0;
    assert_status(0, rc);
    return sent;
}

void wire_send(struct wire *wire, const void *data, size_t size)
{
    uint64_t start_ms = plat_clock_now_ms();
    for (size_t done = 0; done < size;) {
        size_t sent = wire_send_some(wire, (const char *)data + done, size - done);
        done += sent;
        if (sent == 0)
            wire_turn(wire);
        assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS);
    }
}

void wire_send_text(struct wire *wire, const char *text)
{
    wire_send(wire, text, strlen(text));
}

void wire_receive(struct wire *wire, size_t most)
{
    while (wire->peer_status == 0 && most > 0) {
        size_t got = 0, size = most < 65536 ? most : 65536;
        char *at = buffer_reserve(&wire->got, size);
        assert_non_null(at);
        int rc = plat_socket_recv(wire->peer, at, size, &got);
        if (rc == PLAT_AGAIN)
            return;
        if (rc != 0) {
            wire->peer_status = rc;
            return;
        }
        buffer_commit(&wire->got, got);
        most -= got;
    }
}

void wire_wait_for(struct wire *wire, bool (*condition)(struct wire *wire), bool receive,
                   const char *what, const char *file, int line)
{
    uint64_t start_ms = plat_clock_now_ms();
    while (!condition(wire)) {
        wire_turn(wire);
        if (receive)
            wire_receive(wire, SIZE_MAX);
        if (plat_clock_now_ms() - start_ms <= DEADLINE_MS)
            continue;
        print_error("%s: still not true; %lu lines handled, %lu bytes received, closed %d times\n",
                    what, (unsigned long)wire->line_count, (unsigned long)buffer_size(&wire->got),
                    wire->closed_count);
        _fail(file, line);
    }
}

void wire_wait_count(struct wire *wire, bool bytes, size_t count, const char *file, int line)
{
    uint64_t start_ms = plat_clock_now_ms();
    while ((bytes ? buffer_size(&wire->got) : wire->line_count) < count) {
        wire_turn(wire);
        wire_receive(wire, SIZE_MAX);
        if (plat_clock_now_ms() - start_ms <= DEADLINE_MS && wire->closed_count == 0)
            continue;
        wire_receive(wire, SIZE_MAX);
        if ((bytes ? buffer_size(&wire->got) : wire->line_count) >= count)
            return;
        print_error("waited for %lu %s; %lu lines handled, %lu bytes received, closed %d times\n",
                    (unsigned long)count, bytes ? "bytes" : "lines",
                    (unsigned long)wire->line_count, (unsigned long)buffer_size(&wire->got),
                    wire->closed_count);
        _fail(file, line);
    }
}

bool wire_is_closed(struct wire *wire)
{
    return wire->closed_count > 0;
}

bool wire_peer_has_ended(struct wire *wire)
{
    return wire->peer_status != 0;
}

void wire_idle(struct wire *wire)
{
    for (int i = 0; i < IDLE_TURNS; i++)
        wire_turn(wire);
}

void wire_echo(struct wire *wire, struct slice line)
{
    buffer_put_slice(conn_out(&wire->conn), line);
    buffer_put_char(conn_out(&wire->conn), '\n');
}

/* net/crew.h, net/drain.h, net/listener.h: sessions on several threads, their limit and their end.
 * Handlers run on the crew's threads, so they count with atomics and assert nothing. */
#include "net/crew.h"

#include "net/drain.h"
#include "net/listener.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "wire.h"

enum { THREADS = 3, MANY = 24 };

struct server {
    struct loop *loop;
    struct crew *crew;
    struct listener listener;
    struct plat_addr addr;
    struct plat_atomic_u64 opened, closed, lines;
    struct drain drain;
};

struct test_session {
    struct session session;
    bool greeted;
};

static struct server *server_of(struct session *session)
{
    return session->server;
}

static void opened(struct session *session)
{
    struct test_session *own = (struct test_session *)session;
    own->greeted = true;
    plat_atomic_add(&server_of(session)->opened, 1);
}

static void closed(struct session *session, int reason)
{
    const struct test_session *own = (struct test_session *)session;
    (void)reason;
    plat_atomic_add(&server_of(session)->closed, own->greeted);
}

/* Tells which thread's loop serves it. */
static void on_line(struct conn *conn, struct slice line)
{
    struct session *session = conn->owner;
    plat_atomic_add(&server_of(session)->lines, 1);
    if (slice_is(line, "where"))
        buffer_put_number(conn_out(conn), (uint64_t)(uintptr_t)crew_worker_loop(session->worker));
    else
        buffer_put_slice(conn_out(conn), line);
    buffer_put_char(conn_out(conn), '\n');
}

static const struct session_kind kind = {
    .size = sizeof(struct test_session),
    .handler = {.on_line = on_line, .on_closed = session_on_closed, .line_max = 8192},
    .opened = opened,
    .closed = closed,
};

static void on_accept(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct server *server = listener->owner;
    crew_take(server->crew, &kind, server, socket, peer);
}

static struct server *server_open(unsigned threads, uint64_t connections_max)
{
    struct server *server = calloc(1, sizeof *server);
    struct plat_addr loopback = plat_addr_loopback(false, 0);
    assert_non_null(server);
    assert_status(0, loop_open(&server->loop));
    assert_status(
        0, crew_open(&server->crew, server->loop, threads, connections_max, "ERROR LIMIT\n"));
    server->listener = (struct listener){.on_accept = on_accept, .owner = server};
    assert_status(0, listener_open(&server->listener, server->loop, NULL, &loopback));
    server->addr = loopback;
    server->addr.port = listener_port(&server->listener);
    assert_true(server->addr.port > 0);
    return server;
}

static void server_close(struct server *server)
{
    listener_close(&server->listener);
    drain_cancel(&server->drain);
    crew_close(server->crew);
    loop_close(server->loop);
    assert_true(plat_atomic_load(&server->opened) == plat_atomic_load(&server->closed));
    free(server);
}

static plat_socket connect_to(struct server *server)
{
    plat_socket socket;
    assert_status(0, connect_wait(&socket, &server->addr, NULL));
    return socket;
}

/* Turns the server's own loop until a line or the end has come; an empty line is the end. */
static void read_line(struct server *server, plat_socket socket, char *line, size_t size)
{
    uint64_t start_ms = plat_clock_now_ms();
    size_t length = 0, got;
    for (;;) {
        int rc = plat_socket_recv(socket, line + length, 1, &got);
        if (rc == PLAT_AGAIN)
            assert_status(0, loop_turn(server->loop, 2));
        else if (rc != 0 || line[length] == '\n' || length + 1 == size)
            break;
        else
            length++;
        assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS);
    }
    line[length] = '\0';
}

static void expect_line(struct server *server, plat_socket socket, const char *expected)
{
    char line[64];
    read_line(server, socket, line, sizeof line);
    assert_string_equal(line, expected);
}

static void wait_connections(struct server *server, uint64_t count)
{
    uint64_t start_ms = plat_clock_now_ms();
    while (crew_connections(server->crew) != count) {
        assert_status(0, loop_turn(server->loop, 2));
        assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS);
    }
}

static void every_session_is_answered(void **state)
{
    struct server *server = server_open(THREADS, MANY);
    plat_socket sockets[MANY];
    (void)state;
    for (int i = 0; i < MANY; i++)
        sockets[i] = connect_to(server);
    for (int i = 0; i < MANY; i++)
        send_all(sockets[i], "hello\nagain\n", 12);
    for (int i = 0; i < MANY; i++) {
        expect_line(server, sockets[i], "hello");
        expect_line(server, sockets[i], "again");
    }
    assert_true(crew_connections(server->crew) == MANY);
    for (int i = 0; i < MANY; i++)
        plat_socket_close(sockets[i]);
    wait_connections(server, 0);
    server_close(server);
}

static void sessions_go_to_the_threads_in_turn(void **state)
{
    struct server *server = server_open(THREADS, MANY);
    plat_socket sockets[2 * THREADS];
    char where[2 * THREADS][32];
    (void)state;
    for (int i = 0; i < 2 * THREADS; i++) {
        sockets[i] = connect_to(server);
        send_all(sockets[i], "where\n", 6);
        read_line(server, sockets[i], where[i], sizeof where[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_string_equal(where[i], where[i + THREADS]);
        assert_string_not_equal(where[i], where[(i + 1) % THREADS]);
    }
    for (int i = 0; i < 2 * THREADS; i++)
        plat_socket_close(sockets[i]);
    server_close(server);
}

static void a_connection_above_the_limit_is_told_and_closed(void **state)
{
    struct server *server = server_open(THREADS, 2);
    plat_socket first = connect_to(server), second = connect_to(server), third, fourth;
    (void)state;
    wait_connections(server, 2);
    third = connect_to(server);
    send_all(third, "hello\n", 6);
    expect_line(server, third, "ERROR LIMIT");
    expect_line(server, third, "");
    plat_socket_close(third);
    send_all(first, "first\n", 6);
    expect_line(server, first, "first");
    plat_socket_close(first);
    wait_connections(server, 1);
    fourth = connect_to(server);
    send_all(fourth, "fourth\n", 7);
    expect_line(server, fourth, "fourth");
    send_all(second, "second\n", 7); /* only now it is sure that its thread has opened it */
    expect_line(server, second, "second");
    assert_true(plat_atomic_load(&server->opened) == 3);
    plat_socket_close(second);
    plat_socket_close(fourth);
    server_close(server);
}

/* Beyond the refusals that are answered, connections are closed without a word. */
static void very_many_connections_are_all_closed(void **state)
{
    enum { VERY_MANY = 300 };
    struct server *server = server_open(1, 1);
    plat_socket first = connect_to(server), sockets[VERY_MANY];
    int told = 0;
    (void)state;
    wait_connections(server, 1);
    for (int i = 0; i < VERY_MANY; i++)
        sockets[i] = connect_to(server);
    for (int i = 0; i < VERY_MANY; i++) {
        char line[64];
        read_line(server, sockets[i], line, sizeof line);
        if (line[0] == '\0')
            continue;
        assert_string_equal(line, "ERROR LIMIT");
        expect_line(server, sockets[i], "");
        told++;
    }
    assert_true(told >= 256);
    for (int i = 0; i < VERY_MANY; i++)
        plat_socket_close(sockets[i]);
    send_all(first, "still\n", 6);
    expect_line(server, first, "still");
    plat_socket_close(first);
    server_close(server);
}

static void closing_ends_every_session(void **state)
{
    struct server *server = server_open(THREADS, MANY);
    plat_socket sockets[MANY];
    (void)state;
    for (int i = 0; i < MANY; i++)
        sockets[i] = connect_to(server);
    wait_connections(server, MANY);
    server_close(server);
    for (int i = 0; i < MANY; i++) {
        char byte;
        size_t got;
        assert_true(recv_wait(sockets[i], &byte, 1, &got) != 0);
        plat_socket_close(sockets[i]);
    }
}

/* A connection that is still on its way to its thread when the crew is closed. */
static void closing_loses_no_connection_on_its_way(void **state)
{
    (void)state;
    for (int run = 0; run < 50; run++) {
        struct server *server = server_open(2, MANY);
        struct pair pairs[MANY];
        struct plat_addr peer = plat_addr_loopback(false, 1);
        for (int i = 0; i < 4; i++)
            pair_open(&pairs[i]);
        for (int i = 0; i < 4; i++)
            crew_take(server->crew, &kind, server, pairs[i].server, &peer);
        server_close(server);
        for (int i = 0; i < 4; i++) {
            char byte;
            size_t got;
            assert_true(recv_wait(pairs[i].client, &byte, 1, &got) != 0);
            plat_socket_close(pairs[i].client);
        }
    }
}

static void finishing_lets_sessions_send_what_they_owe(void **state)
{
    enum { LINES = 10, SIZE = 8000 };
    struct server *server = server_open(THREADS, MANY);
    plat_socket sockets[THREADS];
    char *text = text_of('x', SIZE);
    (void)state;
    text[SIZE - 1] = '\n';
    for (int i = 0; i < THREADS; i++) {
        sockets[i] = connect_to(server);
        for (int line = 0; line < LINES; line++)
            send_all(sockets[i], text, SIZE);
    }
    uint64_t start_ms = plat_clock_now_ms();
    while (plat_atomic_load(&server->lines) < THREADS * LINES) {
        assert_status(0, loop_turn(server->loop, 2));
        assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS);
    }
    crew_finish(server->crew);
    assert_status(0, loop_turn(server->loop, 0)); /* worker 0 is ours */
    for (int i = 0; i < THREADS; i++) {
        for (int line = 0; line < LINES; line++)
            expect_bytes(sockets[i], text, SIZE);
        expect_line(server, sockets[i], "");
        plat_socket_close(sockets[i]);
    }
    wait_connections(server, 0);
    free(text);
    server_close(server);
}

static void a_drained_server_stops_when_its_sessions_have_ended(void **state)
{
    struct server *server = server_open(THREADS, MANY);
    plat_socket socket = connect_to(server);
    (void)state;
    send_all(socket, "hello\n", 6);
    expect_line(server, socket, "hello");
    drain_start(&server->drain, server->loop, server->crew);
    assert_false(loop_is_stopping(server->loop));
    expect_line(server, socket, "");
    plat_socket_close(socket);
    assert_status(0, loop_run(server->loop));
    assert_true(crew_connections(server->crew) == 0);
    server_close(server);
}

static void a_server_without_sessions_is_drained_at_once(void **state)
{
    struct server *server = server_open(THREADS, MANY);
    (void)state;
    drain_start(&server->drain, server->loop, server->crew);
    assert_status(0, loop_run(server->loop));
    server_close(server);
}

static void close_listener(struct listener *listener, plat_socket socket,
                           const struct plat_addr *peer)
{
    struct server *server = listener->owner;
    assert_true(plat_addr_is_loopback(peer));
    plat_atomic_add(&server->lines, 1);
    plat_socket_close(socket);
    listener_close(listener);
    listener_close(listener);
}

static void a_listener_may_be_closed_while_it_accepts(void **state)
{
    struct server *server = server_open(1, MANY);
    plat_socket first = connect_to(server), second = connect_to(server), third;
    (void)state;
    server->listener.on_accept = close_listener;
    while (plat_atomic_load(&server->lines) == 0)
        assert_status(0, loop_turn(server->loop, 100));
    assert_status(0, loop_turn(server->loop, 0));
    assert_true(plat_atomic_load(&server->lines) == 1);
    assert_true(connect_wait(&third, &server->addr, NULL) < 0);
    plat_socket_close(first);
    plat_socket_close(second);
    server_close(server);
}

static void a_port_in_use_cannot_be_listened_on(void **state)
{
    struct server *server = server_open(1, MANY);
    struct listener second = {.on_accept = on_accept, .owner = server};
    (void)state;
    assert_status(PLAT_ERR_IN_USE, listener_open(&second, server->loop, NULL, &server->addr));
    listener_close(&second);
    server_close(server);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_session_is_answered),
        cmocka_unit_test(sessions_go_to_the_threads_in_turn),
        cmocka_unit_test(a_connection_above_the_limit_is_told_and_closed),
        cmocka_unit_test(very_many_connections_are_all_closed),
        cmocka_unit_test(closing_ends_every_session),
        cmocka_unit_test(closing_loses_no_connection_on_its_way),
        cmocka_unit_test(finishing_lets_sessions_send_what_they_owe),
        cmocka_unit_test(a_drained_server_stops_when_its_sessions_have_ended),
        cmocka_unit_test(a_server_without_sessions_is_drained_at_once),
        cmocka_unit_test(a_listener_may_be_closed_while_it_accepts),
        cmocka_unit_test(a_port_in_use_cannot_be_listened_on),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}

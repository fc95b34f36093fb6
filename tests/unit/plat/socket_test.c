/* Conformance of plat/socket.h: listening, connecting, accepting. */
#include "plat/socket.h"

#include "check.h"
#include "pair.h"
#include "plat/process.h"

static struct plat_addr parsed(const char *text)
{
    struct plat_addr addr;
    assert_status(PLAT_OK, plat_addr_parse(&addr, text));
    return addr;
}

static void port_zero_lets_the_system_choose(void **state)
{
    struct plat_addr a, b;
    plat_socket first = pair_listen(false, &a), second = pair_listen(false, &b);
    (void)state;

    assert_true(a.port != 0 && b.port != 0 && a.port != b.port);
    assert_false(a.is_v6);
    assert_true(plat_addr_is_loopback(&a));
    plat_socket_close(first);
    plat_socket_close(second);
}

static void listener_on_used_port_is_in_use(void **state)
{
    struct plat_addr addr;
    plat_socket first = pair_listen(false, &addr), second;
    (void)state;

    assert_status(PLAT_ERR_IN_USE, plat_socket_listen(&second, &addr, 16));
    plat_socket_close(first);
}

static void every_address_on_used_port_is_in_use(void **state)
{
    struct plat_addr any = plat_addr_any(0), addr;
    plat_socket first, second;
    (void)state;

    assert_status(PLAT_OK, plat_socket_listen(&first, &any, 16));
    assert_status(PLAT_OK, plat_socket_local(first, &addr));
    any.port = addr.port;
    assert_status(PLAT_ERR_IN_USE, plat_socket_listen(&second, &any, 16));
    plat_socket_close(first);
}

/* A server that starts again right after its end must get its port back. */
static void port_is_free_after_its_connections_ended(void **state)
{
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr);
    struct pair pair;
    char byte;
    size_t got;
    (void)state;

    pair_connect(&pair, listener, &addr);
    plat_socket_close(pair.server);
    assert_status(PLAT_END, recv_wait(pair.client, &byte, 1, &got));
    plat_socket_close(pair.client);
    plat_socket_close(listener);
    assert_status(PLAT_OK, plat_socket_listen(&listener, &addr, 16));
    plat_socket_close(listener);
}

static void listener_on_foreign_address_has_no_address(void **state)
{
    struct plat_addr addr = parsed("203.0.113.77");
    plat_socket listener;
    (void)state;
    assert_status(PLAT_ERR_NO_ADDRESS, plat_socket_listen(&listener, &addr, 16));
}

/* Checks that a connection to `to` arrives at the listener and that each side knows the other. */
static void check_connection(plat_socket listener, const struct plat_addr *to)
{
    struct plat_addr peer, local, remote;
    plat_socket client, server;

    assert_status(PLAT_OK, connect_wait(&client, to, NULL));
    server = accept_wait(listener, &peer);
    assert_status(PLAT_OK, plat_socket_local(client, &local));
    assert_true(plat_addr_same_host(&peer, &local));
    assert_int_equal(peer.port, local.port);
    assert_status(PLAT_OK, plat_socket_peer(server, &remote));
    assert_true(plat_addr_same_host(&peer, &remote) && remote.port == peer.port);
    assert_status(PLAT_OK, plat_socket_peer(client, &remote));
    assert_true(plat_addr_same_host(&remote, to) && remote.port == to->port);
    assert_status(PLAT_OK, plat_socket_local(server, &local));
    assert_true(plat_addr_same_host(&local, to) && local.port == to->port);
    send_all(client, "ping", 4);
    expect_bytes(server, "ping", 4);
    plat_socket_close(client);
    plat_socket_close(server);
}

static void v4_connection_is_made(void **state)
{
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr);
    (void)state;
    check_connection(listener, &addr);
    plat_socket_close(listener);
}

static void v6_connection_is_made(void **state)
{
    struct plat_addr addr;
    plat_socket listener;
    (void)state;

    if (!have_v6()) { /* and said so as documented */
        return;
    }
    listener = pair_listen(true, &addr);
    assert_true(addr.is_v6);
    check_connection(listener, &addr);
    plat_socket_close(listener);
}

/* The peer of a dual-stack listener shows as the family that it used: check_connection compares. */
static void every_address_serves_both_families(void **state)
{
    struct plat_addr any = plat_addr_any(0), addr, v4, v6;
    plat_socket listener;
    (void)state;

    assert_status(PLAT_OK, plat_socket_listen(&listener, &any, 16));
    assert_status(PLAT_OK, plat_socket_local(listener, &addr));
    assert_true(plat_addr_is_any(&addr));
    v4 = plat_addr_loopback(false, addr.port);
    check_connection(listener, &v4);
    if (have_v6()) {
        assert_true(addr.is_v6);
        v6 = plat_addr_loopback(true, addr.port);
        check_connection(listener, &v6);
    }
    plat_socket_close(listener);
}

static void v4_every_address_serves_v4(void **state)
{
    struct plat_addr any = parsed("0.0.0.0"), addr, to;
    plat_socket listener;
    (void)state;

    assert_status(PLAT_OK, plat_socket_listen(&listener, &any, 16));
    assert_status(PLAT_OK, plat_socket_local(listener, &addr));
    assert_false(addr.is_v6);
    to = plat_addr_loopback(false, addr.port);
    check_connection(listener, &to);
    plat_socket_close(listener);
}

static void accept_without_caller_is_again(void **state)
{
    struct plat_addr addr, peer;
    plat_socket listener = pair_listen(false, &addr), server;
    (void)state;
    assert_status(PLAT_AGAIN, plat_socket_accept(listener, &server, &peer));
    plat_socket_close(listener);
}

static void callers_wait_until_they_are_accepted(void **state)
{
    enum { CALLERS = 20 };
    struct plat_addr addr, peer;
    plat_socket listener = pair_listen(false, &addr), clients[CALLERS], extra;
    (void)state;

    for (int i = 0; i < CALLERS; i++) {
        assert_status(PLAT_OK, connect_wait(&clients[i], &addr, NULL));
    }
    for (int i = 0; i < CALLERS; i++) {
        plat_socket_close(accept_wait(listener, &peer));
    }
    assert_status(PLAT_AGAIN, plat_socket_accept(listener, &extra, &peer));
    for (int i = 0; i < CALLERS; i++) {
        plat_socket_close(clients[i]);
    }
    plat_socket_close(listener);
}

/* Systems differ: the dead connection is handed out, reported as reset, or dropped. */
static void listener_survives_caller_who_went_away(void **state)
{
    struct plat_addr addr, peer;
    plat_socket listener = pair_listen(false, &addr), client, server;
    int rc;
    (void)state;

    assert_status(PLAT_OK, connect_wait(&client, &addr, NULL));
    plat_socket_close(client);
    rc = plat_socket_accept(listener, &server, &peer);
    if (rc == PLAT_OK) {
        char byte;
        size_t got;
        rc = recv_wait(server, &byte, 1, &got);
        assert_true(rc == PLAT_END || rc == PLAT_ERR_RESET);
        plat_socket_close(server);
    } else {
        assert_true(rc == PLAT_ERR_RESET || rc == PLAT_AGAIN);
    }
    check_connection(listener, &addr);
    plat_socket_close(listener);
}

static void listener_has_no_peer(void **state)
{
    struct plat_addr addr, peer;
    plat_socket listener = pair_listen(false, &addr);
    (void)state;
    assert_status(PLAT_ERR_OTHER, plat_socket_peer(listener, &peer));
    plat_socket_close(listener);
}

static void closing_no_socket_is_allowed(void **state)
{
    (void)state;
    plat_socket_close(PLAT_SOCKET_NONE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_zero_lets_the_system_choose),
        cmocka_unit_test(listener_on_used_port_is_in_use),
        cmocka_unit_test(every_address_on_used_port_is_in_use),
        cmocka_unit_test(port_is_free_after_its_connections_ended),
        cmocka_unit_test(listener_on_foreign_address_has_no_address),
        cmocka_unit_test(v4_connection_is_made),
        cmocka_unit_test(v6_connection_is_made),
        cmocka_unit_test(every_address_serves_both_families),
        cmocka_unit_test(v4_every_address_serves_v4),
        cmocka_unit_test(accept_without_caller_is_again),
        cmocka_unit_test(callers_wait_until_they_are_accepted),
        cmocka_unit_test(listener_survives_caller_who_went_away),
        cmocka_unit_test(listener_has_no_peer),
        cmocka_unit_test(closing_no_socket_is_allowed),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket", tests, NULL, NULL);
}

/* Conformance of plat/socket.h: refused connections, and connections from a given address. */
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

static void connecting_to_closed_port_is_refused(void **state)
{
    struct plat_addr addr = closed_port(false);
    plat_socket client;
    (void)state;

    assert_status(PLAT_ERR_REFUSED, connect_wait(&client, &addr, NULL));
    if (have_v6()) {
        addr = closed_port(true);
        assert_status(PLAT_ERR_REFUSED, connect_wait(&client, &addr, NULL));
    }
}

static void connecting_from_an_address_ignores_its_port(void **state)
{
    struct plat_addr addr, from, peer;
    plat_socket listener = pair_listen(false, &addr), client;
    (void)state;

    from = addr; /* with a port that is in use */
    assert_status(PLAT_OK, connect_wait(&client, &addr, &from));
    plat_socket_close(accept_wait(listener, &peer));
    assert_true(plat_addr_same_host(&peer, &from));
    assert_int_not_equal(peer.port, from.port);
    plat_socket_close(client);
    plat_socket_close(listener);
}

/* All of 127.0.0.0/8 is ours on some systems, 127.0.0.1 alone on others. */
static void connecting_from_second_loopback_address_shows_it(void **state)
{
    struct plat_addr addr, from = parsed("127.0.0.2"), peer;
    plat_socket listener = pair_listen(false, &addr), client;
    int rc = connect_wait(&client, &addr, &from);
    (void)state;

    if (rc == PLAT_OK) {
        plat_socket_close(accept_wait(listener, &peer));
        assert_true(plat_addr_same_host(&peer, &from));
        plat_socket_close(client);
    } else {
        assert_status(PLAT_ERR_NO_ADDRESS, rc);
    }
    plat_socket_close(listener);
}

static void connecting_from_foreign_address_has_no_address(void **state)
{
    struct plat_addr addr, from = parsed("203.0.113.77");
    plat_socket listener = pair_listen(false, &addr), client;
    (void)state;
    assert_status(PLAT_ERR_NO_ADDRESS, plat_socket_connect(&client, &addr, &from));
    plat_socket_close(listener);
}

static void connecting_from_the_other_family_is_an_error(void **state)
{
    struct plat_addr addr, from = parsed("::1");
    plat_socket listener = pair_listen(false, &addr), client;
    (void)state;
    assert_error(plat_socket_connect(&client, &addr, &from));
    plat_socket_close(listener);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connecting_to_closed_port_is_refused),
        cmocka_unit_test(connecting_from_an_address_ignores_its_port),
        cmocka_unit_test(connecting_from_second_loopback_address_shows_it),
        cmocka_unit_test(connecting_from_foreign_address_has_no_address),
        cmocka_unit_test(connecting_from_the_other_family_is_an_error),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket: connecting", tests, NULL, NULL);
}

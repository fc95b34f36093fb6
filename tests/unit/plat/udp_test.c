/* Conformance of plat/socket.h: datagrams. */
#include "plat/socket.h"

#include <string.h>

#include "check.h"
#include "pair.h"
#include "plat/process.h"
#include "wine.h"

/* Two sockets on loopback. */
struct duo {
    plat_socket a, b;
    struct plat_addr a_addr, b_addr;
};

static plat_socket open_at(struct plat_addr at, struct plat_addr *addr)
{
    plat_socket socket;
    assert_status(PLAT_OK, plat_udp_open(&socket, &at));
    assert_status(PLAT_OK, plat_socket_local(socket, addr));
    assert_int_not_equal(addr->port, 0);
    return socket;
}

static int setup(void **state)
{
    struct duo *duo = calloc(1, sizeof(*duo));
    assert_non_null(duo);
    duo->a = open_at(plat_addr_loopback(false, 0), &duo->a_addr);
    duo->b = open_at(plat_addr_loopback(false, 0), &duo->b_addr);
    *state = duo;
    return 0;
}

static int teardown(void **state)
{
    struct duo *duo = *state;
    plat_socket_close(duo->a);
    plat_socket_close(duo->b);
    free(duo);
    return 0;
}

/* Receives one datagram into `size` bytes, of which `got` are expected, and tells from whom. */
static void expect_datagram(plat_socket socket, size_t size, const char *data, size_t expected,
                            struct plat_addr *from)
{
    static char buffer[70000];
    size_t got = SIZE_MAX;

    assert_true(wait_events(socket, PLAT_READ, DEADLINE_MS) & PLAT_READ);
    memset(buffer, '?', sizeof(buffer));
    assert_status(PLAT_OK, plat_udp_recv(socket, buffer, size, &got, from));
    assert_int_equal(got, expected);
    assert_memory_equal(buffer, data, expected);
    assert_int_equal(buffer[size], '?');
}

static void datagram_arrives_with_its_sender(void **state)
{
    struct duo *duo = *state;
    struct plat_addr from;

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_status(PLAT_OK, plat_udp_send(duo->a, "HEARTBEAT", 9));
    expect_datagram(duo->b, 100, "HEARTBEAT", 9, &from);
    assert_true(plat_addr_same_host(&from, &duo->a_addr));
    assert_int_equal(from.port, duo->a_addr.port);
}

static void receiving_without_datagram_is_again(void **state)
{
    struct duo *duo = *state;
    struct plat_addr from;
    char byte;
    size_t got;
    assert_status(PLAT_AGAIN, plat_udp_recv(duo->a, &byte, 1, &got, &from));
}

static void sizes_up_to_8_kib_arrive_whole(void **state)
{
    static const size_t sizes[] = {1, 2, 1400, 1472, 8192};
    static char data[8192];
    struct duo *duo = *state;
    struct plat_addr from;

    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (char)(i * 7);
    }
    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_status(PLAT_OK, plat_udp_send(duo->a, data, sizes[i]));
        expect_datagram(duo->b, sizes[i] + 1, data, sizes[i], &from);
    }
}

static void empty_datagram_arrives(void **state)
{
    struct duo *duo = *state;
    struct plat_addr from;

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_status(PLAT_OK, plat_udp_send(duo->a, "", 0));
    expect_datagram(duo->b, 10, "", 0, &from);
    assert_int_equal(from.port, duo->a_addr.port);
}

static void datagram_longer_than_the_buffer_is_cut_off(void **state)
{
    struct duo *duo = *state;
    struct plat_addr from;

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_status(PLAT_OK, plat_udp_send(duo->a, "0123456789", 10));
    assert_status(PLAT_OK, plat_udp_send(duo->a, "next", 4));
    expect_datagram(duo->b, 4, "0123", 4, &from);
    assert_true(plat_addr_same_host(&from, &duo->a_addr) && from.port == duo->a_addr.port);
    expect_datagram(duo->b, 4, "next", 4, &from);
}

static void datagram_beyond_the_limit_is_an_error(void **state)
{
    static const char data[70000];
    struct duo *duo = *state;
    struct plat_addr from;

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_error(plat_udp_send(duo->a, data, sizeof(data)));
    assert_status(PLAT_OK, plat_udp_send(duo->a, "x", 1));
    expect_datagram(duo->b, 1, "x", 1, &from);
}

static void burst_fits_the_receive_buffer(void **state)
{
    struct duo *duo = *state;
    struct plat_addr from;

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    for (char i = 0; i < 100; i++) {
        assert_status(PLAT_OK, plat_udp_send(duo->a, &i, 1));
    }
    for (char i = 0; i < 100; i++) {
        expect_datagram(duo->b, 10, &i, 1, &from);
    }
}

static void sending_unconnected_is_an_error(void **state)
{
    struct duo *duo = *state;
    assert_error(plat_udp_send(duo->a, "x", 1));
}

static void connecting_again_changes_the_receiver(void **state)
{
    struct duo *duo = *state;
    struct plat_addr addr, from;
    plat_socket third = open_at(plat_addr_loopback(false, 0), &addr);

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_status(PLAT_OK, plat_udp_connect(duo->a, &addr));
    assert_status(PLAT_OK, plat_udp_send(duo->a, "third", 5));
    expect_datagram(third, 10, "third", 5, &from);
    assert_int_equal(wait_events(duo->b, PLAT_READ, QUIET_MS), 0);
    plat_socket_close(third);
}

static void answers_from_elsewhere_are_not_received(void **state)
{
    struct duo *duo = *state;
    struct plat_addr addr, from;
    plat_socket third = open_at(plat_addr_loopback(false, 0), &addr);

    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_status(PLAT_OK, plat_udp_connect(third, &duo->a_addr));
    assert_status(PLAT_OK, plat_udp_connect(duo->b, &duo->a_addr));
    (void)plat_udp_send(third, "elsewhere", 9);
    assert_status(PLAT_OK, plat_udp_send(duo->b, "answer", 6));
    expect_datagram(duo->a, 20, "answer", 6, &from);
    assert_int_equal(from.port, duo->b_addr.port);
    plat_socket_close(third);
}

static bool send_is_refused(void *socket)
{
    int rc = plat_udp_send(*(plat_socket *)socket, "anyone?", 7);
    assert_true(rc == PLAT_OK || rc == PLAT_ERR_REFUSED);
    return rc == PLAT_ERR_REFUSED;
}

static void refused_datagram_is_reported_by_a_later_send(void **state)
{
    struct duo *duo = *state;

    plat_socket_close(duo->b);
    duo->b = PLAT_SOCKET_NONE;
    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_eventually(send_is_refused, &duo->a);
}

static bool send_is_taken(void *socket)
{
    return plat_udp_send(*(plat_socket *)socket, "x", 1) == PLAT_OK;
}

/* A heartbeat must get through again once its receiver is back. */
static void refused_sender_goes_on_when_the_receiver_is_back(void **state)
{
    struct duo *duo = *state;
    struct plat_addr from, addr;

    plat_socket_close(duo->b);
    duo->b = PLAT_SOCKET_NONE;
    assert_status(PLAT_OK, plat_udp_connect(duo->a, &duo->b_addr));
    assert_eventually(send_is_refused, &duo->a);
    duo->b = open_at(duo->b_addr, &addr);
    assert_eventually(send_is_taken, &duo->a);
    expect_datagram(duo->b, 1, "x", 1, &from);
}

static void used_port_is_in_use(void **state)
{
    struct duo *duo = *state;
    plat_socket again;
    assert_status(PLAT_ERR_IN_USE, plat_udp_open(&again, &duo->a_addr));
}

static void expect_no_address(const char *text)
{
    struct plat_addr addr;
    plat_socket socket;

    assert_status(PLAT_OK, plat_addr_parse(&addr, text));
    assert_status(PLAT_ERR_NO_ADDRESS, plat_udp_open(&socket, &addr));
}

static void foreign_v4_address_is_no_address(void **state)
{
    (void)state;
    skip_under_wine("bind takes any IPv4 address for UDP", "answers WSAEADDRNOTAVAIL");
    expect_no_address("203.0.113.77");
}

static void foreign_v6_address_is_no_address(void **state)
{
    (void)state;
    if (have_v6()) {
        expect_no_address("2001:db8::77");
    }
}

/* From a socket bound to every address to a socket bound to every address, over one family. */
static void check_dual_stack(bool is_v6)
{
    struct plat_addr receiver_addr, sender_addr, to, from;
    plat_socket receiver = open_at(plat_addr_any(0), &receiver_addr);
    plat_socket sender = open_at(plat_addr_any(0), &sender_addr);

    assert_true(plat_addr_is_any(&receiver_addr));
    to = plat_addr_loopback(is_v6, receiver_addr.port);
    assert_status(PLAT_OK, plat_udp_connect(sender, &to));
    assert_status(PLAT_OK, plat_udp_send(sender, "beat", 4));
    expect_datagram(receiver, 10, "beat", 4, &from);
    assert_int_equal(from.is_v6, is_v6);
    assert_true(plat_addr_is_loopback(&from));
    assert_int_equal(from.port, sender_addr.port);
    plat_socket_close(receiver);
    plat_socket_close(sender);
}

static void every_address_serves_both_families(void **state)
{
    (void)state;
    check_dual_stack(false);
    if (have_v6()) {
        check_dual_stack(true);
    }
}

#define udp_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        udp_test(datagram_arrives_with_its_sender),
        udp_test(receiving_without_datagram_is_again),
        udp_test(sizes_up_to_8_kib_arrive_whole),
        udp_test(empty_datagram_arrives),
        udp_test(datagram_longer_than_the_buffer_is_cut_off),
        udp_test(datagram_beyond_the_limit_is_an_error),
        udp_test(burst_fits_the_receive_buffer),
        udp_test(sending_unconnected_is_an_error),
        udp_test(connecting_again_changes_the_receiver),
        udp_test(answers_from_elsewhere_are_not_received),
        udp_test(refused_datagram_is_reported_by_a_later_send),
        udp_test(refused_sender_goes_on_when_the_receiver_is_back),
        udp_test(used_port_is_in_use),
        cmocka_unit_test(foreign_v4_address_is_no_address),
        cmocka_unit_test(foreign_v6_address_is_no_address),
        cmocka_unit_test(every_address_serves_both_families),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket: datagrams", tests, NULL, NULL);
}

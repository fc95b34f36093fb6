/* Conformance of plat/poller.h: listeners, connections in the making, datagrams. */
#include "plat/poller.h"

#include "plat/process.h"
#include "poller_fixture.h"
#include "wine.h"

static void waiting_caller_makes_the_listener_readable(void **state)
{
    struct fixture *f = *state;
    struct plat_addr addr, peer;
    plat_socket listener = pair_listen(false, &addr), client;
    struct plat_watch watch = PLAT_WATCH_INIT(listener);

    assert_status(PLAT_OK, plat_poller_watch(f->poller, &watch, PLAT_READ));
    poller_expect_silence(f);
    assert_status(PLAT_OK, connect_wait(&client, &addr, NULL));
    assert_ptr_equal(poller_next_event(f->poller, DEADLINE_MS).watch, &watch);
    assert_int_equal(poller_next_event(f->poller, DEADLINE_MS).events, PLAT_READ);
    plat_socket_close(accept_wait(listener, &peer));
    poller_expect_silence(f);
    plat_poller_forget(f->poller, &watch);
    plat_socket_close(client);
    plat_socket_close(listener);
}

static void made_connection_is_writable(void **state)
{
    struct fixture *f = *state;
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr), client;
    int rc = plat_socket_connect(&client, &addr, NULL);
    struct plat_watch watch = PLAT_WATCH_INIT(client);

    assert_true(rc == PLAT_OK || rc == PLAT_AGAIN);
    assert_status(PLAT_OK, plat_poller_watch(f->poller, &watch, PLAT_WRITE));
    assert_int_equal(poller_next_event(f->poller, DEADLINE_MS).events, PLAT_WRITE);
    assert_status(PLAT_OK, plat_socket_connect_result(client));
    plat_poller_forget(f->poller, &watch);
    plat_socket_close(client);
    plat_socket_close(listener);
}

/* Some systems never report it: then the deadline is what ends it, and it is still not made. */
static void refused_connection_ends_in_an_error(void **state)
{
    enum { CONNECT_DEADLINE_MS = 4000 };
    struct fixture *f = *state;
    struct plat_addr addr = closed_port(false);
    plat_socket client;
    int rc = plat_socket_connect(&client, &addr, NULL);

    if (rc == PLAT_AGAIN) {
        struct plat_watch watch = PLAT_WATCH_INIT(client);
        struct plat_event event;
        assert_status(PLAT_OK, plat_poller_watch(f->poller, &watch, BOTH));
        event = poller_next_event(f->poller, CONNECT_DEADLINE_MS);
        rc = plat_socket_connect_result(client);
        assert_true(event.events == 0 || event.events == BOTH);
        rc = rc == PLAT_AGAIN && event.events == 0 ? PLAT_ERR_REFUSED : rc;
        plat_poller_forget(f->poller, &watch);
        plat_socket_close(client);
    }
    assert_status(PLAT_ERR_REFUSED, rc);
}

static void waiting_datagram_is_readable(void **state)
{
    struct fixture *f = *state;
    struct plat_addr addr = plat_addr_loopback(false, 0), from;
    plat_socket udp;
    char byte;
    size_t got;

    assert_status(PLAT_OK, plat_udp_open(&udp, &addr));
    assert_status(PLAT_OK, plat_socket_local(udp, &addr));
    assert_status(PLAT_OK, plat_udp_connect(udp, &addr)); /* to itself */
    struct plat_watch watch = PLAT_WATCH_INIT(udp);
    assert_status(PLAT_OK, plat_poller_watch(f->poller, &watch, PLAT_READ));
    poller_expect_silence(f);
    assert_status(PLAT_OK, plat_udp_send(udp, "x", 1));
    assert_int_equal(poller_next_event(f->poller, DEADLINE_MS).events, PLAT_READ);
    assert_status(PLAT_OK, plat_udp_recv(udp, &byte, 1, &got, &from));
    poller_expect_silence(f);
    plat_poller_forget(f->poller, &watch);
    plat_socket_close(udp);
}

/* A socket whose datagrams go where nobody is. */
static plat_socket open_to_nobody(void)
{
    struct plat_addr addr = plat_addr_loopback(false, 0);
    plat_socket gone, udp;

    assert_status(PLAT_OK, plat_udp_open(&gone, &addr));
    assert_status(PLAT_OK, plat_udp_open(&udp, &addr));
    assert_status(PLAT_OK, plat_socket_local(gone, &addr));
    plat_socket_close(gone);
    assert_status(PLAT_OK, plat_udp_connect(udp, &addr));
    return udp;
}

/* An error without data: whoever waits to read is told, and finds the cause or nothing more. */
static void refused_datagram_is_reported(void **state)
{
    struct fixture *f = *state;
    struct plat_addr from;
    char byte;
    size_t got;

    skip_under_wine("WSAPoll says nothing of a refused datagram, and the next receive neither",
                    "reports the socket, whose receive is WSAECONNRESET");
    plat_socket udp = open_to_nobody();
    struct plat_watch watch = PLAT_WATCH_INIT(udp);
    assert_status(PLAT_OK, plat_poller_watch(f->poller, &watch, PLAT_READ));
    assert_status(PLAT_OK, plat_udp_send(udp, "x", 1));
    assert_true(poller_next_event(f->poller, DEADLINE_MS).events & PLAT_READ);
    (void)plat_udp_recv(udp, &byte, 1, &got, &from);
    poller_expect_silence(f);
    plat_poller_forget(f->poller, &watch);
    plat_socket_close(udp);
}

struct sender {
    struct plat_poller *poller;
    plat_socket udp;
};

static bool is_told(void *arg)
{
    const struct sender *sender = arg;
    int rc = plat_udp_send(sender->udp, "x", 1);
    assert_true(rc == PLAT_OK || rc == PLAT_ERR_REFUSED);
    return (poller_next_event(sender->poller, QUIET_MS).events & PLAT_READ) != 0;
}

/* Of several refused datagrams, one is reported on every system. */
static void who_goes_on_sending_to_nobody_is_told(void **state)
{
    struct fixture *f = *state;
    struct sender sender = {f->poller, open_to_nobody()};
    struct plat_watch watch = PLAT_WATCH_INIT(sender.udp);

    assert_status(PLAT_OK, plat_poller_watch(f->poller, &watch, PLAT_READ));
    assert_eventually(is_told, &sender);
    plat_poller_forget(f->poller, &watch);
    plat_socket_close(sender.udp);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        poller_test(waiting_caller_makes_the_listener_readable),
        poller_test(made_connection_is_writable),
        poller_test(refused_connection_ends_in_an_error),
        poller_test(waiting_datagram_is_readable),
        poller_test(refused_datagram_is_reported),
        poller_test(who_goes_on_sending_to_nobody_is_told),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/poller: kinds of sockets", tests, NULL, NULL);
}

/* net/dial.h, net/resolve.h: reaching a host by its name. */
#include "net/dial.h"

#include "base/container.h"
#include "pair.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "testing.h"

struct call {
    struct loop *loop;
    struct dial dial;
    struct resolve resolve;
    int count, error;
    plat_socket socket;
    struct plat_addr peer;
};

static void on_dialed(struct dial *dial, int error, plat_socket socket,
                      const struct plat_addr *peer)
{
    struct call *call = dial->owner;
    call->count++;
    call->error = error;
    call->socket = socket;
    if (error == 0)
        call->peer = *peer;
}

static void on_resolved(struct resolve *resolve, int error)
{
    struct call *call = CONTAINER_OF(resolve, struct call, resolve);
    call->count++;
    call->error = error;
}

static int setup(void **state)
{
    struct call *call = calloc(1, sizeof *call);
    assert_non_null(call);
    assert_status(0, loop_open(&call->loop));
    assert_status(0, loop_turn(call->loop, 0));
    call->dial.on_done = on_dialed;
    call->dial.owner = call;
    call->resolve.on_done = on_resolved;
    call->socket = PLAT_SOCKET_NONE;
    *state = call;
    return 0;
}

static int teardown(void **state)
{
    struct call *call = *state;
    dial_cancel(&call->dial);
    resolve_cancel(&call->resolve);
    loop_close(call->loop);
    plat_socket_close(call->socket);
    free(call);
    return 0;
}

#define call_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void wait_done(struct call *call)
{
    uint64_t start_ms = plat_clock_now_ms();
    while (call->count == 0) {
        assert_status(0, loop_turn(call->loop, 100));
        assert_true(plat_clock_now_ms() - start_ms < 2 * DEADLINE_MS);
    }
    assert_int_equal(call->count, 1);
}

static void dial(struct call *call, const char *host, uint16_t port, const struct plat_addr *from)
{
    dial_start(&call->dial, call->loop, host, port, from);
    assert_int_equal(call->count, 0); /* never from within */
    wait_done(call);
}

static void a_listening_port_is_reached(void **state)
{
    struct call *call = *state;
    struct plat_addr addr, local;
    plat_socket listener = pair_listen(false, &addr);
    dial(call, "127.0.0.1", addr.port, NULL);
    assert_status(0, call->error);
    assert_true(plat_addr_same_host(&call->peer, &addr) && call->peer.port == addr.port);
    plat_socket accepted = accept_wait(listener, &local);
    send_all(call->socket, "hello", 5);
    expect_bytes(accepted, "hello", 5);
    plat_socket_close(accepted);
    plat_socket_close(listener);
}

static void a_port_that_nobody_listens_on_refuses(void **state)
{
    struct call *call = *state;
    dial(call, "127.0.0.1", closed_port(false).port, NULL);
    assert_status(PLAT_ERR_REFUSED, call->error);
    assert_true(call->socket == PLAT_SOCKET_NONE);
}

static void localhost_reaches_a_listener_on_either_address(void **state)
{
    for (int v6 = 0; v6 <= (int)have_v6(); v6++) {
        struct call *call = *state;
        struct plat_addr addr;
        plat_socket listener = pair_listen(v6 != 0, &addr);
        call->count = 0;
        dial(call, "localhost", addr.port, NULL);
        assert_status(0, call->error);
        assert_true(plat_addr_same_host(&call->peer, &addr));
        plat_socket_close(call->socket);
        call->socket = PLAT_SOCKET_NONE;
        plat_socket_close(listener);
    }
}

static void when_every_address_refuses_the_last_error_is_told(void **state)
{
    struct call *call = *state;
    dial(call, "localhost", closed_port(false).port, NULL);
    assert_true(call->error < 0);
    if (have_v6())
        assert_status(PLAT_ERR_REFUSED, call->error);
}

static void a_local_address_can_be_chosen(void **state)
{
    struct call *call = *state;
    struct plat_addr addr, local, from = plat_addr_loopback(false, 0);
    plat_socket listener = pair_listen(false, &addr);
    dial(call, "localhost", addr.port, &from);
    assert_status(0, call->error);
    assert_status(0, plat_socket_local(call->socket, &local));
    assert_true(plat_addr_same_host(&local, &from));
    plat_socket_close(listener);
}

static void addresses_of_another_family_are_passed_over(void **state)
{
    struct call *call = *state;
    struct plat_addr addr, from = plat_addr_loopback(true, 0);
    plat_socket listener = pair_listen(false, &addr);
    dial(call, "127.0.0.1", addr.port, &from);
    assert_status(PLAT_ERR_NO_HOST, call->error);
    plat_socket_close(listener);
}

static void a_cancelled_dial_is_not_told(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "no-such-host.invalid"};
    struct call *call = *state;
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr);
    for (size_t i = 0; i < COUNT_OF(hosts); i++)
        for (int turns = 0; turns < 3; turns++) {
            call->count = 0;
            dial_start(&call->dial, call->loop, hosts[i], addr.port, NULL);
            for (int turn = 0; turn < turns && call->count == 0; turn++)
                assert_status(0, loop_turn(call->loop, 0));
            int before = call->count;
            dial_cancel(&call->dial);
            dial_cancel(&call->dial);
            assert_status(0, loop_turn(call->loop, 5));
            assert_int_equal(call->count, before);
            plat_socket_close(call->socket);
            call->socket = PLAT_SOCKET_NONE;
        }
    plat_socket_close(listener);
}

static void a_dial_can_be_made_again(void **state)
{
    struct call *call = *state;
    struct plat_addr addr;
    uint16_t closed = closed_port(false).port;
    plat_socket listener = pair_listen(false, &addr);
    dial(call, "127.0.0.1", closed, NULL);
    assert_status(PLAT_ERR_REFUSED, call->error);
    call->count = 0;
    dial(call, "127.0.0.1", addr.port, NULL);
    assert_status(0, call->error);
    plat_socket_close(listener);
}

/* Without a network the question may end in a timeout instead. */
static void an_unknown_host_is_an_error(void **state)
{
    struct call *call = *state;
    dial(call, "no-such-host.invalid", 1, NULL);
    assert_true(call->error == PLAT_ERR_NO_HOST || call->error == PLAT_ERR_TIMED_OUT);
}

static void localhost_is_both_loopbacks_ipv4_first(void **state)
{
    struct call *call = *state;
    assert_status(0, resolve_start(&call->resolve, call->loop, "localhost", 5000));
    assert_int_equal(call->resolve.count, 2);
    for (int i = 0; i < 2; i++) {
        struct plat_addr expected = plat_addr_loopback(i == 1, 5000);
        assert_true(plat_addr_same_host(&call->resolve.addresses[i], &expected));
        assert_int_equal(call->resolve.addresses[i].port, 5000);
    }
}

static void literals_are_read_at_once(void **state)
{
    static const char *const hosts[] = {"192.0.2.7", "::1", "2001:db8::7"};
    struct call *call = *state;
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        char text[PLAT_ADDR_TEXT_SIZE];
        assert_status(0, resolve_start(&call->resolve, call->loop, hosts[i], 7001));
        assert_int_equal(call->resolve.count, 1);
        assert_int_equal(call->resolve.addresses[0].port, 7001);
        plat_addr_format(&call->resolve.addresses[0], text);
        assert_string_equal(text, hosts[i]);
    }
    assert_int_equal(call->count, 0);
}

static void other_names_are_looked_up_meanwhile(void **state)
{
    struct call *call = *state;
    assert_status(PLAT_AGAIN, resolve_start(&call->resolve, call->loop, "no-such-host.invalid", 1));
    assert_int_equal(call->count, 0);
    wait_done(call);
    assert_true(call->error < 0);
}

static void a_cancelled_lookup_is_not_told(void **state)
{
    struct call *call = *state;
    for (int i = 0; i < 20; i++) {
        assert_status(PLAT_AGAIN,
                      resolve_start(&call->resolve, call->loop, "no-such-host.invalid", 1));
        if (i % 2)
            assert_status(0, loop_turn(call->loop, 0));
        if (call->count > 0)
            break; /* it was answered that fast */
        resolve_cancel(&call->resolve);
        resolve_cancel(&call->resolve);
    }
    assert_status(0, loop_turn(call->loop, 20));
    assert_true(call->count <= 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        call_test(a_listening_port_is_reached),
        call_test(a_port_that_nobody_listens_on_refuses),
        call_test(localhost_reaches_a_listener_on_either_address),
        call_test(when_every_address_refuses_the_last_error_is_told),
        call_test(a_local_address_can_be_chosen),
        call_test(addresses_of_another_family_are_passed_over),
        call_test(a_cancelled_dial_is_not_told),
        call_test(a_dial_can_be_made_again),
        call_test(an_unknown_host_is_an_error),
        call_test(localhost_is_both_loopbacks_ipv4_first),
        call_test(literals_are_read_at_once),
        call_test(other_names_are_looked_up_meanwhile),
        call_test(a_cancelled_lookup_is_not_told),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("dial", tests, NULL, NULL);
}

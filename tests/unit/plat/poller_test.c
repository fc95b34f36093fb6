/* Conformance of plat/poller.h: what is reported, and when. */
#include "plat/poller.h"

#include "plat/clock.h"
#include "plat/process.h"
#include "poller_fixture.h"

static void waiting_for_nothing_times_out(void **state)
{
    static const int timeouts_ms[] = {0, 1, 20, 150};
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(timeouts_ms); i++) {
        struct plat_event event;
        size_t count = 99;
        uint64_t start_ms = plat_clock_now_ms();
        assert_status(PLAT_OK, plat_poller_wait(f->poller, &event, 1, timeouts_ms[i], &count));
        assert_int_equal(count, 0);
        assert_not_early(start_ms, (uint64_t)timeouts_ms[i]);
    }
}

static void idle_connection_is_writable_only(void **state)
{
    struct fixture *f = *state;

    poller_watch_for(f, PLAT_READ);
    poller_expect_silence(f);
    poller_watch_for(f, BOTH);
    poller_expect(f, PLAT_WRITE);
}

static void readable_is_reported_until_it_is_read(void **state)
{
    struct fixture *f = *state;

    poller_watch_for(f, PLAT_READ);
    send_all(f->pair.client, "ab", 2);
    poller_expect(f, PLAT_READ);
    poller_expect(f, PLAT_READ);
    expect_bytes(f->pair.server, "a", 1);
    poller_expect(f, PLAT_READ);
    expect_bytes(f->pair.server, "b", 1);
    poller_expect_silence(f);
}

static void bytes_from_before_the_watch_are_reported(void **state)
{
    struct fixture *f = *state;

    send_all(f->pair.client, "x", 1);
    assert_int_equal(wait_events(f->pair.server, PLAT_READ, DEADLINE_MS), PLAT_READ);
    poller_watch_for(f, PLAT_READ);
    poller_expect(f, PLAT_READ);
}

static void both_events_come_in_one_record(void **state)
{
    struct fixture *f = *state;

    send_all(f->pair.client, "x", 1);
    assert_int_equal(wait_events(f->pair.server, PLAT_READ, DEADLINE_MS), PLAT_READ);
    poller_watch_for(f, BOTH);
    poller_expect(f, BOTH);
    poller_expect(f, BOTH);
}

static void only_what_is_asked_for_is_reported(void **state)
{
    struct fixture *f = *state;

    send_all(f->pair.client, "x", 1);
    poller_watch_for(f, PLAT_READ);
    poller_expect(f, PLAT_READ);
    poller_watch_for(f, PLAT_WRITE);
    poller_expect(f, PLAT_WRITE);
    poller_watch_for(f, 0);
    poller_expect_silence(f);
    poller_watch_for(f, BOTH);
    poller_expect(f, BOTH);
    poller_watch_for(f, PLAT_READ);
    poller_watch_for(f, PLAT_READ);
    poller_expect(f, PLAT_READ);
}

static void full_connection_is_not_writable(void **state)
{
    struct fixture *f = *state;
    static char block[65536];
    size_t sent, got;

    while (plat_socket_send(f->pair.server, block, sizeof(block), &sent) == PLAT_OK) {
    }
    poller_watch_for(f, BOTH);
    poller_expect_silence(f);
    while (poller_next_event(f->poller, 0).events != PLAT_WRITE) {
        assert_status(PLAT_OK, recv_wait(f->pair.client, block, sizeof(block), &got));
    }
}

static void forgotten_socket_is_silent(void **state)
{
    struct fixture *f = *state;

    send_all(f->pair.client, "x", 1);
    poller_watch_for(f, PLAT_READ);
    poller_expect(f, PLAT_READ);
    plat_poller_forget(f->poller, &f->watch);
    poller_expect_silence(f);
    plat_poller_forget(f->poller, &f->watch);
    poller_watch_for(f, PLAT_READ);
    poller_expect(f, PLAT_READ);
}

static void forgetting_what_is_not_watched_does_nothing(void **state)
{
    struct fixture *f = *state;
    struct plat_watch other = PLAT_WATCH_INIT(f->pair.client);

    poller_watch_for(f, PLAT_WRITE);
    plat_poller_forget(f->poller, &other);
    poller_expect(f, PLAT_WRITE);
}

static void ended_peer_is_readable(void **state)
{
    struct fixture *f = *state;
    char byte;
    size_t got;

    poller_watch_for(f, PLAT_READ);
    plat_socket_shutdown(f->pair.client);
    poller_expect(f, PLAT_READ);
    assert_status(PLAT_END, plat_socket_recv(f->pair.server, &byte, 1, &got));
    poller_expect(f, PLAT_READ);
    poller_watch_for(f, BOTH);
    poller_expect(f, BOTH);
}

/* By closing with unread bytes, which Wine shows as the end. */
static void reset_connection(struct fixture *f)
{
    send_all(f->pair.server, "unread", 6);
    assert_int_equal(wait_events(f->pair.client, PLAT_READ, DEADLINE_MS), PLAT_READ);
    plat_socket_close(f->pair.client);
    f->pair.client = PLAT_SOCKET_NONE;
    assert_true(wait_events(f->pair.server, PLAT_READ, DEADLINE_MS) & PLAT_READ);
}

static void reset_connection_is_readable_and_writable(void **state)
{
    struct fixture *f = *state;
    char byte;
    size_t got;
    int rc;

    reset_connection(f);
    poller_watch_for(f, BOTH);
    poller_expect(f, BOTH);
    rc = plat_socket_recv(f->pair.server, &byte, 1, &got);
    assert_true(rc == PLAT_ERR_RESET || rc == PLAT_END);
}

static void reset_connection_is_silent_where_nothing_is_asked_for(void **state)
{
    struct fixture *f = *state;

    poller_watch_for(f, BOTH);
    poller_watch_for(f, 0);
    reset_connection(f);
    poller_expect_silence(f);
    poller_watch_for(f, BOTH);
    poller_expect(f, BOTH);
}

static void closing_leaves_the_sockets_open(void **state)
{
    struct fixture *f = *state;

    poller_watch_for(f, BOTH);
    plat_poller_close(f->poller);
    f->watch = (struct plat_watch)PLAT_WATCH_INIT(f->pair.server);
    assert_status(PLAT_OK, plat_poller_open(&f->poller));
    send_all(f->pair.client, "x", 1);
    expect_bytes(f->pair.server, "x", 1);
    plat_poller_close(NULL);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        poller_test(waiting_for_nothing_times_out),
        poller_test(idle_connection_is_writable_only),
        poller_test(readable_is_reported_until_it_is_read),
        poller_test(bytes_from_before_the_watch_are_reported),
        poller_test(both_events_come_in_one_record),
        poller_test(only_what_is_asked_for_is_reported),
        poller_test(full_connection_is_not_writable),
        poller_test(forgotten_socket_is_silent),
        poller_test(forgetting_what_is_not_watched_does_nothing),
        poller_test(ended_peer_is_readable),
        poller_test(reset_connection_is_readable_and_writable),
        poller_test(reset_connection_is_silent_where_nothing_is_asked_for),
        poller_test(closing_leaves_the_sockets_open),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/poller", tests, NULL, NULL);
}

/* Conformance of plat/socket.h: the bytes of a TCP connection, and its end. */
#include "plat/socket.h"

#include <string.h>

#include "check.h"
#include "pair.h"
#include "plat/clock.h"
#include "plat/process.h"

enum { BLOCK = 64 * 1024, FULL_MAX = 512 * 1024 * 1024 };

static void bytes_go_both_ways(void **state)
{
    struct pair *pair = *state;

    send_all(pair->client, "GET x\n", 6);
    expect_bytes(pair->server, "GET x\n", 6);
    send_all(pair->server, "ok", 2);
    expect_bytes(pair->client, "ok", 2);
}

static void one_byte_arrives(void **state)
{
    struct pair *pair = *state;
    char bytes[2] = {'?', '?'};
    size_t sent = 0, got = 0;

    assert_status(PLAT_OK, plat_socket_send(pair->client, "\0", 1, &sent));
    assert_int_equal(sent, 1);
    assert_status(PLAT_OK, recv_wait(pair->server, bytes, 2, &got));
    assert_int_equal(got, 1);
    assert_memory_equal(bytes, "\0?", 2);
}

static void receiving_without_bytes_is_again(void **state)
{
    struct pair *pair = *state;
    char byte;
    size_t got;

    assert_status(PLAT_AGAIN, plat_socket_recv(pair->server, &byte, 1, &got));
    send_all(pair->client, "x", 1);
    expect_bytes(pair->server, "x", 1);
    assert_status(PLAT_AGAIN, plat_socket_recv(pair->server, &byte, 1, &got));
}

static void small_buffer_takes_what_fits(void **state)
{
    struct pair *pair = *state;

    send_all(pair->client, "abcdef", 6);
    for (const char *at = "abcdef"; *at != '\0'; at++) {
        expect_bytes(pair->server, at, 1);
    }
}

/* Byte i of every test stream. */
static char byte_at(uint64_t i)
{
    return (char)(i * 2654435761u >> 24);
}

/* Sends until the connection is full. Returns how much went in. */
static uint64_t fill(plat_socket socket)
{
    char *block = malloc(BLOCK);
    uint64_t total = 0;
    size_t sent = 0;
    int rc;

    assert_non_null(block);
    do {
        for (size_t i = 0; i < BLOCK; i++) {
            block[i] = byte_at(total + i);
        }
        rc = plat_socket_send(socket, block, BLOCK, &sent);
        assert_true(rc != PLAT_OK || (sent > 0 && sent <= BLOCK));
        total += rc == PLAT_OK ? sent : 0;
    } while (rc == PLAT_OK && total < FULL_MAX);
    free(block);
    assert_status(PLAT_AGAIN, rc);
    return total;
}

static void drain(plat_socket socket, uint64_t total)
{
    char *block = malloc(BLOCK);
    uint64_t at = 0;

    assert_non_null(block);
    while (at < total) {
        size_t got = 0;
        assert_status(PLAT_OK, recv_wait(socket, block, BLOCK, &got));
        assert_true(got > 0 && got <= BLOCK);
        for (size_t i = 0; i < got; i++) {
            if (block[i] != byte_at(at + i)) {
                fail_msg("wrong byte at %llu", (unsigned long long)(at + i));
            }
        }
        at += got;
    }
    free(block);
    assert_true(at == total);
}

static void full_connection_is_again_and_loses_nothing(void **state)
{
    struct pair *pair = *state;
    uint64_t total = fill(pair->client);

    assert_true(total > 0);
    drain(pair->server, total);
    assert_int_equal(wait_events(pair->client, PLAT_WRITE, DEADLINE_MS), PLAT_WRITE);
    send_all(pair->client, "more", 4);
    expect_bytes(pair->server, "more", 4);
}

static void full_connection_still_receives(void **state)
{
    struct pair *pair = *state;

    (void)fill(pair->client);
    send_all(pair->server, "hold on", 7);
    expect_bytes(pair->client, "hold on", 7);
}

static void huge_send_is_not_refused(void **state)
{
    enum { HUGE_SIZE = 64 * 1024 * 1024 };
    struct pair *pair = *state;
    char *data = calloc(1, HUGE_SIZE);
    size_t sent = 0;

    assert_non_null(data);
    assert_status(PLAT_OK, plat_socket_send(pair->client, data, HUGE_SIZE, &sent));
    assert_true(sent > 0 && sent <= HUGE_SIZE);
    free(data);
}

/* Held back for what follows, or not: they are the first to arrive. */
static void bytes_sent_before_more_arrive_with_it(void **state)
{
    struct pair *pair = *state;
    size_t sent = 0;

    assert_status(PLAT_OK, plat_socket_send_more(pair->client, "OK 6\n", 5, &sent));
    assert_int_equal(sent, 5);
    send_all(pair->client, "abcdef", 6);
    expect_bytes(pair->server, "OK 6\nabcdef", 11);
}

static void bytes_sent_before_more_that_never_comes_arrive(void **state)
{
    struct pair *pair = *state;
    size_t sent = 0;

    assert_status(PLAT_OK, plat_socket_send_more(pair->client, "a", 1, &sent));
    expect_bytes(pair->server, "a", 1);
    assert_status(PLAT_OK, plat_socket_send_more(pair->client, "b", 1, &sent));
    plat_socket_shutdown(pair->client);
    expect_bytes(pair->server, "b", 1);
}

static void half_closed_connection_answers(void **state)
{
    struct pair *pair = *state;
    char byte;
    size_t got;

    send_all(pair->client, "last words", 10);
    plat_socket_shutdown(pair->client);
    expect_bytes(pair->server, "last words", 10);
    assert_status(PLAT_END, recv_wait(pair->server, &byte, 1, &got));
    assert_status(PLAT_END, recv_wait(pair->server, &byte, 1, &got));
    send_all(pair->server, "answer", 6);
    plat_socket_shutdown(pair->server);
    expect_bytes(pair->client, "answer", 6);
    assert_status(PLAT_END, recv_wait(pair->client, &byte, 1, &got));
}

static void sending_after_shutdown_is_an_error(void **state)
{
    struct pair *pair = *state;
    size_t sent;

    plat_socket_shutdown(pair->client);
    assert_error(plat_socket_send(pair->client, "x", 1, &sent));
}

static void closed_peer_is_the_end(void **state)
{
    struct pair *pair = *state;
    char byte;
    size_t got;

    send_all(pair->client, "bye", 3);
    plat_socket_close(pair->client);
    pair->client = PLAT_SOCKET_NONE;
    expect_bytes(pair->server, "bye", 3);
    assert_status(PLAT_END, recv_wait(pair->server, &byte, 1, &got));
}

/* A peer that closes before it has read all resets. Wine shows a reset as the end. */
static void peer_that_leaves_bytes_unread_resets(void **state)
{
    struct pair *pair = *state;
    char byte;
    size_t got;
    int rc;

    send_all(pair->server, "unread", 6);
    assert_int_equal(wait_events(pair->client, PLAT_READ, DEADLINE_MS), PLAT_READ);
    plat_socket_close(pair->client);
    pair->client = PLAT_SOCKET_NONE;
    rc = recv_wait(pair->server, &byte, 1, &got);
    assert_true(rc == PLAT_ERR_RESET || rc == PLAT_END);
}

static bool send_is_reset(void *arg)
{
    size_t sent = 0;
    int rc = plat_socket_send(*(plat_socket *)arg, "x", 1, &sent);
    assert_true(rc == PLAT_OK || rc == PLAT_ERR_RESET);
    return rc == PLAT_ERR_RESET;
}

/* And no signal ends this process meanwhile. */
static void sending_to_closed_peer_is_reset(void **state)
{
    struct pair *pair = *state;

    plat_socket_close(pair->client);
    pair->client = PLAT_SOCKET_NONE;
    assert_eventually(send_is_reset, &pair->server);
    assert_true(send_is_reset(&pair->server));
}

static void keep_alive_changes_no_bytes(void **state)
{
    static const unsigned idle_s[] = {1, 60, 7200};
    struct pair *pair = *state;

    for (size_t i = 0; i < COUNT_OF(idle_s); i++) {
        plat_socket_keep_alive(pair->client, idle_s[i]);
        send_all(pair->client, "alive", 5);
        expect_bytes(pair->server, "alive", 5);
    }
}

#define stream_test(f) cmocka_unit_test_setup_teardown(f, pair_setup, pair_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stream_test(bytes_go_both_ways),
        stream_test(one_byte_arrives),
        stream_test(receiving_without_bytes_is_again),
        stream_test(small_buffer_takes_what_fits),
        stream_test(full_connection_is_again_and_loses_nothing),
        stream_test(full_connection_still_receives),
        stream_test(huge_send_is_not_refused),
        stream_test(bytes_sent_before_more_arrive_with_it),
        stream_test(bytes_sent_before_more_that_never_comes_arrive),
        stream_test(half_closed_connection_answers),
        stream_test(sending_after_shutdown_is_an_error),
        stream_test(closed_peer_is_the_end),
        stream_test(peer_that_leaves_bytes_unread_resets),
        stream_test(sending_to_closed_peer_is_reset),
        stream_test(keep_alive_changes_no_bytes),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket: streams", tests, NULL, NULL);
}

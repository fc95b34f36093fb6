/* Conformance of plat/socket.h when the process runs out of descriptors, which only POSIX systems
 * let a test bring about. */
#include "plat/socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "os_socket.h"
#include "pair.h"
#include "plat/poller.h"
#include "plat/process.h"

enum { FILES_MAX = 64 };

/* Takes every descriptor that is left. Returns how many that were. */
static int take_all(int taken[FILES_MAX])
{
    int count = 0;
    int fd;

    while (count < FILES_MAX && (fd = dup(STDIN_FILENO)) >= 0) {
        taken[count++] = fd;
    }
    assert_true(count < FILES_MAX);
    return count;
}

static void give_back(const int *taken, int count)
{
    while (count > 0) {
        close(taken[--count]);
    }
}

static int setup(void **state)
{
    struct rlimit limit;
    (void)state;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return -1;
    }
    limit.rlim_cur = FILES_MAX;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

static void new_sockets_are_too_many_files(void **state)
{
    struct plat_addr addr = plat_addr_loopback(false, 0), to = closed_port(false);
    struct plat_poller *poller;
    plat_socket socket;
    int taken[FILES_MAX], count = take_all(taken);
    int listened = plat_socket_listen(&socket, &addr, 1);
    int opened = plat_udp_open(&socket, &addr);
    int connected = plat_socket_connect(&socket, &to, NULL);
    int polled = plat_poller_open(&poller);
    (void)state;

    give_back(taken, count);
    assert_status(PLAT_ERR_TOO_MANY_FILES, listened);
    assert_status(PLAT_ERR_TOO_MANY_FILES, opened);
    assert_status(PLAT_ERR_TOO_MANY_FILES, connected);
    assert_status(PLAT_ERR_TOO_MANY_FILES, polled);
}

static void caller_goes_on_waiting_while_there_are_too_many_files(void **state)
{
    struct plat_addr addr, peer;
    plat_socket listener = pair_listen(false, &addr), client, server;
    int taken[FILES_MAX], count, first, second;
    (void)state;

    assert_status(PLAT_OK, connect_wait(&client, &addr, NULL));
    assert_int_equal(wait_events(listener, PLAT_READ, DEADLINE_MS), PLAT_READ);
    count = take_all(taken);
    first = plat_socket_accept(listener, &server, &peer);
    second = plat_socket_accept(listener, &server, &peer);
    give_back(taken, count);
    assert_status(PLAT_ERR_TOO_MANY_FILES, first);
    assert_status(PLAT_ERR_TOO_MANY_FILES, second);
    server = accept_wait(listener, &peer);
    send_all(client, "still here", 10);
    expect_bytes(server, "still here", 10);
    plat_socket_close(client);
    plat_socket_close(server);
    plat_socket_close(listener);
}

static void sockets_do_not_block_and_close_on_exec(void **state)
{
    struct plat_addr addr = plat_addr_loopback(false, 0);
    plat_socket sockets[4], listener = pair_listen(false, &addr);
    struct pair pair;
    (void)state;

    pair_connect(&pair, listener, &addr);
    sockets[0] = listener;
    sockets[1] = pair.client;
    sockets[2] = pair.server;
    addr.port = 0;
    assert_status(PLAT_OK, plat_udp_open(&sockets[3], &addr));
    for (size_t i = 0; i < COUNT_OF(sockets); i++) {
        assert_true(fcntl((int)sockets[i], F_GETFL) & O_NONBLOCK);
        assert_true(fcntl((int)sockets[i], F_GETFD) & FD_CLOEXEC);
        plat_socket_close(sockets[i]);
    }
}

static int socket_option(plat_socket socket, int level, int option)
{
    int value = -1;
    socklen_t size = sizeof(value);
    assert_int_equal(getsockopt((int)socket, level, option, &value, &size), 0);
    return value;
}

static int tcp_option(plat_socket socket, int option)
{
    return socket_option(socket, IPPROTO_TCP, option);
}

static void vanished_peer_is_noticed_20_s_after_the_idle_time(void **state)
{
    struct pair pair;
    int interval_s, count;
    (void)state;

    pair_open(&pair);
    plat_socket_keep_alive(pair.client, 60);
    assert_int_equal(tcp_option(pair.client, os_socket_keep_idle_option()), 60);
    interval_s = tcp_option(pair.client, os_socket_keep_interval_option());
    count = tcp_option(pair.client, os_socket_keep_count_option());
    assert_int_equal(interval_s * count, 20);
    pair_close(&pair);
}

static void accepted_sockets_do_not_delay_and_probe_silent_peers(void **state)
{
    struct pair pair;
    (void)state;

    pair_open(&pair);
    assert_int_not_equal(tcp_option(pair.server, TCP_NODELAY), 0);
    assert_int_not_equal(socket_option(pair.server, SOL_SOCKET, SO_KEEPALIVE), 0);
    assert_int_equal(tcp_option(pair.server, os_socket_keep_idle_option()), PLAT_ACCEPTED_IDLE_S);
    assert_int_equal(tcp_option(pair.server, os_socket_keep_count_option()) *
                         tcp_option(pair.server, os_socket_keep_interval_option()),
                     20);
    pair_close(&pair);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_sockets_are_too_many_files),
        cmocka_unit_test(caller_goes_on_waiting_while_there_are_too_many_files),
        cmocka_unit_test(sockets_do_not_block_and_close_on_exec),
        cmocka_unit_test(vanished_peer_is_noticed_20_s_after_the_idle_time),
        cmocka_unit_test(accepted_sockets_do_not_delay_and_probe_silent_peers),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket on POSIX", tests, setup, NULL);
}

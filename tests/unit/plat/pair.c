#include "pair.h"

#include "plat/clock.h"

bool have_v6(void)
{
    struct plat_addr loopback = plat_addr_loopback(true, 0);
    plat_socket socket;
    int rc = plat_socket_listen(&socket, &loopback, 1);

    if (rc != PLAT_OK) {
        assert_status(PLAT_ERR_NO_ADDRESS, rc);
        return false;
    }
    plat_socket_close(socket);
    return true;
}

plat_socket pair_listen(bool is_v6, struct plat_addr *addr)
{
    struct plat_addr loopback = plat_addr_loopback(is_v6, 0);
    plat_socket listener;

    assert_status(PLAT_OK, plat_socket_listen(&listener, &loopback, 128));
    assert_status(PLAT_OK, plat_socket_local(listener, addr));
    return listener;
}

struct plat_addr closed_port(bool is_v6)
{
    struct plat_addr addr;

    plat_socket_close(pair_listen(is_v6, &addr));
    return addr;
}

unsigned wait_events(plat_socket socket, unsigned events, uint32_t timeout_ms)
{
    struct plat_watch watch = PLAT_WATCH_INIT(socket);
    struct plat_poller *poller;
    struct plat_event event = {0};
    uint64_t start_ms = plat_clock_now_ms();
    size_t count = 0;

    assert_status(PLAT_OK, plat_poller_open(&poller));
    assert_status(PLAT_OK, plat_poller_watch(poller, &watch, events));
    while (count == 0 && plat_clock_now_ms() - start_ms <= timeout_ms) {
        uint64_t left_ms = timeout_ms - (plat_clock_now_ms() - start_ms);
        int wait_ms = left_ms > timeout_ms ? 0 : (int)left_ms;
        assert_status(PLAT_OK, plat_poller_wait(poller, &event, 1, wait_ms, &count));
    }
    plat_poller_forget(poller, &watch);
    plat_poller_close(poller);
    return event.events;
}

/* Asks every now and then even if nothing is reported, as a failure may not be on some systems. */
int connect_wait(plat_socket *out, const struct plat_addr *to, const struct plat_addr *from)
{
    uint64_t start_ms = plat_clock_now_ms();
    int rc = plat_socket_connect(out, to, from);

    if (rc != PLAT_AGAIN) {
        return rc;
    }
    while (rc == PLAT_AGAIN && plat_clock_now_ms() - start_ms < DEADLINE_MS) {
        (void)wait_events(*out, PLAT_WRITE, 100);
        rc = plat_socket_connect_result(*out);
    }
    if (rc != PLAT_OK) {
        plat_socket_close(*out);
        *out = PLAT_SOCKET_NONE;
    }
    return rc;
}

plat_socket accept_wait(plat_socket listener, struct plat_addr *peer)
{
    plat_socket accepted;

    assert_int_equal(wait_events(listener, PLAT_READ, DEADLINE_MS), PLAT_READ);
    assert_status(PLAT_OK, plat_socket_accept(listener, &accepted, peer));
    return accepted;
}

void pair_connect(struct pair *pair, plat_socket listener, const struct plat_addr *addr)
{
    struct plat_addr peer;

    assert_status(PLAT_OK, connect_wait(&pair->client, addr, NULL));
    pair->server = accept_wait(listener, &peer);
}

void pair_open(struct pair *pair)
{
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr);

    pair_connect(pair, listener, &addr);
    plat_socket_close(listener);
}

void pair_close(struct pair *pair)
{
    plat_socket_close(pair->client);
    plat_socket_close(pair->server);
}

int pair_setup(void **state)
{
    struct pair *pair = calloc(1, sizeof(*pair));

    assert_non_null(pair);
    pair_open(pair);
    *state = pair;
    return 0;
}

int pair_teardown(void **state)
{
    pair_close(*state);
    free(*state);
    return 0;
}

void send_all(plat_socket socket, const void *data, size_t size)
{
    const char *rest = data;

    while (size > 0) {
        size_t sent = 0;
        int rc = plat_socket_send(socket, rest, size, &sent);
        if (rc == PLAT_AGAIN) {
            assert_int_equal(wait_events(socket, PLAT_WRITE, DEADLINE_MS), PLAT_WRITE);
            continue;
        }
        assert_status(PLAT_OK, rc);
        assert_true(sent > 0 && sent <= size);
        rest += sent;
        size -= sent;
    }
}

int recv_wait(plat_socket socket, void *buffer, size_t size, size_t *got)
{
    int rc;

    while ((rc = plat_socket_recv(socket, buffer, size, got)) == PLAT_AGAIN) {
        assert_true(wait_events(socket, PLAT_READ, DEADLINE_MS) & PLAT_READ);
    }
    return rc;
}

void expect_bytes(plat_socket socket, const void *data, size_t size)
{
    const char *expected = data;
    char buffer[4096];

    while (size > 0) {
        size_t most = size < sizeof(buffer) ? size : sizeof(buffer);
        size_t got = 0;
        assert_status(PLAT_OK, recv_wait(socket, buffer, most, &got));
        assert_true(got > 0 && got <= most);
        assert_memory_equal(buffer, expected, got);
        expected += got;
        size -= got;
    }
}

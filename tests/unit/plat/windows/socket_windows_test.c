/* Conformance of plat/socket.h where a system need not tell as much as Windows does. */
#include "plat/socket.h"

#include "pair.h"
#include "plat/process.h"
#include "wine.h"

/* A peer that closes before it has read all resets the connection. */
static void reset_is_told_from_the_end(void **state)
{
    struct pair *pair = *state;
    char byte;
    size_t got;

    skip_under_wine("a reset reads as the end of the stream", "reports WSAECONNRESET");
    send_all(pair->server, "unread", 6);
    assert_int_equal(wait_events(pair->client, PLAT_READ, DEADLINE_MS), PLAT_READ);
    plat_socket_close(pair->client);
    pair->client = PLAT_SOCKET_NONE;
    assert_status(PLAT_ERR_RESET, recv_wait(pair->server, &byte, 1, &got));
}

#define pair_test(f) cmocka_unit_test_setup_teardown(f, pair_setup, pair_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        pair_test(reset_is_told_from_the_end),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket on Windows", tests, NULL, NULL);
}

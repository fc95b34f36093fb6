/* Conformance of plat/socket.h: looking host names up. */
#include "plat/socket.h"

#include <string.h>

#include "check.h"
#include "plat/process.h"

static struct plat_addr parsed(const char *text)
{
    struct plat_addr addr;
    assert_status(PLAT_OK, plat_addr_parse(&addr, text));
    return addr;
}

static void literals_are_resolved(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "192.0.2.7", "255.255.255.255"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        struct plat_addr expected = parsed(hosts[i]), found[4];
        size_t count = 0;
        assert_status(PLAT_OK, plat_addr_resolve(hosts[i], 5001, found, 4, &count));
        assert_int_equal(count, 1);
        assert_true(plat_addr_same_host(&found[0], &expected));
        assert_int_equal(found[0].port, 5001);
    }
}

static void localhost_is_loopback(void **state)
{
    struct plat_addr found[8];
    size_t count = 0;
    (void)state;

    assert_status(PLAT_OK, plat_addr_resolve("localhost", 65535, found, 8, &count));
    assert_true(count >= 1 && count <= 8);
    for (size_t i = 0; i < count; i++) {
        assert_true(plat_addr_is_loopback(&found[i]));
        assert_int_equal(found[i].port, 65535);
        for (size_t j = 0; j < i; j++) { /* nothing is tried twice */
            assert_false(plat_addr_same_host(&found[i], &found[j]));
        }
    }
}

static void no_more_addresses_are_found_than_fit(void **state)
{
    struct plat_addr found[2];
    size_t count = 0;
    (void)state;

    memset(&found[1], 0x77, sizeof(found[1]));
    assert_status(PLAT_OK, plat_addr_resolve("localhost", 1, found, 1, &count));
    assert_int_equal(count, 1);
    assert_int_equal(found[1].port, 0x7777);
}

/* Without a network, the question may end in a timeout instead. */
static void unknown_name_is_no_host(void **state)
{
    struct plat_addr found[2];
    size_t count;
    int rc = plat_addr_resolve("no-such-host.invalid", 1, found, 2, &count);
    (void)state;
    assert_true(rc == PLAT_ERR_NO_HOST || rc == PLAT_ERR_TIMED_OUT);
}

static void endless_name_is_an_error(void **state)
{
    struct plat_addr found[2];
    char host[3000];
    size_t count;
    (void)state;

    memset(host, 'a', sizeof(host) - 1);
    host[sizeof(host) - 1] = '\0';
    assert_error(plat_addr_resolve(host, 1, found, 2, &count));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_are_resolved),
        cmocka_unit_test(localhost_is_loopback),
        cmocka_unit_test(no_more_addresses_are_found_than_fit),
        cmocka_unit_test(unknown_name_is_no_host),
        cmocka_unit_test(endless_name_is_an_error),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/socket: host names", tests, NULL, NULL);
}

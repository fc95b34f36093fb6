/* net/reach.h: which address means what to whom. */
#include "net/reach.h"

#include "check.h"
#include "expect.h"
#include "plat/process.h"
#include "wire.h"

static struct plat_addr parsed(const char *text)
{
    struct plat_addr addr;
    assert_status(0, plat_addr_parse(&addr, text));
    return addr;
}

static void loopback_and_localhost_are_local(void **state)
{
    static const struct {
        const char *address;
        bool local;
    } rows[] = {
        {"localhost", true},  {"127.0.0.1", true},   {"127.8.8.8", true}, {"::1", true},
        {"10.0.0.1", false},  {"0.0.0.0", false},    {"::", false},       {"example.org", false},
        {"Localhost", false}, {"localhost.", false}, {"", false},         {"127.0.0.1x", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_row(rows[i].address, reach_is_local(slice_text(rows[i].address)) == rows[i].local);
}

static void what_a_peer_calls_itself_is_read_where_it_is(void **state)
{
    static const struct {
        const char *address, *peer, *meant;
    } rows[] = {
        {"localhost", "127.0.0.1", "localhost"},
        {"localhost", "10.0.0.7", "10.0.0.7"},
        {"127.0.0.1", "10.0.0.7", "10.0.0.7"},
        {"::1", "2001:db8::7", "2001:db8::7"},
        {"0.0.0.0", "10.0.0.7", "10.0.0.7"},
        {"::", "10.0.0.7", "10.0.0.7"},
        {"0.0.0.0", "127.0.0.1", "127.0.0.1"},
        {"192.0.2.1", "10.0.0.7", "192.0.2.1"},
        {"192.0.2.1", "127.0.0.1", "192.0.2.1"},
        {"files.example.org", "10.0.0.7", "files.example.org"},
        {"127.0.0.1", "::1", "127.0.0.1"},
    };
    char text[PLAT_ADDR_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plat_addr peer = parsed(rows[i].peer);
        assert_row_slice(rows[i].address, reach_from_peer(slice_text(rows[i].address), &peer, text),
                         rows[i].meant);
    }
}

/* The conn's own end is on 127.0.0.1, whoever its peer is said to be. */
static void a_local_server_is_reached_where_the_peer_reached_us(void **state)
{
    static const struct {
        const char *address, *peer, *given;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1", "127.0.0.1"},
        {"localhost", "127.0.0.1", "localhost"},
        {"::1", "127.0.0.1", "::1"},
        {"localhost", "10.0.0.7", "127.0.0.1"},
        {"127.0.0.9", "10.0.0.7", "127.0.0.1"},
        {"::1", "10.0.0.7", "127.0.0.1"},
        {"192.0.2.1", "10.0.0.7", "192.0.2.1"},
        {"192.0.2.1", "127.0.0.1", "192.0.2.1"},
    };
    struct wire *w = *state;
    char text[PLAT_ADDR_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        w->conn.peer = parsed(rows[i].peer);
        assert_row_slice(rows[i].address,
                         reach_to_peer(slice_text(rows[i].address), &w->conn, text), rows[i].given);
    }
}

static void an_overlong_address_is_left_as_it_is(void **state)
{
    char text[PLAT_ADDR_TEXT_SIZE], *address = text_of('1', 255);
    struct plat_addr peer = parsed("10.0.0.7");
    (void)state;
    assert_slice(reach_from_peer(slice_text(address), &peer, text), address);
    free(address);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loopback_and_localhost_are_local),
        cmocka_unit_test(what_a_peer_calls_itself_is_read_where_it_is),
        wire_test(a_local_server_is_reached_where_the_peer_reached_us),
        cmocka_unit_test(an_overlong_address_is_left_as_it_is),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}

/* proto/heartbeat.h: datagrams that are heartbeats, and others. */
#include "proto/heartbeat.h"

#include "expect.h"

static void datagrams_are_heartbeats_with_or_without_a_line_feed(void **state)
{
    static const struct {
        const char *datagram, *id, *address;
        uint16_t port;
        uint32_t load, files;
    } rows[] = {
        {"HEARTBEAT CS1 127.0.0.1 7001 0 3", "CS1", "127.0.0.1", 7001, 0, 3},
        {"HEARTBEAT CS1 localhost 7001 0 3\n", "CS1", "localhost", 7001, 0, 3},
        {"HEARTBEAT CS1 localhost 7001 0 3\r\n", "CS1", "localhost", 7001, 0, 3},
        {"HEARTBEAT CS1 localhost 7001 0 3\r", "CS1", "localhost", 7001, 0, 3},
        {"HEARTBEAT CS1 ::1 1 2147483647 2147483647", "CS1", "::1", 1, INT32_MAX, INT32_MAX},
        {"HEARTBEAT  CS1   ::  65535  1  2  \n", "CS1", "::", 65535, 1, 2},
        {"HEARTBEAT CS1 h 007 001 002", "CS1", "h", 7, 1, 2},
        {"HEARTBEAT CS1 h 7001 1 2 99 0123abcd", "CS1", "h", 7001, 1, 2},
        {"HEARTBEAT CS1 h 7001 1 2 anything / at all \x01\n", "CS1", "h", 7001, 1, 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct heartbeat h;
        const char *row = rows[i].datagram;
        assert_row(row, heartbeat_parse(slice_text(row), &h));
        assert_row_slice(row, h.server_id, rows[i].id);
        assert_row_slice(row, h.address, rows[i].address);
        assert_row_number(row, h.tcp_port, rows[i].port);
        assert_row_number(row, h.load, rows[i].load);
        assert_row_number(row, h.file_count, rows[i].files);
    }
}

static void other_datagrams_are_dropped(void **state)
{
    static const char *const rows[] = {
        "",
        "\n",
        " ",
        "HEARTBEAT",
        "HEARTBEAT CS1",
        "HEARTBEAT CS1 h",
        "HEARTBEAT CS1 h 7001",
        "HEARTBEAT CS1 h 7001 1",
        "heartbeat CS1 h 7001 1 2",
        "HEARTBEATS CS1 h 7001 1 2",
        "HEARTBEAT C/1 h 7001 1 2",
        "HEARTBEAT CS1 [::1] 7001 1 2",
        "HEARTBEAT CS1 h 0 1 2",
        "HEARTBEAT CS1 h 65536 1 2",
        "HEARTBEAT CS1 h -1 1 2",
        "HEARTBEAT CS1 h 7001 -1 2",
        "HEARTBEAT CS1 h 7001 2147483648 2",
        "HEARTBEAT CS1 h 7001 1 2147483648",
        "HEARTBEAT CS1 h 7001 1 2x",
        "HEARTBEAT CS1 h 7001 1 0x2",
        "HEARTBEAT CS1 h 7001 1.5 2",
        "HEARTBEAT CS1 h 7001 1 2\nHEARTBEAT CS2 h 7001 1 2",
        "HEARTBEAT CS1 h 7001 1 2\n\n",
        "HEARTBEAT\tCS1 h 7001 1 2",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct heartbeat h;
        assert_row(rows[i], !heartbeat_parse(slice_text(rows[i]), &h));
    }
}

static void ids_and_hosts_have_their_limits(void **state)
{
    static const struct {
        size_t id, host;
        bool good;
    } rows[] = {{64, 255, true}, {65, 255, false}, {64, 256, false}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer out = BUFFER_INIT;
        char *id = text_of('i', rows[i].id), *host = text_of('h', rows[i].host);
        struct heartbeat back, h = {slice_text(id), slice_text(host), 1, 2, 3};
        heartbeat_encode(&out, &h);
        assert_int_equal(heartbeat_parse(buffer_content(&out), &back), rows[i].good);
        buffer_fini(&out);
        free(id);
        free(host);
    }
}

static void an_encoded_heartbeat_has_the_words_of_the_protocol(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct heartbeat h = {slice_text("CS1"), slice_text("127.0.0.1"), 65535, INT32_MAX, 0};
    (void)state;
    heartbeat_encode(&out, &h);
    assert_slice(buffer_content(&out), "HEARTBEAT CS1 127.0.0.1 65535 2147483647 0");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams_are_heartbeats_with_or_without_a_line_feed),
        cmocka_unit_test(other_datagrams_are_dropped),
        cmocka_unit_test(ids_and_hosts_have_their_limits),
        cmocka_unit_test(an_encoded_heartbeat_has_the_words_of_the_protocol),
    };
    return cmocka_run_group_tests_name("heartbeat", tests, NULL, NULL);
}

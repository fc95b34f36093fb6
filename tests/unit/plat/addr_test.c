/* Conformance of the address functions of plat/socket.h, which touch no network. */
#include "plat/socket.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static struct plat_addr parsed(const char *text)
{
    struct plat_addr addr;
    assert_status(PLAT_OK, plat_addr_parse(&addr, text));
    return addr;
}

static void v4_literals_are_read(void **state)
{
    static const struct {
        const char *text;
        uint8_t ip[4];
    } cases[] = {
        {"0.0.0.0", {0, 0, 0, 0}},
        {"127.0.0.1", {127, 0, 0, 1}},
        {"10.20.30.40", {10, 20, 30, 40}},
        {"255.255.255.255", {255, 255, 255, 255}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct plat_addr addr = parsed(cases[i].text);
        assert_false(addr.is_v6);
        assert_memory_equal(addr.ip, cases[i].ip, 4);
        assert_int_equal(addr.port, 0);
        assert_int_equal(addr.scope_id, 0);
    }
}

static void v6_literals_are_read(void **state)
{
    static const struct {
        const char *text;
        uint8_t ip[16];
    } cases[] = {
        {"::", {0}},
        {"::1", {[15] = 1}},
        {"2001:db8::1", {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
        {"2001:DB8::A", {0x20, 0x01, 0x0d, 0xb8, [15] = 10}},
        {"fe80::", {0xfe, 0x80}},
        {"1:2:3:4:5:6:7:8", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct plat_addr addr = parsed(cases[i].text);
        assert_true(addr.is_v6);
        assert_memory_equal(addr.ip, cases[i].ip, 16);
        assert_int_equal(addr.port, 0);
        assert_int_equal(addr.scope_id, 0);
    }
}

static void what_is_no_literal_is_invalid(void **state)
{
    static const char *const texts[] = {
        "",           " ",        "localhost",
        "1",          "1.2.3",    "1.2.3.4.5",
        "256.0.0.1",  "1.2.3.-4", "1.2.3.4 ",
        " 1.2.3.4",   "1.2.3.4x", "1.2.3.4:80",
        "1..2.3",     "1.2.3.",   ".1.2.3",
        "0x7f.0.0.1", "[::1]",    "[::1]:80",
        "::1::",      "1::2::3",  "12345::",
        ":::",        ":",        "1:2:3:4:5:6:7",
        "g::",        "::1 ",     "1:2:3:4:5:6:7:8:9",
        "1.2.3.4%1",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct plat_addr addr;
        int rc = plat_addr_parse(&addr, texts[i]);
        if (rc != PLAT_ERR_INVALID) {
            print_error("\"%s\"\n", texts[i]);
        }
        assert_status(PLAT_ERR_INVALID, rc);
    }
}

static void endless_text_is_invalid(void **state)
{
    static const char *const fills[] = {"1", ".", ":", "f", "%"};
    char text[5000];
    struct plat_addr addr;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(fills); i++) {
        memset(text, fills[i][0], sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        assert_status(PLAT_ERR_INVALID, plat_addr_parse(&addr, text));
        memcpy(text, "fe80::1%", 8);
        assert_error(plat_addr_parse(&addr, text));
    }
}

static void literals_are_written_as_they_are_read(void **state)
{
    static const char *const texts[] = {
        "0.0.0.0",
        "127.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "2001:db8::1",
        "fe80::1",
        "1:2:3:4:5:6:7:8",
        "ff02::1:ff00:0",
        "fe80::1%7",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct plat_addr addr = parsed(texts[i]);
        char text[PLAT_ADDR_TEXT_SIZE];
        addr.port = 6000;
        plat_addr_format(&addr, text);
        assert_string_equal(text, texts[i]);
    }
}

static void scope_is_read_and_written(void **state)
{
    struct plat_addr addr = parsed("fe80::1%4294967295");
    char text[PLAT_ADDR_TEXT_SIZE];
    (void)state;

    assert_true(addr.scope_id == 4294967295u);
    memset(addr.ip, 0xfe, sizeof(addr.ip));
    memset(text, '?', sizeof(text));
    plat_addr_format(&addr, text);
    assert_non_null(memchr(text, '\0', sizeof(text)));
}

static void every_v4_byte_is_written(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        struct plat_addr addr = {.ip = {1, (uint8_t)byte, 2, (uint8_t)byte}};
        char text[PLAT_ADDR_TEXT_SIZE], expected[32];
        plat_addr_format(&addr, text);
        snprintf(expected, sizeof(expected), "1.%d.2.%d", byte, byte);
        assert_string_equal(text, expected);
    }
}

static void any_is_every_address(void **state)
{
    struct plat_addr any = plat_addr_any(6001);
    struct plat_addr v4 = parsed("0.0.0.0"), v6 = parsed("::"), other = parsed("0.0.0.1");
    char text[PLAT_ADDR_TEXT_SIZE];
    (void)state;

    plat_addr_format(&any, text);
    assert_string_equal(text, "::");
    assert_int_equal(any.port, 6001);
    assert_true(plat_addr_is_any(&any) && plat_addr_is_any(&v4) && plat_addr_is_any(&v6));
    assert_false(plat_addr_is_any(&other));
}

static void bytes_beyond_v4_do_not_count(void **state)
{
    struct plat_addr any = parsed("0.0.0.0"), a = parsed("10.0.0.1"), b = a;
    (void)state;

    any.ip[15] = 1;
    b.ip[4] = 9;
    assert_true(plat_addr_is_any(&any));
    assert_true(plat_addr_same_host(&a, &b));
}

static void loopback_is_known(void **state)
{
    static const struct {
        const char *text;
        bool is_loopback;
    } cases[] = {
        {"127.0.0.1", true}, {"127.8.9.10", true}, {"::1", true},     {"128.0.0.1", false},
        {"0.0.0.0", false},  {"::", false},        {"::1:1", false},  {"10.0.0.1", false},
        {"fe80::1", false},  {"7f00::", false},    {"100::1", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct plat_addr addr = parsed(cases[i].text);
        assert_int_equal(plat_addr_is_loopback(&addr), cases[i].is_loopback);
        assert_int_equal(plat_addr_is_any(&addr), i == 4 || i == 5);
    }
}

static void loopback_is_of_the_asked_family(void **state)
{
    struct plat_addr v4 = plat_addr_loopback(false, 1), v6 = plat_addr_loopback(true, 65535);
    char text[PLAT_ADDR_TEXT_SIZE];
    (void)state;

    plat_addr_format(&v4, text);
    assert_string_equal(text, "127.0.0.1");
    assert_int_equal(v4.port, 1);
    plat_addr_format(&v6, text);
    assert_string_equal(text, "::1");
    assert_int_equal(v6.port, 65535);
}

static void same_host_is_family_address_and_scope(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"10.0.0.1", "10.0.0.1", true},
        {"10.0.0.1", "10.0.0.2", false},
        {"::1", "::1", true},
        {"::1", "::2", false},
        {"0.0.0.0", "::", false},
        {"fe80::1%3", "fe80::1%3", true},
        {"fe80::1%3", "fe80::1", false},
        {"fe80::1%3", "fe80::1%4", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct plat_addr a = parsed(cases[i].a), b = parsed(cases[i].b);
        a.port = 1;
        b.port = 2;
        assert_int_equal(plat_addr_same_host(&a, &b), cases[i].same);
        assert_int_equal(plat_addr_same_host(&b, &a), cases[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v4_literals_are_read),
        cmocka_unit_test(v6_literals_are_read),
        cmocka_unit_test(what_is_no_literal_is_invalid),
        cmocka_unit_test(endless_text_is_invalid),
        cmocka_unit_test(literals_are_written_as_they_are_read),
        cmocka_unit_test(scope_is_read_and_written),
        cmocka_unit_test(every_v4_byte_is_written),
        cmocka_unit_test(any_is_every_address),
        cmocka_unit_test(bytes_beyond_v4_do_not_count),
        cmocka_unit_test(loopback_is_known),
        cmocka_unit_test(loopback_is_of_the_asked_family),
        cmocka_unit_test(same_host_is_family_address_and_scope),
    };
    return cmocka_run_group_tests_name("plat/socket: addresses", tests, NULL, NULL);
}

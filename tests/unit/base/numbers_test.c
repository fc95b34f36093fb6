/* base/numbers.h: decimal numbers of the wire and the command line. */
#include "base/numbers.h"

#include "expect.h"
#include "seeded.h"

static void decimal_digits_are_a_number(void **state)
{
    static const struct {
        const char *text;
        uint64_t max, value;
    } rows[] = {
        {"0", 0, 0},
        {"0", UINT64_MAX, 0},
        {"7", 7, 7},
        {"65535", 65535, 65535},
        {"00000000000000000000000000000012", 12, 12},
        {"0000", 0, 0},
        {"2147483647", INT32_MAX, INT32_MAX},
        {"9223372036854775807", INT64_MAX, INT64_MAX},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
        {"3", 3, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t value = 99;
        int rc = number_parse(slice_text(rows[i].text), rows[i].max, &value);
        assert_row_number(rows[i].text, rc, 0);
        assert_row_number(rows[i].text, value, rows[i].value);
    }
}

static void anything_else_is_no_number(void **state)
{
    static const struct {
        const char *text;
        uint64_t max;
    } rows[] = {
        {"", 100},
        {" ", 100},
        {"1", 0},
        {"12", 3},
        {"4", 3},
        {"04", 3},
        {"65536", 65535},
        {"2147483648", INT32_MAX},
        {"9223372036854775808", INT64_MAX},
        {"18446744073709551616", UINT64_MAX},
        {"99999999999999999999", UINT64_MAX},
        {"100000000000000000000000000000000000", UINT64_MAX},
        {"+1", 100},
        {"-1", 100},
        {"-0", 100},
        {"1 ", 100},
        {" 1", 100},
        {"1\n", 100},
        {"0x10", 100},
        {"1e1", 100},
        {"1.0", 100},
        {"1a", 100},
        {"a", 100},
        {"\xb2", 100},
        {"1,0", 100},
        {"/", 100},
        {":", 100},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t value = 99;
        int rc = number_parse(slice_text(rows[i].text), rows[i].max, &value);
        assert_row(rows[i].text, rc == PLAT_ERR_INVALID);
        assert_row_number(rows[i].text, value, 99);
    }
}

static void a_zero_byte_is_no_digit(void **state)
{
    uint64_t value;
    (void)state;
    assert_int_equal(number_parse(slice_of("1\0", 2), 100, &value), PLAT_ERR_INVALID);
    assert_int_equal(number_parse(slice_of(NULL, 0), 100, &value), PLAT_ERR_INVALID);
}

static void seconds_have_an_optional_fraction(void **state)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } rows[] = {
        {"8", 8000},
        {"0.25", 250},
        {"3.0", 3000},
        {".5", 500},
        {"5.", 5000},
        {"0.001", 1},
        {"0.0001", 1},
        {"0.0010", 1},
        {"0.0011", 2},
        {"1.9999", 2000},
        {"0.9990000001", 1000},
        {"0000.1", 100},
        {"86400", 86400000},
        {"86399.9991", 86400000},
        {"0.00000000000000000000000000001", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t ms = 99;
        int rc = number_parse_seconds(slice_text(rows[i].text), 86400000, &ms);
        assert_row_number(rows[i].text, rc, 0);
        assert_row_number(rows[i].text, ms, rows[i].ms);
    }
}

static void other_seconds_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        ".",
        "0",
        "0.0",
        "0.000",
        "-1",
        "+1",
        "1.2.3",
        "1,5",
        "1s",
        "1 ",
        " 1",
        "1. 5",
        "1e3",
        "86401",
        "86400.0001",
        "99999999999999999999",
        "0x1",
        "inf",
        "nan",
        "1.-5",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t ms = 99;
        assert_row(rows[i], number_parse_seconds(slice_text(rows[i]), 86400000, &ms) < 0);
        assert_row_number(rows[i], ms, 99);
    }
}

static void rates_have_an_optional_fraction_and_unit(void **state)
{
    static const struct {
        const char *text;
        uint64_t rate;
    } rows[] = {
        {"1", 1},
        {"500000", 500000},
        {"1k", 1024},
        {"800K", 819200},
        {"1.5M", 1572864},
        {".5m", 524288},
        {"2.G", 2147483648},
        {"2g", 2147483648},
        {"1.9", 1},
        {"0.001k", 1},
        {"0.99999999999999999999999999999999999999k", 1023},
        {"0.9999999999999999G", 1073741822},
        {"9223372036854775807", INT64_MAX},
        {"8589934591G", INT64_MAX - 1073741823},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t rate = 99;
        int rc = number_parse_rate(slice_text(rows[i].text), INT64_MAX, &rate);
        assert_row_number(rows[i].text, rc, 0);
        assert_row_number(rows[i].text, rate, rows[i].rate);
    }
}

static void other_rates_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        ".",
        "k",
        ".k",
        "0",
        "0k",
        "0.9",
        "-1",
        "1 k",
        "1kk",
        "1T",
        "1kB",
        "1.2.",
        "1,5",
        "0x10",
        "1.5.5M",
        "1.x",
        "1e3",
        " 1",
        "M1",
        "1.-1",
        "8589934592G",
        "9223372036854775808",
        "99999999999999999999k",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t rate = 99;
        assert_row(rows[i], number_parse_rate(slice_text(rows[i]), INT64_MAX, &rate) < 0);
        assert_row_number(rows[i], rate, 99);
    }
    uint64_t rate = 99;
    assert_int_equal(number_parse_rate(slice_text("1k"), 1023, &rate), PLAT_ERR_INVALID);
    assert_int_equal(number_parse_rate(slice_text("1.5k"), 1535, &rate), PLAT_ERR_INVALID);
    assert_int_equal(number_parse_rate(slice_of(NULL, 0), 9, &rate), PLAT_ERR_INVALID);
}

static void numbers_are_written_as_their_digits(void **state)
{
    static const struct {
        uint64_t value;
        const char *text;
    } rows[] = {
        {0, "0"}, {9, "9"}, {10, "10"}, {1000000, "1000000"}, {UINT64_MAX, "18446744073709551615"},
    };
    char text[NUMBER_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_row_number(rows[i].text, number_format(rows[i].value, text), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

static void written_numbers_are_read_as_they_were(void **state)
{
    struct seeded random;
    char text[NUMBER_TEXT_SIZE];
    (void)state;
    seeded_init(&random, "numbers");
    for (int i = 0; i < 10000; i++) {
        uint64_t number = seeded_next(&random) >> seeded_below(&random, 64), back = ~number;
        size_t size = number_format(number, text);
        assert_int_equal(number_parse(slice_of(text, size), number, &back), 0);
        assert_true(back == number);
        if (number > 0)
            assert_int_equal(number_parse(slice_of(text, size), number - 1, &back),
                             PLAT_ERR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_digits_are_a_number),
        cmocka_unit_test(anything_else_is_no_number),
        cmocka_unit_test(a_zero_byte_is_no_digit),
        cmocka_unit_test(seconds_have_an_optional_fraction),
        cmocka_unit_test(other_seconds_are_refused),
        cmocka_unit_test(rates_have_an_optional_fraction_and_unit),
        cmocka_unit_test(other_rates_are_refused),
        cmocka_unit_test(numbers_are_written_as_their_digits),
        cmocka_unit_test(written_numbers_are_read_as_they_were),
    };
    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}

/* base/line.h: cutting bytes into lines. */
#include "base/line.h"

#include "expect.h"

enum { MAX = 8 };

static void first_line_is_found_without_its_end(void **state)
{
    static const struct {
        const char *bytes, *line;
        size_t used;
    } rows[] = {
        {"a\n", "a", 2},
        {"\n", "", 1},
        {"a\nb\n", "a", 2},
        {"ab\r\n", "ab", 4},
        {"\r\n", "", 2},
        {"a\r\r\n", "a\r", 4},
        {"a\rb\n", "a\rb", 4},
        {" a \n", " a ", 4},
        {"1234567\n", "1234567", 8},
        {"123456\r\n", "123456", 8},
        {"\n\n", "", 1},
        {"a\n123456789", "a", 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice line;
        size_t used = 0;
        enum line_status status = line_find(slice_text(rows[i].bytes), MAX, &line, &used);
        assert_row(rows[i].bytes, status == LINE_FOUND);
        assert_row_slice(rows[i].bytes, line, rows[i].line);
        assert_row_number(rows[i].bytes, used, rows[i].used);
    }
}

static void other_bytes_are_partial_or_too_long(void **state)
{
    static const struct {
        const char *bytes;
        enum line_status status;
    } rows[] = {
        {"", LINE_PARTIAL},
        {"a", LINE_PARTIAL},
        {"a\r", LINE_PARTIAL},
        {"1234567", LINE_PARTIAL},
        {"12345678", LINE_TOO_LONG},
        {"12345678\n", LINE_TOO_LONG},
        {"1234567\r\n", LINE_TOO_LONG},
        {"12345678901234", LINE_TOO_LONG},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice line;
        size_t used = 0;
        enum line_status status = line_find(slice_text(rows[i].bytes), MAX, &line, &used);
        assert_row_number(rows[i].bytes, status, rows[i].status);
    }
}

static void zero_bytes_do_not_end_a_line(void **state)
{
    struct slice line;
    size_t used;
    (void)state;
    assert_int_equal(line_find(slice_of("a\0b\n", 4), MAX, &line, &used), LINE_FOUND);
    assert_slices(line, slice_of("a\0b", 3));
}

static void nothing_is_a_partial_line(void **state)
{
    struct slice line;
    size_t used;
    (void)state;
    assert_int_equal(line_find(slice_of(NULL, 0), MAX, &line, &used), LINE_PARTIAL);
}

static void last_line_loses_one_carriage_return(void **state)
{
    (void)state;
    assert_slice(line_last(slice_text("a")), "a");
    assert_slice(line_last(slice_text("a\r")), "a");
    assert_slice(line_last(slice_text("a\r\r")), "a\r");
    assert_slice(line_last(slice_text("\r")), "");
    assert_slice(line_last(slice_of(NULL, 0)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_line_is_found_without_its_end),
        cmocka_unit_test(other_bytes_are_partial_or_too_long),
        cmocka_unit_test(zero_bytes_do_not_end_a_line),
        cmocka_unit_test(nothing_is_a_partial_line),
        cmocka_unit_test(last_line_loses_one_carriage_return),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}

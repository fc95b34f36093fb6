/* base/slice.h: views of bytes. */
#include "base/slice.h"

#include "expect.h"

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void order_is_by_bytes_with_prefixes_first(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"", "", 0},       {"a", "a", 0},     {"", "a", -1},       {"a", "", 1},
        {"a", "b", -1},    {"a", "ab", -1},   {"ab", "a", 1},      {"B", "a", -1},
        {"a/b", "a b", 1}, {"a", "\xc3", -1}, {"\xff", "\x7f", 1}, {"abc", "abd", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int order = slice_compare(slice_text(rows[i].a), slice_text(rows[i].b));
        assert_row(rows[i].a, sign(order) == rows[i].order);
    }
}

static void zero_bytes_count_like_others(void **state)
{
    (void)state;
    assert_true(slice_compare(slice_of("a\0b", 3), slice_of("a\0c", 3)) < 0);
    assert_false(slice_equal(slice_of("a\0b", 3), slice_of("a\0c", 3)));
    assert_false(slice_equal(slice_of("a\0", 2), slice_text("a")));
}

static void empty_slices_are_equal_wherever_they_point(void **state)
{
    (void)state;
    assert_true(slice_equal(slice_of(NULL, 0), slice_text("")));
    assert_true(slice_is(slice_of(NULL, 0), ""));
    assert_int_equal(slice_compare(slice_of(NULL, 0), slice_text("")), 0);
}

static void trim_takes_spaces_off_both_ends_only(void **state)
{
    static const struct {
        const char *text, *trimmed;
    } rows[] = {
        {"", ""},     {"  ", ""},         {"a", "a"},         {" a", "a"},
        {"a  ", "a"}, {" a  b ", "a  b"}, {"\ta\t", "\ta\t"}, {" \r", "\r"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_row_slice(rows[i].text, slice_trim(slice_text(rows[i].text)), rows[i].trimmed);
}

static void fields_are_taken_from_the_front(void **state)
{
    struct slice rest = slice_text("  GET   my  file.txt ");
    (void)state;
    assert_slice(slice_take_field(&rest), "GET");
    assert_slice(rest, "my  file.txt");
    assert_slice(slice_take_field(&rest), "my");
    assert_slice(slice_take_field(&rest), "file.txt");
    assert_slice(rest, "");
    assert_slice(slice_take_field(&rest), "");
}

static void fields_are_taken_from_the_end(void **state)
{
    struct slice rest = slice_text("  my  file.txt   12 ");
    (void)state;
    assert_slice(slice_take_last_field(&rest), "12");
    assert_slice(rest, "my  file.txt");
    assert_slice(slice_take_last_field(&rest), "file.txt");
    assert_slice(slice_take_last_field(&rest), "my");
    assert_slice(slice_take_last_field(&rest), "");
    assert_slice(rest, "");
}

static void fields_of_nothing_are_empty(void **state)
{
    struct slice none = slice_of(NULL, 0), spaces = slice_text("   ");
    (void)state;
    assert_slice(slice_take_field(&none), "");
    assert_slice(slice_take_last_field(&none), "");
    assert_slice(slice_take_field(&spaces), "");
    assert_slice(spaces, "");
}

static void copy_ends_with_a_zero_and_cuts_what_does_not_fit(void **state)
{
    char text[4] = "xyz";
    (void)state;
    slice_copy(slice_text("abcdef"), text, sizeof text);
    assert_string_equal(text, "abc");
    slice_copy(slice_text("abc"), text, sizeof text);
    assert_string_equal(text, "abc");
    slice_copy(slice_of(NULL, 0), text, sizeof text);
    assert_string_equal(text, "");
    slice_copy(slice_text("abc"), text, 1);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_by_bytes_with_prefixes_first),
        cmocka_unit_test(zero_bytes_count_like_others),
        cmocka_unit_test(empty_slices_are_equal_wherever_they_point),
        cmocka_unit_test(trim_takes_spaces_off_both_ends_only),
        cmocka_unit_test(fields_are_taken_from_the_front),
        cmocka_unit_test(fields_are_taken_from_the_end),
        cmocka_unit_test(fields_of_nothing_are_empty),
        cmocka_unit_test(copy_ends_with_a_zero_and_cuts_what_does_not_fit),
    };
    return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}

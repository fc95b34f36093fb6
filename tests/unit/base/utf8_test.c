/* base/utf8.h: characters in bytes that may be anything. */
#include "base/utf8.h"

#include <stdio.h>

#include "expect.h"

static void characters_have_their_size(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } rows[] = {
        {"a", 1},
        {"ab", 1},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xc3\xbc!", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xe6\xbc\xa2\xe6", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf0\x9f\x98\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_row_number(rows[i].text, utf8_size(slice_text(rows[i].text)), rows[i].size);
    assert_int_equal(utf8_size(slice_of("\0", 1)), 1);
}

static void other_bytes_are_no_characters(void **state)
{
    static const char *const rows[] = {
        "",
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc3",
        "\xc3(",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xe6\xbc",
        "\xe6\xbc(",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf0\x9f\x98",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_row_number(rows[i], utf8_size(slice_text(rows[i])), 0);
}

static void one_bad_byte_makes_a_text_invalid(void **state)
{
    (void)state;
    assert_true(utf8_is_valid(slice_text("")));
    assert_true(utf8_is_valid(slice_text("gr\xc3\xbc\xc3\x9f")));
    assert_false(utf8_is_valid(slice_text("gr\xc3\xbc\xc3")));
    assert_false(utf8_is_valid(slice_text("gr\xfc\xdf")));
}

static void cutting_keeps_characters_whole(void **state)
{
    struct slice text = slice_text("a\xc3\xbc\xf0\x9f\x98\x80\xff!");
    static const size_t cut[] = {0, 1, 1, 3, 3, 3, 3, 7, 8, 9, 9};
    (void)state;
    for (size_t most = 0; most < COUNT_OF(cut); most++) {
        char row[16];
        snprintf(row, sizeof row, "%u", (unsigned)most);
        assert_row_number(row, utf8_cut(text, most), cut[most]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_have_their_size),
        cmocka_unit_test(other_bytes_are_no_characters),
        cmocka_unit_test(one_bad_byte_makes_a_text_invalid),
        cmocka_unit_test(cutting_keeps_characters_whole),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}

/* client/glob.h: which names a pattern stands for. */
#include "client/glob.h"

#include <stdio.h>

#include "expect.h"

static void stars_and_question_marks_make_a_pattern(void **state)
{
    (void)state;
    assert_true(glob_is_pattern(slice_text("*")));
    assert_true(glob_is_pattern(slice_text("a?b")));
    assert_false(glob_is_pattern(slice_text("")));
    assert_false(glob_is_pattern(slice_text("a[b]{c}\\d")));
    assert_false(glob_is_pattern(slice_of(NULL, 0)));
}

static void patterns_match_all_of_the_name(void **state)
{
    static const struct {
        const char *pattern, *name;
        bool matches;
    } rows[] = {
        {"a", "a", true},
        {"a", "b", false},
        {"a", "ab", false},
        {"ab", "a", false},
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "a", true},
        {"*", "pool/a/b.iso", true},
        {"?", "", false},
        {"?", "a", true},
        {"?", "/", true},
        {"?", "ab", false},
        {"?", "\xc3\xbc", true},
        {"??", "\xc3\xbc", false},
        {"?", "\xf0\x9f\x98\x80", true},
        {"?", "\xfc", true},
        {"\xc3?", "\xc3\xbc", false},
        {"*\xbc", "\xc3\xbc", false},
        {"\xfc*", "\xfc\xdf", true},
        {"*.iso", "a.iso", true},
        {"*.iso", ".iso", true},
        {"*.iso", "a.isos", false},
        {"*.iso", "pool/a.iso", true},
        {"pool/*", "pool/", true},
        {"pool/*", "pool", false},
        {"a*b*c", "abc", true},
        {"a*b*c", "a--b--c", true},
        {"a*b*c", "a--c--b", false},
        {"*aab", "aaaaab", true},
        {"*a*b", "aaaaaa", false},
        {"a**b", "ab", true},
        {"**", "x", true},
        {"a*?", "a", false},
        {"a*?", "ab", true},
        {"?*?", "ab", true},
        {"?*?", "a", false},
        {"*ab*ab", "ab-ab-ab", true},
        {"*ab*ab", "aab", false},
        {"[ab]", "a", false},
        {"[ab]", "[ab]", true},
        {"A", "a", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char row[64];
        snprintf(row, sizeof row, "%s ~ %s", rows[i].pattern, rows[i].name);
        assert_row(row, glob_match(slice_text(rows[i].pattern), slice_text(rows[i].name)) ==
                            rows[i].matches);
    }
}

/* Would take as long as the universe if each star were gone back to. */
static void many_stars_take_no_time(void **state)
{
    enum { STARS = 500, NAME = 1024 };
    char pattern[2 * STARS + 2], name[NAME];
    (void)state;
    for (size_t i = 0; i < STARS; i++) {
        pattern[2 * i] = '*';
        pattern[2 * i + 1] = 'a';
    }
    pattern[2 * STARS] = 'b';
    memset(name, 'a', sizeof name);
    assert_false(glob_match(slice_of(pattern, 2 * STARS + 1), slice_of(name, sizeof name)));
    assert_true(glob_match(slice_of(pattern, 2 * STARS), slice_of(name, sizeof name)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stars_and_question_marks_make_a_pattern),
        cmocka_unit_test(patterns_match_all_of_the_name),
        cmocka_unit_test(many_stars_take_no_time),
    };
    return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}

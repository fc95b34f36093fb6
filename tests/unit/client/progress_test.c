/* client/progress.h: the progress line. */
#include "client/progress.h"

#include "client/pace.h"
#include "expect.h"

static void words_are_those_of_the_specification(void **state)
{
    static const struct {
        uint64_t done, size;
        const char *text;
    } rows[] = {
        {0, 600, "Downloading: 0.0% (0/600 bytes)"},
        {252, 600, "Downloading: 42.0% (252/600 bytes)"},
        {600, 600, "Downloading: 100.0% (600/600 bytes)"},
        {0, 0, "Downloading: 100.0% (0/0 bytes)"},
        {99999, 100000, "Downloading: 99.9% (99999/100000 bytes)"},
        {INT64_MAX - 1, INT64_MAX,
         "Downloading: 99.9% (9223372036854775806/9223372036854775807 bytes)"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[PROGRESS_SIZE];
        struct progress progress = {.done = rows[i].done, .size = rows[i].size};
        size_t length = progress_format(text, &progress);
        assert_row_slice(rows[i].text, slice_text(text), rows[i].text);
        assert_row_number(rows[i].text, length, strlen(rows[i].text));
    }
}

static void what_does_not_fit_is_left_out(void **state)
{
    static const struct {
        size_t columns;
        const char *text;
    } rows[] = {
        {200, "Downloading: 42.0% (420/1000 bytes)  1.5 KiB/s  0:42 left  3 sources"},
        {68, "Downloading: 42.0% (420/1000 bytes)  1.5 KiB/s  0:42 left  3 sources"},
        {67, "Downloading: 42.0% (420/1000 bytes)  1.5 KiB/s  0:42 left"},
        {57, "Downloading: 42.0% (420/1000 bytes)  1.5 KiB/s  0:42 left"},
        {56, "Downloading: 42.0% (420/1000 bytes)  1.5 KiB/s"},
        {46, "Downloading: 42.0% (420/1000 bytes)  1.5 KiB/s"},
        {35, "Downloading: 42.0% (420/1000 bytes)"},
        {34, "Downloading: 42.0% (420/1000 bytes"},
        {5, "Downl"},
        {0, ""},
    };
    const struct progress progress = {
        .done = 420, .size = 1000, .rate = 1536, .left_s = 42, .sources = 3};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[PROGRESS_SIZE];
        size_t length = progress_format_wide(text, &progress, rows[i].columns);
        assert_row_slice(rows[i].text, slice_text(text), rows[i].text);
        assert_row_number(rows[i].text, length, strlen(rows[i].text));
    }
}

static void what_is_unknown_is_left_out(void **state)
{
    char text[PROGRESS_SIZE];
    struct progress progress = {
        .done = 1, .size = 10, .rate = PACE_UNKNOWN, .left_s = PACE_UNKNOWN};
    (void)state;
    progress_format_wide(text, &progress, 200);
    assert_string_equal(text, "Downloading: 10.0% (1/10 bytes)");
    progress.sources = 1;
    progress_format_wide(text, &progress, 200);
    assert_string_equal(text, "Downloading: 10.0% (1/10 bytes)  1 source");
    progress.rate = 0;
    progress_format_wide(text, &progress, 200);
    assert_string_equal(text, "Downloading: 10.0% (1/10 bytes)  0 B/s  1 source");
}

static void the_longest_line_has_room(void **state)
{
    char text[PROGRESS_SIZE];
    const struct progress progress = {.done = UINT64_MAX,
                                      .size = UINT64_MAX,
                                      .rate = UINT64_MAX - 1,
                                      .left_s = UINT64_MAX - 1,
                                      .sources = UINT32_MAX};
    (void)state;
    size_t length = progress_format_wide(text, &progress, 1000);
    assert_int_equal(length, strlen(text));
    assert_non_null(strstr(text, " 4294967295 sources"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_the_specification),
        cmocka_unit_test(what_does_not_fit_is_left_out),
        cmocka_unit_test(what_is_unknown_is_left_out),
        cmocka_unit_test(the_longest_line_has_room),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}

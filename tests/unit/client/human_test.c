/* client/human.h: sizes, speeds and times for people. */
#include "client/human.h"

#include "expect.h"

static void bytes_have_their_unit(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text, *rate;
    } rows[] = {
        {0, "0 bytes", "0 B/s"},
        {1, "1 byte", "1 B/s"},
        {1023, "1023 bytes", "1023 B/s"},
        {1024, "1.0 KiB", "1.0 KiB/s"},
        {1536, "1.5 KiB", "1.5 KiB/s"},
        {1048524, "1023.9 KiB", "1023.9 KiB/s"},
        {1048525, "1.0 MiB", "1.0 MiB/s"},
        {209715200, "200.0 MiB", "200.0 MiB/s"},
        {3328599654, "3.1 GiB", "3.1 GiB/s"},
        {UINT64_MAX, "16.0 EiB", "16.0 EiB/s"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[HUMAN_SIZE];
        assert_row_slice(rows[i].text, slice_text(human_bytes(text, rows[i].bytes)), rows[i].text);
        assert_row_slice(rows[i].text, slice_text(human_rate(text, rows[i].bytes)), rows[i].rate);
    }
}

static void times_have_their_unit(void **state)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } rows[] = {
        {0, "0.00 s"},          {12, "0.01 s"},         {999, "1.00 s"},        {1000, "1.0 s"},
        {2149, "2.1 s"},        {59949, "59.9 s"},      {59950, "1:00 min"},    {65400, "1:05 min"},
        {3599499, "59:59 min"}, {3599500, "1:00:00 h"}, {7384000, "2:03:04 h"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[HUMAN_SIZE];
        assert_row_slice(rows[i].text, slice_text(human_time(text, rows[i].ms)), rows[i].text);
    }
}

static void clocks_show_hours_when_there_are_some(void **state)
{
    char text[HUMAN_SIZE];
    (void)state;
    assert_string_equal(human_clock(text, 0), "0:00");
    assert_string_equal(human_clock(text, 42), "0:42");
    assert_string_equal(human_clock(text, 3599), "59:59");
    assert_string_equal(human_clock(text, 3600), "1:00:00");
    assert_string_equal(human_clock(text, 360000), "100:00:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_have_their_unit),
        cmocka_unit_test(times_have_their_unit),
        cmocka_unit_test(clocks_show_hours_when_there_are_some),
    };
    return cmocka_run_group_tests_name("human", tests, NULL, NULL);
}

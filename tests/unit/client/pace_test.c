/* client/pace.h: how fast it is, and for how long yet. */
#include "client/pace.h"

#include <stdio.h>

#include "expect.h"

enum { MIB = 1024 * 1024 };

/* Samples each 100 ms at a steady rate of bytes a second; returns the end. */
static uint64_t run(struct pace *pace, uint64_t *done, uint64_t from_ms, uint64_t ms, uint64_t rate)
{
    for (uint64_t at = 100; at <= ms; at += 100) {
        *done += rate / 10;
        pace_sample(pace, *done, from_ms + at);
    }
    return from_ms + ms;
}

static void nothing_is_known_at_first(void **state)
{
    struct pace pace = {0};
    uint64_t done = 0;
    (void)state;
    assert_true(pace_rate(&pace) == PACE_UNKNOWN);
    assert_true(pace_seconds_left(&pace, 1) == PACE_UNKNOWN);
    pace_sample(&pace, 0, 5000);
    run(&pace, &done, 5000, 400, MIB);
    assert_true(pace_rate(&pace) == PACE_UNKNOWN);
    run(&pace, &done, 5400, 100, MIB);
    assert_int_equal(pace_rate(&pace), MIB / 10 * 10);
}

/* It began with what an earlier run had left. */
static void what_was_there_does_not_count(void **state)
{
    struct pace pace = {0};
    uint64_t done = 500 * (uint64_t)MIB;
    (void)state;
    pace_sample(&pace, done, 1);
    run(&pace, &done, 1, 2000, 1000);
    assert_int_equal(pace_rate(&pace), 1000);
}

static void a_steady_rate_is_told_as_it_is(void **state)
{
    struct pace pace = {0};
    uint64_t done = 0;
    (void)state;
    pace_sample(&pace, 0, 0);
    run(&pace, &done, 0, 60000, 10000000);
    assert_int_equal(pace_rate(&pace), 10000000);
    assert_int_equal(pace_seconds_left(&pace, 100000000), 10);
    assert_int_equal(pace_seconds_left(&pace, 100000001), 11);
    assert_int_equal(pace_seconds_left(&pace, 1), 1);
    assert_int_equal(pace_seconds_left(&pace, 0), 0);
}

static void a_new_rate_is_taken_over_within_seconds(void **state)
{
    struct pace pace = {0};
    uint64_t done = 0, now_ms;
    (void)state;
    pace_sample(&pace, 0, 0);
    now_ms = run(&pace, &done, 0, 60000, 1000000);
    now_ms = run(&pace, &done, now_ms, 1000, 2000000);
    assert_between(pace_rate(&pace), 1200000, 1400000);
    run(&pace, &done, now_ms, 14000, 2000000);
    assert_between(pace_rate(&pace), 1980000, 2000000);
}

static void a_standstill_leaves_no_time(void **state)
{
    struct pace pace = {0};
    uint64_t done = 0, now_ms;
    (void)state;
    pace_sample(&pace, 0, 0);
    now_ms = run(&pace, &done, 0, 2000, 1000);
    run(&pace, &done, now_ms, 60000, 0);
    assert_int_equal(pace_rate(&pace), 0);
    assert_true(pace_seconds_left(&pace, 1) == PACE_UNKNOWN);
}

static void bytes_that_are_taken_back_are_no_speed(void **state)
{
    struct pace pace = {0};
    (void)state;
    pace_sample(&pace, 1000000, 0);
    pace_sample(&pace, 0, 1000);
    assert_int_equal(pace_rate(&pace), 0);
    pace_sample(&pace, 1000, 2000);
    assert_int_equal(pace_rate(&pace), 500);
}

static void what_takes_days_is_not_told(void **state)
{
    struct pace pace = {0};
    uint64_t done = 0;
    (void)state;
    pace_sample(&pace, 0, 0);
    run(&pace, &done, 0, 1000, 10);
    assert_int_equal(pace_seconds_left(&pace, 3599999), 360000);
    assert_true(pace_seconds_left(&pace, 3600000) == PACE_UNKNOWN);
    assert_true(pace_seconds_left(&pace, UINT64_MAX) == PACE_UNKNOWN);
}

static void a_clock_that_stands_still_does_no_harm(void **state)
{
    struct pace pace = {0};
    (void)state;
    for (uint64_t i = 0; i < 10; i++)
        pace_sample(&pace, i * MIB, 7);
    assert_true(pace_rate(&pace) == PACE_UNKNOWN);
    pace_sample(&pace, 10 * MIB, 1007);
    assert_between(pace_rate(&pace), 10 * MIB - 1, 10 * MIB + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_at_first),
        cmocka_unit_test(what_was_there_does_not_count),
        cmocka_unit_test(a_steady_rate_is_told_as_it_is),
        cmocka_unit_test(a_new_rate_is_taken_over_within_seconds),
        cmocka_unit_test(a_standstill_leaves_no_time),
        cmocka_unit_test(bytes_that_are_taken_back_are_no_speed),
        cmocka_unit_test(what_takes_days_is_not_told),
        cmocka_unit_test(a_clock_that_stands_still_does_no_harm),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}

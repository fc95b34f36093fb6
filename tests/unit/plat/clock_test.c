/* Conformance of plat/clock.h. */
#include "plat/clock.h"

#include <time.h>

#include "check.h"
#include "plat/thread.h"

enum { DAY_S = 86400 };

static void monotonic_clock_never_steps_back(void **state)
{
    uint64_t last = plat_clock_now_ms();
    (void)state;

    for (int i = 0; i < 100000; i++) {
        uint64_t now = plat_clock_now_ms();
        assert_true(now >= last);
        last = now;
    }
}

static void microseconds_are_of_the_same_clock(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint64_t before_ms = plat_clock_now_ms();
        uint64_t us = plat_clock_now_us();
        uint64_t after_ms = plat_clock_now_ms();
        assert_true(us / 1000 >= before_ms && us / 1000 <= after_ms);
        assert_true(plat_clock_now_us() >= us);
    }
}

static bool has_odd_microseconds(void *arg)
{
    (void)arg;
    return plat_clock_now_us() % 1000 != 0;
}

static void microseconds_are_finer_than_milliseconds(void **state)
{
    (void)state;
    assert_eventually(has_odd_microseconds, NULL);
}

static bool has_advanced(void *start_ms)
{
    return plat_clock_now_ms() > *(uint64_t *)start_ms;
}

static void monotonic_clock_advances(void **state)
{
    uint64_t start_ms = plat_clock_now_ms();
    (void)state;
    assert_eventually(has_advanced, &start_ms);
}

static void monotonic_clock_counts_milliseconds(void **state)
{
    time_t before = time(NULL);
    uint64_t start_ms = plat_clock_now_ms();
    uint64_t took_ms;
    (void)state;

    while (plat_clock_now_ms() - start_ms < 1200) {
        pause_ms(50);
    }
    took_ms = plat_clock_now_ms() - start_ms;
    /* The C clock has whole seconds: at least 1 of them passed, and not a thousand. */
    assert_true(difftime(time(NULL), before) >= 1);
    assert_true(difftime(time(NULL), before) * 1000 <= (double)took_ms + 3000);
}

struct reading {
    uint64_t before_ms, inside_ms;
};

static void read_clock(void *arg)
{
    ((struct reading *)arg)->inside_ms = plat_clock_now_ms();
}

static void threads_agree_on_the_time(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct reading reading = {.before_ms = plat_clock_now_ms()};
        struct plat_thread thread;
        assert_status(PLAT_OK, plat_thread_start(&thread, read_clock, &reading));
        plat_thread_join(&thread);
        assert_true(reading.inside_ms >= reading.before_ms);
        assert_true(plat_clock_now_ms() >= reading.inside_ms);
    }
}

static void unix_time_is_the_c_library_s(void **state)
{
    int64_t unix_ms = plat_clock_unix_ms();
    int64_t c_s = (int64_t)time(NULL);
    (void)state;
    assert_true(unix_ms / 1000 >= c_s - 2 && unix_ms / 1000 <= c_s + 2);
}

static bool has_odd_milliseconds(void *arg)
{
    (void)arg;
    return plat_clock_unix_ms() % 1000 % 10 != 0;
}

static void unix_time_is_finer_than_seconds(void **state)
{
    (void)state;
    assert_eventually(has_odd_milliseconds, NULL);
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t seconds_of(const struct plat_clock_local *local)
{
    return days_of(local->year, local->month, local->day) * DAY_S + (int64_t)local->hour * 3600 +
           (int64_t)local->minute * 60 + local->second;
}

/* Whatever the zone, local time lies less than a day from UTC, by a whole number of minutes. */
static void local_time_is_near_utc(void **state)
{
    static const int64_t times[] = {2 * DAY_S,  951782399,  951782400,  1709164800,  1735732805,
                                    2147483647, 2147483648, 4294967296, 4107542400LL};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        struct plat_clock_local local;
        plat_clock_local(times[i], &local);
        assert_true(local.month >= 1 && local.month <= 12 && local.day >= 1 && local.day <= 31);
        assert_true(local.hour >= 0 && local.hour <= 23);
        assert_true(local.minute >= 0 && local.minute <= 59);
        assert_true(local.second >= 0 && local.second <= 60);
        int64_t offset = seconds_of(&local) - times[i];
        assert_true(offset > -DAY_S && offset < DAY_S);
        assert_int_equal(offset % 60, 0);
    }
}

static void local_time_is_the_c_library_s(void **state)
{
    time_t now = time(NULL);
    const struct tm *expected = localtime(&now);
    struct plat_clock_local local;
    (void)state;

    assert_non_null(expected);
    plat_clock_local((int64_t)now, &local);
    assert_int_equal(local.year, expected->tm_year + 1900);
    assert_int_equal(local.month, expected->tm_mon + 1);
    assert_int_equal(local.day, expected->tm_mday);
    assert_int_equal(local.hour, expected->tm_hour);
    assert_int_equal(local.minute, expected->tm_min);
    assert_int_equal(local.second, expected->tm_sec);
}

static void local_time_follows_each_second(void **state)
{
    (void)state;
    for (int64_t at = 1735689590; at < 1735689700; at++) {
        struct plat_clock_local local;
        plat_clock_local(at, &local);
        assert_int_equal(local.second, at % 60);
    }
}

static void ask_local_often(void *failures)
{
    for (int64_t at = 1700000000; at < 1700000000 + 2000; at++) {
        struct plat_clock_local local;
        plat_clock_local(at, &local);
        *(int *)failures += local.second != (int)(at % 60);
    }
}

static void local_time_may_be_asked_by_several_threads(void **state)
{
    struct plat_thread threads[4];
    int failures[4] = {0};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], ask_local_often, &failures[i]));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        plat_thread_join(&threads[i]);
        assert_int_equal(failures[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotonic_clock_never_steps_back),
        cmocka_unit_test(monotonic_clock_advances),
        cmocka_unit_test(monotonic_clock_counts_milliseconds),
        cmocka_unit_test(microseconds_are_of_the_same_clock),
        cmocka_unit_test(microseconds_are_finer_than_milliseconds),
        cmocka_unit_test(threads_agree_on_the_time),
        cmocka_unit_test(unix_time_is_the_c_library_s),
        cmocka_unit_test(unix_time_is_finer_than_seconds),
        cmocka_unit_test(local_time_is_near_utc),
        cmocka_unit_test(local_time_is_the_c_library_s),
        cmocka_unit_test(local_time_follows_each_second),
        cmocka_unit_test(local_time_may_be_asked_by_several_threads),
    };
    return cmocka_run_group_tests_name("plat/clock", tests, NULL, NULL);
}

/* client/speed.h and client/limiter.h: how fast bytes come, and may come. */
#include "client/limiter.h"
#include "client/speed.h"
#include "expect.h"

static void a_steady_flow_is_measured(void **state)
{
    struct speed speed = {0};
    (void)state;
    speed_start(&speed, 1000);
    assert_false(speed_is_known(&speed));
    for (uint64_t ms = 1010; ms <= 2000; ms += 10)
        speed_add(&speed, 1000, ms);
    assert_true(speed_is_known(&speed));
    assert_between(speed_rate(&speed), 99000, 101000);
}

static void silence_makes_it_slow(void **state)
{
    struct speed speed = {0};
    (void)state;
    speed_start(&speed, 0);
    speed_add(&speed, 1000000, 1000);
    assert_int_equal(speed_rate(&speed), 1000000);
    for (uint64_t ms = 1100; ms <= 11000; ms += 100)
        speed_add(&speed, 0, ms);
    assert_between(speed_rate(&speed), 0, 20000);
}

static void time_that_is_not_counted_changes_nothing(void **state)
{
    struct speed speed = {0};
    (void)state;
    speed_start(&speed, 0);
    speed_add(&speed, 1000000, 1000);
    speed_start(&speed, 60000);
    assert_int_equal(speed_rate(&speed), 1000000);
    speed_add(&speed, 500000, 60500);
    assert_between(speed_rate(&speed), 999000, 1001000);
}

static void nothing_is_known_at_first(void **state)
{
    struct speed speed = {0};
    (void)state;
    speed_start(&speed, 0);
    speed_add(&speed, 1000000, 1);
    assert_int_equal(speed_rate(&speed), 0);
}

/* What is let through in ten seconds by someone who takes all he may, and waits as told. */
static void a_rate_is_kept_by_whoever_waits(void **state)
{
    static const uint64_t rates[] = {1, 7, 1000, 65536, 10000000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        struct limiter limiter;
        uint64_t now_ms = 500, taken = 0;
        limiter_init(&limiter, rates[i], now_ms);
        while (now_ms <= 10500) {
            size_t allowed = limiter_allow(&limiter, 4096, now_ms);
            limiter_take(&limiter, allowed);
            taken += allowed;
            if (allowed == 0) {
                assert_true(limiter_wake_ms(&limiter) > now_ms);
                now_ms = limiter_wake_ms(&limiter);
            }
        }
        assert_between(taken, rates[i] * 9, rates[i] * 10 + rates[i] / 8 + 1);
    }
}

static void no_rate_is_no_limit(void **state)
{
    struct limiter limiter;
    (void)state;
    limiter_init(&limiter, 0, 5);
    assert_int_equal(limiter_allow(&limiter, 1000000, 5), 1000000);
    limiter_take(&limiter, 1000000);
    assert_int_equal(limiter_allow(&limiter, 1000000, 5), 1000000);
    assert_int_equal(limiter_wake_ms(&limiter), 5);
}

static void what_came_unasked_is_waited_for(void **state)
{
    struct limiter limiter;
    (void)state;
    limiter_init(&limiter, 1000, 0);
    limiter_take(&limiter, 5000);
    assert_int_equal(limiter_allow(&limiter, 100, 4900), 0);
    assert_between(limiter_wake_ms(&limiter), 5020, 5022);
    assert_int_equal(limiter_allow(&limiter, 100, 5030), 30);
}

static void a_long_pause_is_no_reason_for_a_flood(void **state)
{
    struct limiter limiter;
    (void)state;
    limiter_init(&limiter, 1000, 0);
    assert_int_equal(limiter_allow(&limiter, 100000, 3600000), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_flow_is_measured),
        cmocka_unit_test(silence_makes_it_slow),
        cmocka_unit_test(time_that_is_not_counted_changes_nothing),
        cmocka_unit_test(nothing_is_known_at_first),
        cmocka_unit_test(a_rate_is_kept_by_whoever_waits),
        cmocka_unit_test(no_rate_is_no_limit),
        cmocka_unit_test(what_came_unasked_is_waited_for),
        cmocka_unit_test(a_long_pause_is_no_reason_for_a_flood),
    };
    return cmocka_run_group_tests_name("speed", tests, NULL, NULL);
}

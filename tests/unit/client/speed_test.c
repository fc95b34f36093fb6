/* client/speed.h: how fast bytes come. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_flow_is_measured),
        cmocka_unit_test(silence_makes_it_slow),
        cmocka_unit_test(time_that_is_not_counted_changes_nothing),
        cmocka_unit_test(nothing_is_known_at_first),
    };
    return cmocka_run_group_tests_name("speed", tests, NULL, NULL);
}

/* client/patience.h: for how long nothing new has come. */
#include "client/patience.h"
#include "expect.h"

/* Turns of so many milliseconds; the time is after the last one. */
static void go_on(struct patience *patience, uint64_t *now_ms, uint64_t ms, unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) {
        *now_ms += ms;
        patience_count(patience, false, *now_ms);
    }
}

/* A base server sends the file up to the same byte again, in turns of 10 ms, and breaks off. */
static void pass(struct patience *patience, uint64_t *now_ms, unsigned turns)
{
    patience_attempt(patience);
    for (unsigned i = 0; i < turns; i++) {
        patience_pass(patience, 64000, *now_ms);
        go_on(patience, now_ms, 10, 1);
    }
}

static struct patience begun(uint64_t now_ms)
{
    struct patience patience;
    patience_init(&patience);
    patience_count(&patience, false, now_ms);
    return patience;
}

static void time_counts_until_something_new_comes(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    assert_true(patience_add(&patience, 100));
    go_on(&patience, &now_ms, 400, 3);
    assert_false(patience_add(&patience, 100));
    assert_int_equal(patience_spent_ms(&patience), 1200);
    assert_true(patience_add(&patience, 101));
    assert_int_equal(patience_spent_ms(&patience), 0);
    go_on(&patience, &now_ms, 7, 1);
    assert_int_equal(patience_spent_ms(&patience), 7);
}

static void before_the_first_turn_nothing_counts(void **state)
{
    struct patience patience;
    (void)state;
    patience_init(&patience);
    patience_count(&patience, false, 1900);
    assert_int_equal(patience_spent_ms(&patience), 0);
    patience_count(&patience, false, 1910);
    assert_int_equal(patience_spent_ms(&patience), 10);
}

/* A night in which the machine slept is one long turn. */
static void a_turn_counts_for_its_longest_at_most(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    go_on(&patience, &now_ms, 8 * 3600 * 1000, 1);
    assert_int_equal(patience_spent_ms(&patience), PATIENCE_TURN_MS);
}

static void excused_time_does_not_count(void **state)
{
    struct patience patience = begun(500);
    (void)state;
    patience_count(&patience, true, 600);
    patience_count(&patience, true, 1500);
    patience_count(&patience, false, 2400);
    assert_int_equal(patience_spent_ms(&patience), 100);
    patience_count(&patience, false, 2500);
    assert_int_equal(patience_spent_ms(&patience), 200);
}

static void our_own_work_does_not_count(void **state)
{
    struct patience patience = begun(500);
    (void)state;
    patience_skip(&patience, 900); /* a disk that takes its time */
    patience_count(&patience, false, 1000);
    assert_int_equal(patience_spent_ms(&patience), 100);
    patience_skip(&patience, 990); /* a clock read before */
    patience_count(&patience, false, 1010);
    assert_int_equal(patience_spent_ms(&patience), 110);
}

/* A minute of it is nobody's fault; the pause after it is not made up for by it. */
static void a_stream_may_pass_for_long(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    go_on(&patience, &now_ms, 500, 4);
    pass(&patience, &now_ms, 6000);
    assert_int_equal(patience_spent_ms(&patience), 2000);
    go_on(&patience, &now_ms, 500, 10);
    assert_between(patience_spent_ms(&patience), 4000, 4500); /* it might have stood still */
}

static void a_stream_that_stands_still_does_not_pass(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    patience_attempt(&patience);
    for (unsigned i = 0; i < 10; i++) { /* much every five seconds */
        patience_pass(&patience, 1000 * 1000, now_ms);
        go_on(&patience, &now_ms, 500, 10);
    }
    assert_between(patience_spent_ms(&patience), 19000, 26000);
}

static void a_stream_that_trickles_does_not_pass(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    patience_attempt(&patience);
    for (unsigned i = 0; i < 100; i++) { /* half of the time at most */
        patience_pass(&patience, 800, now_ms);
        go_on(&patience, &now_ms, 100, 1);
    }
    assert_between(patience_spent_ms(&patience), 5000, 5100);
}

/* Wrong bytes at the end, for one: after each the pause is short. */
static void attempts_that_bring_nothing_are_not_excused_for_ever(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        pass(&patience, &now_ms, 1000);
    assert_int_equal(patience_spent_ms(&patience), 0);
    for (unsigned i = 0; i < 3; i++)
        pass(&patience, &now_ms, 1000);
    assert_between(patience_spent_ms(&patience), 29900, 30000);
    uint64_t spent_ms = patience_spent_ms(&patience);
    patience_count(&patience, true, now_ms += 10);
    patience_skip(&patience, now_ms + 50);
    patience_count(&patience, true, now_ms += 100); /* nor is anything else */
    assert_int_equal(patience_spent_ms(&patience), spent_ms + 110);
    assert_true(patience_add(&patience, 1));
    pass(&patience, &now_ms, 1000);
    assert_between(patience_spent_ms(&patience), 0, 20);
}

static void what_an_earlier_run_lost_is_new_again(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    patience_keep(&patience, 6000);
    assert_false(patience_add(&patience, 6000));
    assert_false(patience_add(&patience, 2000));
    assert_true(patience_add(&patience, 2001));
}

/* However many attempts there were. */
static void what_an_earlier_run_left_wrong_was_never_there(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    patience_keep(&patience, 6000);
    for (unsigned i = 0; i < 9; i++)
        patience_attempt(&patience);
    patience_lose(&patience, 4000);
    assert_false(patience_add(&patience, 2000));
    assert_true(patience_add(&patience, 2001));
    pass(&patience, &now_ms, 1000);
    assert_between(patience_spent_ms(&patience), 0, 20);
}

static void what_is_taken_back_is_new_again_a_few_times(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    assert_true(patience_add(&patience, 100));
    for (unsigned i = 0; i < 8; i++) {
        go_on(&patience, &now_ms, 1000, 3);
        patience_expect_again(&patience);
        assert_int_equal(patience_spent_ms(&patience), 0);
        assert_false(patience_add(&patience, 10));
        assert_true(patience_add(&patience, 100));
    }
    go_on(&patience, &now_ms, 1000, 3);
    patience_expect_again(&patience);
    assert_int_equal(patience_spent_ms(&patience), 3000);
    assert_false(patience_add(&patience, 10));
    assert_false(patience_add(&patience, 100));
    assert_true(patience_add(&patience, 101)); /* more than ever */
    patience_expect_again(&patience);
    assert_false(patience_add(&patience, 10));
    assert_true(patience_add(&patience, 11));
}

/* As all chunks that a liar has sent, one of which has shown it. */
static void what_is_taken_back_together_counts_once(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    assert_true(patience_add(&patience, 100));
    for (unsigned i = 0; i < 250; i++) {
        go_on(&patience, &now_ms, 10, 1);
        patience_expect_again(&patience);
    }
    assert_int_equal(patience_spent_ms(&patience), 0);
    assert_false(patience_add(&patience, 50));
    assert_true(patience_add(&patience, 51));
}

/* A file that is another one at each look is begun anew each time, before anything of it comes. */
static void what_begins_anew_without_bytes_is_an_attempt(void **state)
{
    uint64_t now_ms = 500;
    struct patience patience = begun(now_ms);
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        patience_attempt(&patience);
        patience_expect_again(&patience);
        patience_skip(&patience, now_ms + 90);
        go_on(&patience, &now_ms, 100, 1);
    }
    assert_between(patience_spent_ms(&patience), 1200, 1300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_counts_until_something_new_comes),
        cmocka_unit_test(before_the_first_turn_nothing_counts),
        cmocka_unit_test(a_turn_counts_for_its_longest_at_most),
        cmocka_unit_test(excused_time_does_not_count),
        cmocka_unit_test(our_own_work_does_not_count),
        cmocka_unit_test(a_stream_may_pass_for_long),
        cmocka_unit_test(a_stream_that_stands_still_does_not_pass),
        cmocka_unit_test(a_stream_that_trickles_does_not_pass),
        cmocka_unit_test(attempts_that_bring_nothing_are_not_excused_for_ever),
        cmocka_unit_test(what_an_earlier_run_lost_is_new_again),
        cmocka_unit_test(what_an_earlier_run_left_wrong_was_never_there),
        cmocka_unit_test(what_is_taken_back_is_new_again_a_few_times),
        cmocka_unit_test(what_is_taken_back_together_counts_once),
        cmocka_unit_test(what_begins_anew_without_bytes_is_an_attempt),
    };
    return cmocka_run_group_tests_name("patience", tests, NULL, NULL);
}

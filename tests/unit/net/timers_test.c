/* net/timers.h: timers in the order of their times, against a naive model. */
#include "net/timers.h"

#include "expect.h"
#include "seeded.h"

enum { COUNT = 200 };

struct world {
    struct timers timers;
    struct timer all[COUNT];
    uint64_t at_ms[COUNT]; /* what the model says; 0: not set */
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->timers = (struct timers)TIMERS_INIT;
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    timers_fini(&w->timers);
    free(w);
    return 0;
}

static uint64_t first_ms(const struct world *w)
{
    uint64_t first = 0;
    for (int i = 0; i < COUNT; i++)
        if (w->at_ms[i] > 0 && (first == 0 || w->at_ms[i] < first))
            first = w->at_ms[i];
    return first;
}

static void set(struct world *w, size_t i, uint64_t at_ms)
{
    assert_int_equal(timers_set(&w->timers, &w->all[i], at_ms), 0);
    w->at_ms[i] = at_ms;
}

static void compare(struct world *w)
{
    uint64_t at_ms = 0;
    bool any = timers_next(&w->timers, &at_ms);
    assert_int_equal(any, first_ms(w) > 0);
    assert_true(at_ms == first_ms(w));
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(timer_is_set(&w->all[i]), w->at_ms[i] > 0);
}

/* Takes all that are due, each of which must be the first by then. */
static void take_due(struct world *w, uint64_t now_ms)
{
    struct timer *timer;
    while ((timer = timers_take_due(&w->timers, now_ms)) != NULL) {
        size_t i = (size_t)(timer - w->all);
        assert_true(w->at_ms[i] == first_ms(w) && w->at_ms[i] <= now_ms);
        w->at_ms[i] = 0;
    }
    assert_true(first_ms(w) == 0 || first_ms(w) > now_ms);
}

static void random_histories_match_a_model(void **state)
{
    struct world *w = *state;
    struct seeded random;
    uint64_t now_ms = 1;
    seeded_init(&random, "timers");
    for (int step = 0; step < 5000; step++) {
        size_t i = seeded_below(&random, COUNT), action = seeded_below(&random, 10);
        if (action < 6) {
            set(w, i, now_ms + seeded_below(&random, 50)); /* again and again: moved */
        } else if (action < 9) {
            timers_cancel(&w->timers, &w->all[i]);
            w->at_ms[i] = 0;
        } else {
            now_ms += seeded_below(&random, 20);
            take_due(w, now_ms);
        }
        compare(w);
    }
}

static void without_timers_there_is_no_next(void **state)
{
    struct world *w = *state;
    uint64_t at_ms;
    assert_false(timers_next(&w->timers, &at_ms));
    assert_null(timers_take_due(&w->timers, UINT64_MAX));
    timers_cancel(&w->timers, &w->all[0]);
    assert_false(timer_is_set(&w->all[0]));
}

static void a_timer_is_due_at_its_time_and_not_before(void **state)
{
    struct world *w = *state;
    set(w, 0, 100);
    assert_null(timers_take_due(&w->timers, 99));
    assert_ptr_equal(timers_take_due(&w->timers, 100), &w->all[0]);
    assert_null(timers_take_due(&w->timers, 100));
}

static void a_timer_moves_both_ways(void **state)
{
    struct world *w = *state;
    uint64_t at_ms;
    set(w, 0, 100);
    set(w, 1, 200);
    set(w, 0, 300);
    assert_true(timers_next(&w->timers, &at_ms) && at_ms == 200);
    set(w, 0, 50);
    assert_true(timers_next(&w->timers, &at_ms) && at_ms == 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_histories_match_a_model, setup, teardown),
        cmocka_unit_test_setup_teardown(without_timers_there_is_no_next, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_is_due_at_its_time_and_not_before, setup, teardown),
        cmocka_unit_test_setup_teardown(a_timer_moves_both_ways, setup, teardown),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}

/* net/backoff.h: growing pauses. */
#include "net/backoff.h"

#include "expect.h"
#include "seeded.h"

static void pauses_double_up_to_the_most(void **state)
{
    static const uint32_t lengths[] = {100, 200, 400, 800, 1000, 1000, 1000};
    struct backoff backoff = {.first_ms = 100, .most_ms = 1000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) /* these random bits give the whole length */
        assert_int_equal(backoff_pause_ms(&backoff, lengths[i] / 2), lengths[i]);
    backoff_reset(&backoff);
    assert_int_equal(backoff_pause_ms(&backoff, 50), 100);
}

static void every_pause_is_between_half_and_the_whole(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "backoff");
    for (int run = 0; run < 200; run++) {
        struct backoff backoff = {.first_ms = 1 + (uint32_t)seeded_below(&random, 1000),
                                  .most_ms = 1000 + (uint32_t)seeded_below(&random, 100000)};
        uint32_t length = backoff.first_ms;
        for (int i = 0; i < 30; i++) {
            uint32_t pause = backoff_pause_ms(&backoff, (uint32_t)seeded_next(&random));
            assert_true(pause >= length / 2 && pause <= length && pause > 0);
            length = length > backoff.most_ms / 2 ? backoff.most_ms : length * 2;
        }
    }
}

static void the_ends_of_a_pause_are_reached(void **state)
{
    struct backoff backoff = {.first_ms = 100, .most_ms = 100};
    (void)state;
    assert_int_equal(backoff_pause_ms(&backoff, 0), 50);
    assert_int_equal(backoff_pause_ms(&backoff, 50), 100);
    assert_int_equal(backoff_pause_ms(&backoff, 51), 50);
    assert_true(backoff_pause_ms(&backoff, UINT32_MAX) <= 100);
}

static void huge_lengths_do_not_overflow(void **state)
{
    struct backoff backoff = {.first_ms = UINT32_MAX / 2 + 1, .most_ms = UINT32_MAX};
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_true(backoff_pause_ms(&backoff, UINT32_MAX) >= UINT32_MAX / 4);
}

static void pauses_differ_from_one_another(void **state)
{
    enum { TRIES = 20 };
    struct backoff backoff = {.first_ms = 1000000, .most_ms = 1000000};
    uint32_t first = backoff_random_pause_ms(&backoff);
    int same = 0;
    (void)state;
    for (int i = 0; i < TRIES; i++)
        same += backoff_random_pause_ms(&backoff) == first;
    assert_true(same < TRIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_the_most),
        cmocka_unit_test(every_pause_is_between_half_and_the_whole),
        cmocka_unit_test(the_ends_of_a_pause_are_reached),
        cmocka_unit_test(huge_lengths_do_not_overflow),
        cmocka_unit_test(pauses_differ_from_one_another),
    };
    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}

/* client/list_pace.h: which lists are waited for, and for how long. */
#include "client/list_pace.h"
#include "expect.h"

enum { SILENCE_MS = 10 * 1000, HOUR_MS = 3600 * 1000 };

/* When it is given up, with a line of so many bytes each gap_ms; 0: not in ten hours. */
static uint64_t given_up_ms(size_t bytes, uint64_t gap_ms)
{
    struct list_pace pace = {0};
    for (uint64_t ms = 0; ms < (uint64_t)10 * HOUR_MS; ms += gap_ms)
        if (!list_pace_hear(&pace, bytes, 5000 + ms, SILENCE_MS))
            return ms;
    return 0;
}

static void a_trickle_is_given_up_soon(void **state)
{
    (void)state;
    assert_between(given_up_ms(30, 9900), LIST_PACE_GRACE_MS, LIST_PACE_GRACE_MS + 10000);
    assert_between(given_up_ms(30, 2900), LIST_PACE_GRACE_MS, LIST_PACE_GRACE_MS + 3000);
    assert_between(given_up_ms(30, 100), LIST_PACE_GRACE_MS, 2 * LIST_PACE_GRACE_MS);
    assert_between(given_up_ms(8000, 9900), LIST_PACE_GRACE_MS, HOUR_MS);
}

/* A million files of 40 bytes at 33,600 bits a second, less than ten thousand seconds. */
static void a_long_list_over_a_modem_is_waited_for(void **state)
{
    (void)state;
    assert_int_equal(given_up_ms(40, 10), 0);
}

/* Stopped for an hour with each 64 KiB that somebody reads. */
static void time_in_which_we_did_not_listen_is_not_the_lists(void **state)
{
    struct list_pace pace = {0};
    uint64_t now_ms = 1;
    (void)state;
    for (int i = 0; i < 100; i++, now_ms += HOUR_MS)
        for (int line = 0; line < 100; line++)
            assert_true(list_pace_hear(&pace, 40, now_ms, SILENCE_MS));
}

static void the_wait_for_the_first_line_does_not_count(void **state)
{
    struct list_pace pace = {0};
    (void)state;
    assert_true(list_pace_hear(&pace, 0, 1, UINT64_MAX));
    assert_true(list_pace_hear(&pace, 0, 1 + LIST_PACE_GRACE_MS, UINT64_MAX));
    assert_false(list_pace_hear(&pace, 0, 2 + LIST_PACE_GRACE_MS, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trickle_is_given_up_soon),
        cmocka_unit_test(a_long_list_over_a_modem_is_waited_for),
        cmocka_unit_test(time_in_which_we_did_not_listen_is_not_the_lists),
        cmocka_unit_test(the_wait_for_the_first_line_does_not_count),
    };
    return cmocka_run_group_tests_name("list pace", tests, NULL, NULL);
}

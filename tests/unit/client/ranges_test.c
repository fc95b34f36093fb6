/* client/ranges.h: sets of bytes. */
#include "client/ranges.h"

#include <string.h>

#include "seeded.h"
#include "testing.h"

enum { BYTES = 96 };

static void expect(const struct ranges *ranges, const char *bytes)
{
    struct range r = {0, 0};
    char text[BYTES + 1] = "";
    uint64_t total = 0;
    size_t size = strlen(bytes), count = 0;
    memset(text, '.', size);
    for (uint64_t from = 0; ranges_next(ranges, from, &r); from = r.to, count++) {
        assert_true(r.from < r.to && r.to <= size);
        assert_true(count == 0 || r.from > from); /* they do not meet */
        memset(text + r.from, 'x', (size_t)(r.to - r.from));
        total += r.to - r.from;
    }
    assert_string_equal(text, bytes);
    assert_int_equal(ranges->total, total);
    assert_int_equal(ranges->count, count);
    assert_false(ranges->failed);
}

static void ranges_that_meet_become_one(void **state)
{
    struct ranges ranges = RANGES_INIT;
    (void)state;
    ranges_add(&ranges, 2, 4);
    ranges_add(&ranges, 6, 8);
    expect(&ranges, "..xx..xx..");
    ranges_add(&ranges, 4, 6);
    expect(&ranges, "..xxxxxx..");
    assert_int_equal(ranges.count, 1);
    ranges_add(&ranges, 0, 10);
    expect(&ranges, "xxxxxxxxxx");
    ranges_add(&ranges, 3, 3);
    expect(&ranges, "xxxxxxxxxx");
    ranges_fini(&ranges);
}

static void bytes_are_taken_out_of_the_middle(void **state)
{
    struct ranges ranges = RANGES_INIT;
    (void)state;
    ranges_add(&ranges, 0, 10);
    ranges_remove(&ranges, 3, 5);
    expect(&ranges, "xxx..xxxxx");
    ranges_remove(&ranges, 4, 4);
    ranges_remove(&ranges, 2, 8);
    expect(&ranges, "xx......xx");
    ranges_remove(&ranges, 0, 20);
    expect(&ranges, "..........");
    ranges_remove(&ranges, 0, 20);
    ranges_fini(&ranges);
}

static void the_next_bytes_are_found_from_anywhere(void **state)
{
    struct ranges ranges = RANGES_INIT;
    struct range r;
    (void)state;
    assert_false(ranges_next(&ranges, 0, &r));
    ranges_add(&ranges, 5, 9);
    assert_true(ranges_next(&ranges, 0, &r));
    assert_true(r.from == 5 && r.to == 9);
    assert_true(ranges_next(&ranges, 7, &r));
    assert_true(r.from == 7 && r.to == 9);
    assert_false(ranges_next(&ranges, 9, &r));
    ranges_fini(&ranges);
}

static void random_histories_agree_with_an_array(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "ranges");
    for (int round = 0; round < 200; round++) {
        struct ranges ranges = RANGES_INIT;
        char bytes[BYTES + 1] = "";
        memset(bytes, '.', BYTES);
        for (int step = 0; step < 60; step++) {
            size_t from = seeded_below(&random, BYTES);
            size_t to = from + seeded_below(&random, BYTES - from + 1);
            bool add = seeded_below(&random, 2) == 0;
            if (add)
                ranges_add(&ranges, from, to);
            else
                ranges_remove(&ranges, from, to);
            memset(bytes + from, add ? 'x' : '.', to - from);
            expect(&ranges, bytes);
        }
        ranges_fini(&ranges);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_that_meet_become_one),
        cmocka_unit_test(bytes_are_taken_out_of_the_middle),
        cmocka_unit_test(the_next_bytes_are_found_from_anywhere),
        cmocka_unit_test(random_histories_agree_with_an_array),
    };
    return cmocka_run_group_tests_name("ranges", tests, NULL, NULL);
}

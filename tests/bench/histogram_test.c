/* histogram.h: percentiles of many times in constant memory. */
#include "histogram.h"

#include <stdlib.h>

#include "expect.h"
#include "names.h"
#include "testing.h"

static struct histogram *empty(void)
{
    struct histogram *h = calloc(1, sizeof *h);
    assert_non_null(h);
    return h;
}

static void small_values_are_exact(void **state)
{
    struct histogram *h = empty();
    (void)state;
    for (uint64_t value = 0; value < 64; value++)
        histogram_add(h, value, 1);
    for (uint64_t value = 0; value < 64; value++)
        assert_int_equal(histogram_at(h, (double)(value + 1) / 64), value);
    free(h);
}

static void a_percentile_is_at_most_a_32nd_too_high(void **state)
{
    uint64_t random = 7;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct histogram *h = empty();
        uint64_t value = names_random(&random) >> (1 + i % 60);
        histogram_add(h, value, 99);
        histogram_add(h, UINT64_MAX >> 1, 1);
        uint64_t found = histogram_at(h, 0.99);
        assert_true(found >= value && found - value <= value / 32);
        free(h);
    }
}

static void the_worst_is_exact(void **state)
{
    struct histogram *h = empty();
    (void)state;
    histogram_add(h, 123456789, 1);
    histogram_add(h, 1000, 1000);
    assert_int_equal(h->worst, 123456789);
    assert_int_equal(histogram_at(h, 1), 123456789);
    assert_true(histogram_at(h, 0.5) >= 1000 && histogram_at(h, 0.5) <= 1000 + 1000 / 32);
    free(h);
}

static void nothing_counted_is_zero(void **state)
{
    struct histogram *h = empty();
    (void)state;
    histogram_add(h, 5, 0);
    assert_int_equal(h->total, 0);
    assert_int_equal(h->worst, 0);
    assert_int_equal(histogram_at(h, 0.99), 0);
    free(h);
}

static void merged_are_as_counted_together(void **state)
{
    struct histogram *a = empty(), *b = empty(), *both = empty();
    uint64_t random = 3;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint64_t value = names_random(&random) % 100000;
        histogram_add(i % 3 == 0 ? a : b, value, 2);
        histogram_add(both, value, 2);
    }
    histogram_merge(a, b);
    assert_int_equal(a->total, both->total);
    assert_int_equal(a->worst, both->worst);
    for (int percent = 0; percent <= 100; percent++)
        assert_int_equal(histogram_at(a, percent / 100.0), histogram_at(both, percent / 100.0));
    free(a);
    free(b);
    free(both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(a_percentile_is_at_most_a_32nd_too_high),
        cmocka_unit_test(the_worst_is_exact),
        cmocka_unit_test(nothing_counted_is_zero),
        cmocka_unit_test(merged_are_as_counted_together),
    };
    return cmocka_run_group_tests_name("bench/histogram", tests, NULL, NULL);
}

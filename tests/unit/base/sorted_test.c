/* base/sorted.h: items in the order of their names, against a naive model. */
#include "base/sorted.h"

#include <stdio.h>

#include "expect.h"
#include "seeded.h"

enum { NAMES = 300 };

struct item {
    char name[16];
    bool in;
};

struct world {
    struct sorted sorted;
    struct item items[NAMES]; /* in the order of their names */
};

static struct slice item_name(const void *item)
{
    return slice_text(((const struct item *)item)->name);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->sorted = (struct sorted)SORTED_INIT(item_name);
    for (int i = 0; i < NAMES; i++)
        snprintf(w->items[i].name, sizeof w->items[i].name, "n%05d", i * 2);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    sorted_fini(&w->sorted);
    free(w);
    return 0;
}

static void compare(struct world *w)
{
    size_t position = 0;
    for (int i = 0; i < NAMES; i++) {
        struct item *item = &w->items[i];
        assert_ptr_equal(sorted_find(&w->sorted, item_name(item)), item->in ? item : NULL);
        if (item->in)
            assert_ptr_equal(sorted_at(&w->sorted, position++), item);
        assert_int_equal(sorted_after(&w->sorted, item_name(item)), position);
    }
    assert_int_equal(w->sorted.count, position);
}

static void random_histories_stay_in_order(void **state)
{
    struct world *w = *state;
    struct seeded random;
    seeded_init(&random, "sorted");
    for (int step = 0; step < 2000; step++) {
        struct item *item = &w->items[seeded_below(&random, NAMES)];
        if (item->in)
            sorted_remove(&w->sorted, item);
        else
            assert_int_equal(sorted_add(&w->sorted, item), 0);
        item->in = !item->in;
        if (step % 40 == 0)
            compare(w);
    }
    compare(w);
}

static void every_name_is_after_the_empty_one(void **state)
{
    struct world *w = *state;
    assert_int_equal(sorted_after(&w->sorted, slice_text("")), 0);
    assert_int_equal(sorted_add(&w->sorted, &w->items[0]), 0);
    assert_int_equal(sorted_after(&w->sorted, slice_text("")), 0);
    assert_int_equal(sorted_after(&w->sorted, slice_of(NULL, 0)), 0);
}

static void after_takes_names_that_are_not_in(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(sorted_add(&w->sorted, &w->items[i]), 0); /* n00000 n00002 n00004 */
    assert_int_equal(sorted_after(&w->sorted, slice_text("n00001")), 1);
    assert_int_equal(sorted_after(&w->sorted, slice_text("n00002")), 2);
    assert_int_equal(sorted_after(&w->sorted, slice_text("n000020")), 2);
    assert_int_equal(sorted_after(&w->sorted, slice_text("z")), 3);
}

static void removing_what_is_not_in_changes_nothing(void **state)
{
    struct world *w = *state;
    struct item twin = {"n00000", true};
    sorted_remove(&w->sorted, &twin);
    assert_int_equal(sorted_add(&w->sorted, &w->items[0]), 0);
    sorted_remove(&w->sorted, &twin); /* its name is in, but it is another item */
    sorted_remove(&w->sorted, &w->items[1]);
    assert_int_equal(w->sorted.count, 1);
    assert_ptr_equal(sorted_at(&w->sorted, 0), &w->items[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_histories_stay_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(every_name_is_after_the_empty_one, setup, teardown),
        cmocka_unit_test_setup_teardown(after_takes_names_that_are_not_in, setup, teardown),
        cmocka_unit_test_setup_teardown(removing_what_is_not_in_changes_nothing, setup, teardown),
    };
    return cmocka_run_group_tests_name("sorted", tests, NULL, NULL);
}

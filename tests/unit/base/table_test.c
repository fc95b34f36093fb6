/* base/table.h: a hash table of pointers, against a naive model. */
#include "base/table.h"

#include "expect.h"
#include "seeded.h"

enum { KEYS = 400 };

struct item {
    unsigned key;
    uint32_t hash;
    bool in; /* what the model says */
    bool walked;
};

struct world {
    struct table table;
    struct item items[KEYS];
    size_t count;
};

static bool has_key(const void *item, const void *key)
{
    return ((const struct item *)item)->key == *(const unsigned *)key;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->table = (struct table)TABLE_INIT;
    for (unsigned i = 0; i < KEYS; i++)
        w->items[i].key = i;
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    table_fini(&w->table);
    free(w);
    return 0;
}

static void add(struct world *w, unsigned i)
{
    assert_int_equal(table_add(&w->table, w->items[i].hash, &w->items[i]), 0);
    w->items[i].in = true;
    w->count++;
}

static void remove_item(struct world *w, unsigned i)
{
    table_remove(&w->table, w->items[i].hash, &w->items[i]);
    w->items[i].in = false;
    w->count--;
}

/* Every key is found or not as the model says, and a walk meets each item once. */
static void compare(struct world *w)
{
    size_t at = 0, walked = 0;
    struct item *item;
    assert_int_equal(w->table.count, w->count);
    for (unsigned i = 0; i < KEYS; i++) {
        w->items[i].walked = false;
        item = table_find(&w->table, w->items[i].hash, has_key, &i);
        assert_ptr_equal(item, w->items[i].in ? &w->items[i] : NULL);
    }
    while ((item = table_next(&w->table, &at)) != NULL) {
        assert_true(item->in && !item->walked);
        item->walked = true;
        walked++;
    }
    assert_int_equal(walked, w->count);
}

static void run_history(struct world *w, struct seeded *random, size_t keys)
{
    for (int step = 0; step < 3000; step++) {
        unsigned i = (unsigned)seeded_below(random, keys);
        if (w->items[i].in)
            remove_item(w, i);
        else
            add(w, i);
        if (step % 50 == 0)
            compare(w);
    }
    compare(w);
}

static void empty_table_has_nothing(void **state)
{
    struct world *w = *state;
    table_remove(&w->table, 0, &w->items[0]);
    compare(w);
}

static void random_histories_match_a_model(void **state)
{
    struct world *w = *state;
    struct seeded random;
    seeded_init(&random, "table");
    for (unsigned i = 0; i < KEYS; i++)
        w->items[i].hash = (uint32_t)seeded_next(&random);
    run_history(w, &random, KEYS);
}

/* Hashes that fall together at the table's end, so that runs wrap around it. */
static void random_histories_of_colliding_hashes_match_a_model(void **state)
{
    struct world *w = *state;
    struct seeded random;
    seeded_init(&random, "table with collisions");
    for (unsigned i = 0; i < KEYS; i++)
        w->items[i].hash = UINT32_MAX - (uint32_t)seeded_below(&random, 4);
    run_history(w, &random, 60);
}

static void equal_hashes_are_told_apart_by_their_keys(void **state)
{
    struct world *w = *state;
    for (unsigned i = 0; i < 30; i++)
        add(w, i);
    compare(w);
    for (unsigned i = 0; i < 30; i += 2)
        remove_item(w, i);
    compare(w);
}

static void removing_a_stranger_changes_nothing(void **state)
{
    struct world *w = *state;
    for (unsigned i = 0; i < 10; i++)
        add(w, i);
    table_remove(&w->table, w->items[0].hash, &w->items[20]);
    compare(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(empty_table_has_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(random_histories_match_a_model, setup, teardown),
        cmocka_unit_test_setup_teardown(random_histories_of_colliding_hashes_match_a_model, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(equal_hashes_are_told_apart_by_their_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(removing_a_stranger_changes_nothing, setup, teardown),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}

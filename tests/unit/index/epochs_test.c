/* index/epochs.h: what readers may be reading stays. */
#include "index/epochs.h"

#include <stdlib.h>

#include "check.h"
#include "expect.h"

enum { READERS = 3, SIZE = 4096 /* each one has the limbo look */ };

/* Freed memory cannot be asked whether it is; what is asked is whether the limbo still has it. */
static size_t count(const struct limbo *limbo)
{
    size_t count = 0;
    for (const struct limbo_item *i = limbo->fresh; i; i = i->next)
        count++;
    for (const struct limbo_item *i = limbo->waiting; i; i = i->next)
        count++;
    return count;
}

static void add(struct limbo *limbo, struct epochs *epochs, size_t size)
{
    struct limbo_item *item = malloc(sizeof *item);
    assert_non_null(item);
    limbo_add(limbo, epochs, item, size);
}

static void without_readers_little_stays(void **state)
{
    struct epochs epochs;
    struct limbo limbo = {0};
    (void)state;
    assert_status(0, epochs_open(&epochs, READERS));
    for (int i = 0; i < 100; i++) {
        add(&limbo, &epochs, SIZE);
        assert_true(count(&limbo) <= 2);
    }
    for (int i = 0; i < 10000; i++) { /* small ones are looked at now and then */
        add(&limbo, &epochs, 100);
        assert_true(count(&limbo) <= 50);
    }
    limbo_fini(&limbo);
    assert_int_equal(count(&limbo), 0);
    epochs_close(&epochs);
}

static void what_a_reader_may_see_stays_until_it_ends(void **state)
{
    struct epochs epochs;
    struct limbo limbo = {0};
    (void)state;
    assert_status(0, epochs_open(&epochs, READERS));
    for (int reader = 0; reader < READERS; reader++) {
        size_t before = count(&limbo);
        epochs_enter(&epochs, &epochs.readers[reader]);
        for (size_t i = 1; i <= 50; i++) {
            add(&limbo, &epochs, SIZE);
            assert_true(count(&limbo) >= i);
        }
        epochs_leave(&epochs.readers[reader]);
        for (int i = 0; i < 3; i++)
            add(&limbo, &epochs, SIZE);
        assert_true(count(&limbo) <= before + 3);
    }
    limbo_fini(&limbo);
    epochs_close(&epochs);
}

static void a_reader_that_began_later_holds_nothing_older_up(void **state)
{
    struct epochs epochs;
    struct limbo limbo = {0};
    (void)state;
    assert_status(0, epochs_open(&epochs, READERS));
    for (int i = 0; i < 1000; i++) { /* one of them reads at any time */
        struct epochs_reader *reader = &epochs.readers[i % 2];
        epochs_enter(&epochs, reader);
        add(&limbo, &epochs, SIZE);
        epochs_leave(&epochs.readers[(i + 1) % 2]);
        assert_true(count(&limbo) <= 6);
    }
    limbo_fini(&limbo);
    epochs_close(&epochs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_readers_little_stays),
        cmocka_unit_test(what_a_reader_may_see_stays_until_it_ends),
        cmocka_unit_test(a_reader_that_began_later_holds_nothing_older_up),
    };
    return cmocka_run_group_tests_name("epochs", tests, NULL, NULL);
}

/* client/ledger.h: who gave what. */
#include "client/ledger.h"

#include "testing.h"

static void bytes_count_for_who_gave_them(void **state)
{
    struct ledger ledger = {0};
    (void)state;
    ledger_add(&ledger, 0, 1, 100);
    ledger_add(&ledger, 0, 2, 10);
    ledger_add(&ledger, 1, 1, 5);
    ledger_add(&ledger, 0, 1, 1);
    assert_int_equal(ledger_given(&ledger, 1), 106);
    assert_int_equal(ledger_given(&ledger, 2), 10);
    assert_int_equal(ledger_given(&ledger, 3), 0);
    ledger_fini(&ledger);
}

static void rejected_chunks_do_not_count(void **state)
{
    struct ledger ledger = {0};
    (void)state;
    for (uint64_t chunk = 0; chunk < 2000; chunk++)
        for (unsigned part = 0; part < 4; part++)
            ledger_add(&ledger, chunk, part % 2, 10);
    assert_int_equal(ledger_given(&ledger, 0), 40000);
    ledger_reject(&ledger, 0);
    ledger_reject(&ledger, 1999);
    ledger_reject(&ledger, 5000);
    assert_int_equal(ledger_given(&ledger, 0), 39960);
    assert_int_equal(ledger_given(&ledger, 1), 39960);
    ledger_reset(&ledger);
    assert_int_equal(ledger_given(&ledger, 1), 0);
    ledger_fini(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_count_for_who_gave_them),
        cmocka_unit_test(rejected_chunks_do_not_count),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}

/* Conformance of plat/process.h: requests to stop, as a child receives them from its parent. */
#include "plat/process.h"

#include "check.h"
#include "child_process.h"
#include "wine.h"

#define skip_without_break()                                                                       \
    skip_under_wine("GenerateConsoleCtrlEvent knows no Ctrl-Break", "sends it to the child's "     \
                                                                    "group")

static void no_stop_is_requested_at_the_start(void **state)
{
    (void)state;
    assert_int_equal(plat_process_stop_requests(), 0);
}

static void stop_requests_are_counted_instead_of_killing(void **state)
{
    struct child child;
    (void)state;

    skip_without_break();
    child_start(&child, ARGS("stops", "3"));
    child_expect(&child, "requests 0\nready\n");
    assert_status(PLAT_OK, plat_process_terminate(child.process));
    child_expect(&child, "stop 1\n");
    assert_status(PLAT_OK, plat_process_interrupt(child.process));
    child_expect(&child, "stop 2\n");
    assert_status(PLAT_OK, plat_process_terminate(child.process));
    child_expect(&child, "stop 3\n");
    assert_int_equal(child_end(&child), 0);
}

static void without_a_handler_the_system_ends_the_child(void **state)
{
    struct child child;
    (void)state;

    skip_without_break();
    child_start(&child, ARGS("sleep"));
    child_expect(&child, "asleep\n");
    assert_status(PLAT_OK, plat_process_terminate(child.process));
    assert_int_not_equal(child_end(&child), 0);
    child_start(&child, ARGS("sleep"));
    child_expect(&child, "asleep\n");
    assert_status(PLAT_OK, plat_process_interrupt(child.process));
    assert_int_not_equal(child_end(&child), 0);
}

static void no_handler_gives_the_system_s_behaviour_back(void **state)
{
    struct child child;
    (void)state;

    skip_without_break();
    child_start(&child, ARGS("stops", "1", "and then sleep"));
    child_expect(&child, "ready\n");
    assert_status(PLAT_OK, plat_process_terminate(child.process));
    child_expect(&child, "asleep\n");
    assert_status(PLAT_OK, plat_process_terminate(child.process));
    assert_int_not_equal(child_end(&child), 0);
}

static void stop_request_does_not_reach_us(void **state)
{
    struct child child;
    (void)state;

    skip_without_break();
    child_start(&child, ARGS("stops", "1"));
    child_expect(&child, "ready\n");
    assert_status(PLAT_OK, plat_process_interrupt(child.process));
    child_expect(&child, "stop 1\n");
    assert_int_equal(child_end(&child), 0);
    assert_int_equal(plat_process_stop_requests(), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_stop_is_requested_at_the_start),
        cmocka_unit_test(stop_requests_are_counted_instead_of_killing),
        cmocka_unit_test(without_a_handler_the_system_ends_the_child),
        cmocka_unit_test(no_handler_gives_the_system_s_behaviour_back),
        cmocka_unit_test(stop_request_does_not_reach_us),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/process: stop requests", tests, NULL, NULL);
}

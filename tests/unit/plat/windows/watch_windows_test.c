/* Conformance of plat/watch.h on a system that has such a service: the tests for all systems take
 * "unsupported" for an answer. */
#include "plat/watch.h"

#include "plat/process.h"
#include "watch_fixture.h"

static void folders_can_be_watched(void **state)
{
    const struct fixture *f = *state;

    assert_non_null(f->watch);
    assert_true(plat_folder_watch_sees_contents());
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        watch_test(folders_can_be_watched),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/watch on Windows", tests, NULL, NULL);
}

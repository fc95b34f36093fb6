/* Conformance of plat/process.h: a started process inherits nothing of ours. */
#include "plat/process.h"

#include "check.h"
#include "child_process.h"
#include "pair.h"
#include "testfile.h"

static void child_inherits_no_socket(void **state)
{
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr), client;
    struct child child;
    (void)state;

    child_start(&child, ARGS("sleep"));
    child_expect(&child, "asleep\n");
    plat_socket_close(listener);
    assert_status(PLAT_ERR_REFUSED, connect_wait(&client, &addr, NULL));
    child_close(&child);
}

static void child_inherits_no_file(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct child sleeper, locker;

    assert_status(PLAT_OK, plat_file_create(&file, dir->folder, "lock"));
    assert_status(PLAT_OK, plat_file_lock(file));
    child_start(&sleeper, ARGS("sleep"));
    child_expect(&sleeper, "asleep\n");
    plat_file_close(file);
    child_start(&locker, ARGS("lock", dir->path, "lock"));
    child_expect(&locker, "lock 0\n");
    assert_int_equal(child_end(&locker), 0);
    child_close(&sleeper);
}

/* Else the first child's stdin would not end while the second one lives. */
static void child_inherits_no_pipe_of_another(void **state)
{
    struct child first, second;
    (void)state;

    child_start(&first, ARGS("echo"));
    child_start(&second, ARGS("sleep"));
    child_expect(&second, "asleep\n");
    plat_process_close_stdin(first.process);
    child_read_all(&first);
    assert_int_equal(child_end(&first), 0);
    child_close(&second);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_inherits_no_socket),
        dir_test(child_inherits_no_file),
        cmocka_unit_test(child_inherits_no_pipe_of_another),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/process: inheritance", tests, NULL, NULL);
}

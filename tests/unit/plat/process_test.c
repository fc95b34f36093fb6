/* Conformance of plat/process.h: starting other processes and ending them. */
#include "plat/process.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "child_process.h"
#include "plat/clock.h"
#include "testdir.h"

static void own_id_is_known(void **state)
{
    (void)state;
    assert_true(plat_process_own_id() != 0);
    assert_true(plat_process_own_id() == plat_process_own_id());
}

static void exit_code_is_the_child_s(void **state)
{
    static const char *const codes[] = {"0", "1", "42", "127", "255"};
    struct child child;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        child_start(&child, ARGS("exit", codes[i]));
        assert_int_equal(child_end(&child), atoi(codes[i]));
    }
}

static void exit_code_may_be_asked_again(void **state)
{
    struct child child;
    int exit_code = -1;
    (void)state;

    child_start(&child, ARGS("exit", "7"));
    assert_status(PLAT_OK, plat_process_wait(child.process, DEADLINE_MS, &exit_code));
    exit_code = -1;
    assert_status(PLAT_OK, plat_process_wait(child.process, 0, &exit_code));
    assert_int_equal(exit_code, 7);
    assert_int_equal(child_end(&child), 7);
}

static void waiting_for_a_running_child_is_again(void **state)
{
    static const uint32_t timeouts_ms[] = {0, 1, 150};
    struct child child;
    int exit_code;
    (void)state;

    child_start(&child, ARGS("sleep"));
    for (size_t i = 0; i < COUNT_OF(timeouts_ms); i++) {
        uint64_t start_ms = plat_clock_now_ms();
        assert_status(PLAT_AGAIN, plat_process_wait(child.process, timeouts_ms[i], &exit_code));
        assert_not_early(start_ms, timeouts_ms[i]);
    }
    child_close(&child);
}

static void arguments_arrive_as_they_are(void **state)
{
    const char *const *args =
        ARGS("args", "plain", "", "two words", " edge ", "quo\"te", "\"all\"", "back\\slash",
             "trail\\", "sp ace\\", "\\\"", "*", "%PATH%", "$HOME", "-x=--y",
             "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2 \xf0\x9f\x98\x80");
    struct child child;
    char expected[64];
    (void)state;

    child_start(&child, args);
    child_read_all(&child);
    for (size_t i = 1; args[i] != NULL; i++) {
        snprintf(expected, sizeof(expected), "[%s]\n", args[i]);
        child_expect(&child, expected);
    }
    assert_int_equal(child_end(&child), 0);
}

static void long_argument_arrives_whole(void **state)
{
    static char argument[20000];
    struct child child;
    static char output[30000];
    size_t length = 0, got = 0;
    (void)state;

    memset(argument, 'x', sizeof(argument) - 1);
    child_start(&child, ARGS("args", argument));
    while (plat_process_read(child.process, output + length, sizeof(output) - length, DEADLINE_MS,
                             &got) == PLAT_OK) {
        length += got;
    }
    assert_int_equal(length, sizeof(argument) - 1 + 3);
    assert_memory_equal(output + 1, argument, sizeof(argument) - 1);
    assert_int_equal(child_end(&child), 0);
}

static void id_is_the_one_the_child_knows(void **state)
{
    struct child child;
    char expected[64];
    (void)state;

    child_start(&child, ARGS("id"));
    assert_true(plat_process_id(child.process) != plat_process_own_id());
    snprintf(expected, sizeof(expected), "id %llu\n",
             (unsigned long long)plat_process_id(child.process));
    child_expect(&child, expected);
    assert_int_equal(child_end(&child), 0);
}

static void missing_program_is_not_found(void **state)
{
    static const char *const programs[] = {"no-such-program-anywhere", "./no/such/program"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        struct plat_process *process;
        struct plat_process_options options = {.argv = ARGS(programs[i])};
        assert_status(PLAT_ERR_NOT_FOUND, plat_process_start(&process, &options));
    }
}

static void missing_folder_is_not_found(void **state)
{
    struct plat_process *process;
    struct plat_process_options options = {.argv = ARGS(child_path(), "exit", "0"),
                                           .folder = "no-such-folder"};
    (void)state;
    assert_status(PLAT_ERR_NOT_FOUND, plat_process_start(&process, &options));
}

/* The test's program is started by an absolute path, so the child's own is one as well. */
static void child_starts_in_the_folder(void **state)
{
    struct testdir *dir = *state;
    struct child child = {0};
    struct plat_process_options options = {.argv = ARGS(child_path(), "has-file", "marker"),
                                           .folder = dir->path};

    testdir_put(dir, "marker", "", 0);
    assert_status(PLAT_OK, plat_process_start(&child.process, &options));
    child_expect(&child, "look 0\n");
    assert_int_equal(child_end(&child), 0);
    child_start(&child, ARGS("has-file", "marker")); /* and in ours if none is named */
    child_expect(&child, "look -13\n");
    assert_int_equal(child_end(&child), 0);
}

static void killed_child_has_ended(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("sleep"));
    child_expect(&child, "asleep\n");
    assert_status(PLAT_OK, plat_process_kill(child.process));
    assert_int_equal(child_end(&child), 128 + 9);
}

static void suspended_child_is_silent_until_resumed(void **state)
{
    struct child child;
    char byte;
    size_t got;
    (void)state;

    child_start(&child, ARGS("echo"));
    assert_status(PLAT_OK, plat_process_write(child.process, "a\n", 2));
    child_expect(&child, "a\n");
    assert_status(PLAT_OK, plat_process_suspend(child.process));
    assert_status(PLAT_OK, plat_process_write(child.process, "b\n", 2));
    assert_status(PLAT_AGAIN, plat_process_read(child.process, &byte, 1, 5 * QUIET_MS, &got));
    assert_status(PLAT_OK, plat_process_resume(child.process));
    child_expect(&child, "b\n");
    assert_int_equal(child_end(&child), 0);
}

static void suspended_child_can_be_killed(void **state)
{
    struct child child;
    int exit_code;
    (void)state;

    child_start(&child, ARGS("sleep"));
    assert_status(PLAT_OK, plat_process_suspend(child.process));
    assert_status(PLAT_AGAIN, plat_process_wait(child.process, 0, &exit_code));
    assert_status(PLAT_OK, plat_process_kill(child.process));
    assert_int_equal(child_end(&child), 128 + 9);
}

/* The child's lock shows whether it lives. */
static void closing_kills_a_running_child(void **state)
{
    struct testdir *dir = *state;
    struct child child;
    struct plat_file file = PLAT_FILE_NONE;

    child_start(&child, ARGS("lock", dir->path, "lock"));
    child_expect(&child, "lock 0\n");
    child_close(&child);
    assert_status(PLAT_OK, plat_file_create(&file, dir->folder, "lock"));
    assert_status(PLAT_OK, plat_file_lock(file));
    plat_file_close(file);
    plat_process_close(NULL);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_id_is_known),
        cmocka_unit_test(exit_code_is_the_child_s),
        cmocka_unit_test(exit_code_may_be_asked_again),
        cmocka_unit_test(waiting_for_a_running_child_is_again),
        cmocka_unit_test(arguments_arrive_as_they_are),
        cmocka_unit_test(long_argument_arrives_whole),
        cmocka_unit_test(id_is_the_one_the_child_knows),
        cmocka_unit_test(missing_program_is_not_found),
        cmocka_unit_test(missing_folder_is_not_found),
        dir_test(child_starts_in_the_folder),
        cmocka_unit_test(killed_child_has_ended),
        cmocka_unit_test(suspended_child_is_silent_until_resumed),
        cmocka_unit_test(suspended_child_can_be_killed),
        dir_test(closing_kills_a_running_child),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/process", tests, NULL, NULL);
}

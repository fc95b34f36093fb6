/* Conformance of plat/process.h: what goes into and comes out of another process. */
#include "plat/process.h"

#include <string.h>

#include "check.h"
#include "child_process.h"
#include "plat/clock.h"
#include "testfile.h"

static void stdin_and_stdout_are_pipes(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("echo"));
    assert_status(PLAT_OK, plat_process_write(child.process, "first\n", 6));
    child_expect(&child, "first\n");
    assert_status(PLAT_OK, plat_process_write(child.process, "second\n", 7));
    child_expect(&child, "second\n");
    plat_process_close_stdin(child.process);
    child_read_all(&child);
    assert_string_equal(child.output, "first\nsecond\n");
    assert_int_equal(child_end(&child), 0);
}

static void stderr_goes_the_way_of_stdout(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("both-streams"));
    child_read_all(&child);
    assert_string_equal(child.output, "to stdout\nto stderr\n");
    assert_int_equal(child_end(&child), 0);
}

static void reading_silence_is_again(void **state)
{
    static const uint32_t timeouts_ms[] = {0, 1, 120};
    struct child child;
    char byte;
    size_t got;
    (void)state;

    child_start(&child, ARGS("echo"));
    for (size_t i = 0; i < COUNT_OF(timeouts_ms); i++) {
        uint64_t start_ms = plat_clock_now_ms();
        assert_status(PLAT_AGAIN, plat_process_read(child.process, &byte, 1, timeouts_ms[i], &got));
        assert_not_early(start_ms, timeouts_ms[i]);
    }
    assert_int_equal(child_end(&child), 0);
}

static void output_outlives_the_child(void **state)
{
    struct child child;
    int exit_code;
    char byte;
    size_t got;
    (void)state;

    child_start(&child, ARGS("both-streams"));
    assert_status(PLAT_OK, plat_process_wait(child.process, DEADLINE_MS, &exit_code));
    child_read_all(&child);
    assert_string_equal(child.output, "to stdout\nto stderr\n");
    assert_status(PLAT_END, plat_process_read(child.process, &byte, 1, 0, &got));
    child_close(&child);
}

static void more_output_than_a_pipe_holds_arrives(void **state)
{
    enum { LINES = 20000, LINE_SIZE = 12 };
    struct child child;
    char *output = calloc(1, LINES * LINE_SIZE + 1);
    size_t length = 0, got = 0;
    (void)state;

    assert_non_null(output);
    child_start(&child, ARGS("flood", "20000"));
    while (plat_process_read(child.process, output + length, LINES * LINE_SIZE + 1 - length,
                             DEADLINE_MS, &got) == PLAT_OK) {
        length += got;
    }
    assert_int_equal(length, LINES * LINE_SIZE);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(atoi(output + i * LINE_SIZE + 5), i);
    }
    free(output);
    assert_int_equal(child_end(&child), 0);
}

static void more_input_than_a_pipe_holds_is_written(void **state)
{
    enum { SIZE = 1 << 20 };
    struct child child;
    char *data = malloc(SIZE);
    (void)state;

    assert_non_null(data);
    memset(data, 'x', SIZE);
    child_start(&child, ARGS("count"));
    assert_status(PLAT_OK, plat_process_write(child.process, data, SIZE));
    assert_status(PLAT_OK, plat_process_write(child.process, data, 0));
    plat_process_close_stdin(child.process);
    plat_process_close_stdin(child.process);
    child_expect(&child, "1048576 bytes\n");
    free(data);
    assert_int_equal(child_end(&child), 0);
}

static bool write_is_reset(void *process)
{
    int rc = plat_process_write(process, "x\n", 2);
    assert_true(rc == PLAT_OK || rc == PLAT_ERR_RESET);
    return rc == PLAT_ERR_RESET;
}

static void writing_to_an_ended_child_is_reset(void **state)
{
    struct child child;
    int exit_code;
    (void)state;

    child_start(&child, ARGS("exit", "0"));
    assert_status(PLAT_OK, plat_process_wait(child.process, DEADLINE_MS, &exit_code));
    assert_eventually(write_is_reset, child.process);
    child_close(&child);
}

static void output_goes_to_a_file_made_anew(void **state)
{
    struct testdir *dir = *state;
    struct child child = {0};
    char path[256];
    struct plat_process_options options = {.argv = ARGS(child_path(), "both-streams"),
                                           .output_path = path};

    testdir_path(dir, "out.log", path, sizeof(path));
    testdir_put(dir, "out.log", "what a run before has left behind in this file", 46);
    assert_status(PLAT_OK, plat_process_start(&child.process, &options));
    assert_int_equal(child_end(&child), 0);
    testfile_expect_text(dir, "out.log", "to stdout\nto stderr\n");
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stdin_and_stdout_are_pipes),
        cmocka_unit_test(stderr_goes_the_way_of_stdout),
        cmocka_unit_test(reading_silence_is_again),
        cmocka_unit_test(output_outlives_the_child),
        cmocka_unit_test(more_output_than_a_pipe_holds_arrives),
        cmocka_unit_test(more_input_than_a_pipe_holds_is_written),
        cmocka_unit_test(writing_to_an_ended_child_is_reset),
        dir_test(output_goes_to_a_file_made_anew),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/process: pipes", tests, NULL, NULL);
}

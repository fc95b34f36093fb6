/* Conformance of plat/process.h with what only POSIX systems have: signals, limits, PATH. */
#include "plat/process.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "child_process.h"
#include "plat/clock.h"
#include "plat/poller.h"
#include "testdir.h"

static int run(const struct plat_process_options *options)
{
    struct plat_process *process;
    int exit_code = -1;

    assert_status(PLAT_OK, plat_process_start(&process, options));
    assert_status(PLAT_OK, plat_process_wait(process, DEADLINE_MS, &exit_code));
    plat_process_close(process);
    return exit_code;
}

static void program_is_looked_for_in_the_path(void **state)
{
    struct plat_process_options options = {.argv = ARGS("sh", "-c", "exit 7")};
    (void)state;
    assert_int_equal(run(&options), 7);
}

static void signal_s_number_shows_in_the_exit_code(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("sleep"));
    child_expect(&child, "asleep\n");
    assert_status(PLAT_OK, plat_process_terminate(child.process));
    assert_int_equal(child_end(&child), 128 + SIGTERM);
    child_start(&child, ARGS("sleep"));
    child_expect(&child, "asleep\n");
    assert_status(PLAT_OK, plat_process_interrupt(child.process));
    assert_int_equal(child_end(&child), 128 + SIGINT);
}

static void file_that_is_no_program_is_access(void **state)
{
    struct testdir *dir = *state;
    struct plat_process *process;
    char path[256];
    struct plat_process_options options = {.argv = ARGS(path)};

    testdir_path(dir, "data", path, sizeof(path));
    testdir_put(dir, "data", "no program\n", 11);
    assert_status(PLAT_ERR_ACCESS, plat_process_start(&process, &options));
}

/* The signals that we ignore or handle ourselves are as usual in the child. */
static void child_has_the_usual_signals(void **state)
{
    struct plat_process_options options = {.argv = ARGS("sh", "-c", "kill -PIPE $$; exit 3")};
    (void)state;
    assert_int_equal(run(&options), 128 + SIGPIPE);
}

static void child_inherits_three_descriptors(void **state)
{
    static const char script[] = "for fd in 3 4 5 6 7 8 9; do [ -e /dev/fd/$fd ] && "
                                 "eval \"true <&$fd\" 2>/dev/null && exit $fd; done; exit 0";
    struct plat_process_options options = {.argv = ARGS("sh", "-c", script)};
    int ours = dup(STDIN_FILENO); /* open in the child unless it is taken away, as a library's is */
    (void)state;

    assert_int_equal(run(&options), 0);
    close(ours);
}

static void limit_of_open_files_is_as_high_as_it_may_be(void **state)
{
    struct rlimit limit;
    (void)state;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(limit.rlim_cur == limit.rlim_max || limit.rlim_cur >= 10240);
}

/* Requests to stop this process. They are counted in sequence, from whatever count there was. */

static void count_call(void *arg)
{
    ++*(volatile sig_atomic_t *)arg;
}

static void handler_is_called_for_each_request(void **state)
{
    volatile sig_atomic_t calls = 0;
    unsigned before = plat_process_stop_requests();
    (void)state;

    assert_status(PLAT_OK, plat_process_on_stop(count_call, (void *)&calls));
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(calls, 2);
    assert_int_equal(plat_process_stop_requests(), before + 2);
    assert_status(PLAT_OK, plat_process_on_stop(NULL, NULL));
}

static void new_handler_replaces_the_old(void **state)
{
    volatile sig_atomic_t old_calls = 0, new_calls = 0;
    (void)state;

    assert_status(PLAT_OK, plat_process_on_stop(count_call, (void *)&old_calls));
    assert_status(PLAT_OK, plat_process_on_stop(count_call, (void *)&new_calls));
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(old_calls, 0);
    assert_int_equal(new_calls, 1);
    assert_status(PLAT_OK, plat_process_on_stop(NULL, NULL));
}

static void wake(void *poller)
{
    plat_poller_wake(poller);
}

static void stop_request_wakes_the_poller(void **state)
{
    struct plat_poller *poller;
    struct plat_event event;
    uint64_t start_ms = plat_clock_now_ms();
    size_t count;
    (void)state;

    assert_status(PLAT_OK, plat_poller_open(&poller));
    assert_status(PLAT_OK, plat_process_on_stop(wake, poller));
    assert_int_equal(raise(SIGINT), 0);
    assert_status(PLAT_OK, plat_poller_wait(poller, &event, 1, DEADLINE_MS, &count));
    assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS / 2);
    assert_status(PLAT_OK, plat_process_on_stop(NULL, NULL));
    plat_poller_close(poller);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_is_looked_for_in_the_path),
        cmocka_unit_test(signal_s_number_shows_in_the_exit_code),
        cmocka_unit_test_setup_teardown(file_that_is_no_program_is_access, testdir_setup,
                                        testdir_teardown),
        cmocka_unit_test(child_has_the_usual_signals),
        cmocka_unit_test(child_inherits_three_descriptors),
        cmocka_unit_test(limit_of_open_files_is_as_high_as_it_may_be),
        cmocka_unit_test(handler_is_called_for_each_request),
        cmocka_unit_test(new_handler_replaces_the_old),
        cmocka_unit_test(stop_request_wakes_the_poller),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/process on POSIX", tests, NULL, NULL);
}

/* Conformance of plat/console.h with what a POSIX system can put in a stream's place: a terminal,
 * a pipe that nobody reads, a full disk. */
#include "plat/console.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "plat/process.h"
#include "plat/thread.h"

/* Puts a descriptor in stdout's place. Returns the old stdout, for stdout_restore. */
static int stdout_replace(int fd)
{
    int old;

    fflush(stdout);
    old = dup(STDOUT_FILENO);
    assert_true(old >= 0);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    return old;
}

static void stdout_restore(int old)
{
    assert_int_equal(dup2(old, STDOUT_FILENO), STDOUT_FILENO);
    close(old);
}

static void writing_for_nobody_is_reset(void **state)
{
    int ends[2], old, rc;
    (void)state;

    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    old = stdout_replace(ends[1]);
    rc = plat_console_write(PLAT_STDOUT, "x", 1);
    stdout_restore(old);
    close(ends[1]);
    assert_status(PLAT_ERR_RESET, rc);
}

/* Linux has a device that is always full; where there is none, there is nothing to show. */
static void full_disk_is_no_space(void **state)
{
    int full = open("/dev/full", O_WRONLY), old, rc;
    (void)state;

    if (full < 0) {
        skip();
    }
    old = stdout_replace(full);
    rc = plat_console_write(PLAT_STDOUT, "x", 1);
    stdout_restore(old);
    close(full);
    assert_status(PLAT_ERR_NO_SPACE, rc);
}

struct drain {
    int fd;
    size_t total;
};

static void drain_pipe(void *arg)
{
    struct drain *drain = arg;
    char block[1000];
    ssize_t got;

    while ((got = read(drain->fd, block, sizeof(block))) > 0) {
        drain->total += (size_t)got;
        if (drain->total < 50000) {
            pause_ms(1);
        }
    }
}

/* Whoever started us may have made the pipe non-blocking. */
static void non_blocking_pipe_gets_everything(void **state)
{
    enum { SIZE = 400000 };
    struct drain drain = {0};
    struct plat_thread thread;
    char *data = calloc(1, SIZE);
    int ends[2], old, rc;
    (void)state;

    assert_non_null(data);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    drain.fd = ends[0];
    assert_status(PLAT_OK, plat_thread_start(&thread, drain_pipe, &drain));
    old = stdout_replace(ends[1]);
    rc = plat_console_write(PLAT_STDOUT, data, SIZE);
    stdout_restore(old);
    close(ends[1]);
    plat_thread_join(&thread);
    close(ends[0]);
    free(data);
    assert_status(PLAT_OK, rc);
    assert_int_equal(drain.total, SIZE);
}

static void terminal_is_known_with_its_width(void **state)
{
    struct winsize size = {.ws_row = 30, .ws_col = 123};
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave, old;
    bool is_terminal;
    unsigned width;
    (void)state;

    if (master < 0) {
        skip(); /* a bare container may have no terminals */
    }
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
    old = stdout_replace(slave);
    is_terminal = plat_console_is_terminal(PLAT_STDOUT);
    width = plat_console_width(PLAT_STDOUT);
    stdout_restore(old);
    close(slave);
    close(master);
    assert_true(is_terminal);
    assert_int_equal(width, 123);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_for_nobody_is_reset),
        cmocka_unit_test(full_disk_is_no_space),
        cmocka_unit_test(non_blocking_pipe_gets_everything),
        cmocka_unit_test(terminal_is_known_with_its_width),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/console on POSIX", tests, NULL, NULL);
}

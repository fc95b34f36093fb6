/* client/ui.h: what the client shows where there is no terminal. */
#include "client/ui.h"

#include <stdio.h>

#include "child_process.h"
#include "expect.h"

/* What the child says, without times: they are between the first brackets of a line. */
static void run(struct child *child, const char *how)
{
    char *out;
    child_start(child, ARGS(how));
    child_read_all(child);
    out = child->output;
    for (char *in = child->output; *in; in++) {
        if (strncmp(in, "[20", 3) == 0)
            in = strchr(in, ']') + 2;
        if (*in != '\r')
            *out++ = *in;
    }
    *out = '\0';
    assert_int_equal(child_end(child), 0);
}

/* A line each 5 s, with the specification's words and no more. */
static void progress_is_told_each_five_seconds(void **state)
{
    struct child child;
    char expected[2048];
    size_t size = (size_t)snprintf(expected, sizeof expected, "[CLIENT] begins\n");
    (void)state;
    for (unsigned s = 5; s < 60; s += 5)
        size +=
            (size_t)snprintf(expected + size, sizeof expected - size,
                             "Downloading: %.1f%% (%u/60000 bytes)\n", s * 100 / 60.0, s * 1000);
    snprintf(expected + size, sizeof expected - size,
             "[CLIENT] Warning: slow\nDownloading: 100.0%% (60000/60000 bytes)\n"
             "mcdn: what: why\nasked for\n");
    run(&child, "plain");
    assert_string_equal(child.output, expected);
    run(&child, "json"); /* the same, though on another stream */
    assert_string_equal(child.output, expected);
}

static void quiet_are_all_but_errors_and_what_was_asked_for(void **state)
{
    struct child child;
    (void)state;
    run(&child, "quiet");
    assert_string_equal(child.output, "mcdn: what: why\nasked for\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_is_told_each_five_seconds),
        cmocka_unit_test(quiet_are_all_but_errors_and_what_was_asked_for),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    child_named_beside(argv[0], UI_CHILD);
    return cmocka_run_group_tests_name("ui", tests, NULL, NULL);
}

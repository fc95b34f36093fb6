/* Conformance of plat/console.h, as far as it goes without a terminal: a child with pipes. */
#include "plat/console.h"

#include <string.h>

#include "check.h"
#include "child_process.h"
#include "wine.h"

static void write_text(struct child *child, const char *text)
{
    assert_status(PLAT_OK, plat_process_write(child->process, text, strlen(text)));
}

static void start_lines(struct child *child)
{
    child_start(child, ARGS("lines"));
    child_expect(child, "ready\n");
}

static void pipes_are_no_terminals_and_80_columns_wide(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("console"));
    child_expect(&child, "terminals 0 0 0 width 80\n");
    assert_int_equal(child_end(&child), 0);
}

static void lines_come_without_their_line_feed(void **state)
{
    struct child child;
    (void)state;

    start_lines(&child);
    write_text(&child, "list\n\n  spaced out \n");
    child_expect(&child, "\n0:list\n");
    child_expect(&child, "\n0:\n");
    child_expect(&child, "\n0:  spaced out \n");
    assert_int_equal(child_end(&child), 0);
}

static void line_joins_split_writes(void **state)
{
    struct child child;
    (void)state;

    start_lines(&child);
    write_text(&child, "down");
    write_text(&child, "lo");
    write_text(&child, "ad\nnext");
    child_expect(&child, "\n0:download\n");
    write_text(&child, " one\n");
    child_expect(&child, "\n0:next one\n");
    assert_int_equal(child_end(&child), 0);
}

static void utf8_is_read_unchanged(void **state)
{
    struct child child;
    (void)state;

    start_lines(&child);
    write_text(&child, "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2\xf0\x9f\x98\x80\n");
    child_expect(&child, "\n0:gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2\xf0\x9f\x98\x80\n");
    assert_int_equal(child_end(&child), 0);
}

static void last_line_needs_no_line_feed(void **state)
{
    struct child child;
    (void)state;

    start_lines(&child);
    write_text(&child, "quit");
    plat_process_close_stdin(child.process);
    child_expect(&child, "\n0:quit\n");
    child_expect(&child, "\n2:\n");
    assert_int_equal(child_end(&child), 0);
}

/* The child ends after it has been told of the end twice. */
static void end_of_input_is_told_again(void **state)
{
    struct child child;
    (void)state;

    start_lines(&child);
    plat_process_close_stdin(child.process);
    child_read_all(&child);
    assert_non_null(strstr(child.output, "\n2:\n\n2:\n"));
    assert_int_equal(child_end(&child), 0);
}

static void prompt_is_shown(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("lines", "micro-cdn> "));
    child_expect(&child, "micro-cdn> ");
    assert_int_equal(child_end(&child), 0);
}

/* Writes one line of that many bytes, and a short one after it. */
static void write_long_line(struct child *child, size_t size)
{
    char *line = malloc(size + 1);

    assert_non_null(line);
    memset(line, 'x', size);
    line[size] = '\n';
    assert_status(PLAT_OK, plat_process_write(child->process, line, size + 1));
    write_text(child, "next\n");
    free(line);
}

static void longest_line_is_read(void **state)
{
    struct child child;
    (void)state;

    start_lines(&child);
    write_long_line(&child, PLAT_CONSOLE_LINE_MAX);
    child_expect(&child, "\n0:65536 bytes\n");
    child_expect(&child, "\n0:next\n");
    assert_int_equal(child_end(&child), 0);
}

static void longer_line_is_skipped(void **state)
{
    static const size_t sizes[] = {PLAT_CONSOLE_LINE_MAX + 1, 5 * PLAT_CONSOLE_LINE_MAX};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct child child;
        start_lines(&child);
        write_long_line(&child, sizes[i]);
        child_expect(&child, "\n-22:\n");
        child_expect(&child, "\n0:next\n");
        assert_int_equal(child_end(&child), 0);
        assert_null(strstr(child.output, "bytes"));
    }
}

/* Once right after the prompt, when the child may not wait yet, and once when it surely does. */
static void stop_request_ends_the_waiting_for_a_line(void **state)
{
    static const uint32_t pauses_ms[] = {0, QUIET_MS};
    (void)state;
    skip_under_wine("GenerateConsoleCtrlEvent knows no Ctrl-Break",
                    "sends it to the child's group");
    for (size_t i = 0; i < COUNT_OF(pauses_ms); i++) {
        struct child child;
        child_start(&child, ARGS("lines", "go on> "));
        child_expect(&child, "go on> ");
        pause_ms(pauses_ms[i]);
        assert_status(PLAT_OK, plat_process_interrupt(child.process));
        child_expect(&child, "\n1:\n");
        assert_int_equal(child_end(&child), 0);
    }
}

static void everything_is_written(void **state)
{
    enum { SIZE = 3000000 };
    struct child child;
    char *output = malloc(SIZE + 1);
    size_t length = 0, got = 0;
    (void)state;

    assert_non_null(output);
    child_start(&child, ARGS("write", "3000000"));
    while (plat_process_read(child.process, output + length, SIZE + 1 - length, DEADLINE_MS,
                             &got) == PLAT_OK) {
        length += got;
    }
    assert_int_equal(length, SIZE);
    for (size_t i = 0; i < SIZE; i++) {
        assert_int_equal(output[i], 'a' + (int)(i % 26));
    }
    free(output);
    assert_int_equal(child_end(&child), 0);
}

static void nothing_is_written_of_nothing(void **state)
{
    struct child child;
    (void)state;

    child_start(&child, ARGS("write", "0"));
    child_read_all(&child);
    assert_int_equal(child.length, 0);
    assert_int_equal(child_end(&child), 0);
    assert_status(PLAT_OK, plat_console_write(PLAT_STDERR, "", 0));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipes_are_no_terminals_and_80_columns_wide),
        cmocka_unit_test(lines_come_without_their_line_feed),
        cmocka_unit_test(line_joins_split_writes),
        cmocka_unit_test(utf8_is_read_unchanged),
        cmocka_unit_test(last_line_needs_no_line_feed),
        cmocka_unit_test(end_of_input_is_told_again),
        cmocka_unit_test(prompt_is_shown),
        cmocka_unit_test(longest_line_is_read),
        cmocka_unit_test(longer_line_is_skipped),
        cmocka_unit_test(stop_request_ends_the_waiting_for_a_line),
        cmocka_unit_test(everything_is_written),
        cmocka_unit_test(nothing_is_written_of_nothing),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/console", tests, NULL, NULL);
}

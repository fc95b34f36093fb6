/* base/options.h: command lines, and what options_child says of them. */
#include "base/options.h"

#include <stdio.h>

#include "base/version.h"
#include "child_process.h"
#include "expect.h"

enum { ARGS_MAX = 6 };

#define STANDARD "text=standard other=(none) port=5000 ms=250 count=7 level=1 flag=0"

/* Runs the child; "+": it takes operands, "-": it takes none, "=": its options have headings. */
static int run(struct child *child, const char *program, const char *const *args)
{
    const char *all[ARGS_MAX + 2] = {program};
    for (size_t i = 0; i < ARGS_MAX && args[i]; i++)
        all[i + 1] = args[i];
    child_start(child, all);
    child_read_all(child);
    for (char *c = child->output; (c = strchr(c, '\r')) != NULL;)
        memmove(c, c + 1, strlen(c)); /* text streams have them on some systems */
    return child_end(child);
}

static void expect_run(const char *args[ARGS_MAX], const char *output)
{
    struct child child;
    char line[512];
    const char *row = args[0] ? args[0] : "(nothing)";
    int code = run(&child, "+", args);
    snprintf(line, sizeof line, "%s\n", output);
    assert_row_slice(row, slice_text(child.output), line);
    assert_row_number(row, code, 0);
}

static void command_lines_set_values(void **state)
{
    static const struct {
        const char *args[ARGS_MAX];
        const char *output;
    } rows[] = {
        {{NULL}, STANDARD},
        {{"--text", "x y"}, "text=x y other=(none) port=5000 ms=250 count=7 level=1 flag=0"},
        {{"--text=x"}, "text=x other=(none) port=5000 ms=250 count=7 level=1 flag=0"},
        {{"--text=a=b"}, "text=a=b other=(none) port=5000 ms=250 count=7 level=1 flag=0"},
        {{"--text", "--flag"}, "text=--flag other=(none) port=5000 ms=250 count=7 level=1 flag=0"},
        {{"--text-too=x"}, "text=standard other=x port=5000 ms=250 count=7 level=1 flag=0"},
        {{"--port", "0"}, "text=standard other=(none) port=0 ms=250 count=7 level=1 flag=0"},
        {{"--port=65535"}, "text=standard other=(none) port=65535 ms=250 count=7 level=1 flag=0"},
        {{"--seconds", "8"}, "text=standard other=(none) port=5000 ms=8000 count=7 level=1 flag=0"},
        {{"--seconds=86400"},
         "text=standard other=(none) port=5000 ms=86400000 count=7 level=1 flag=0"},
        {{"--count=1"}, "text=standard other=(none) port=5000 ms=250 count=1 level=1 flag=0"},
        {{"--count", "1024"},
         "text=standard other=(none) port=5000 ms=250 count=1024 level=1 flag=0"},
        {{"--number", "1"}, STANDARD " number=1"},
        {{"--number=9223372036854775807"}, STANDARD " number=9223372036854775807"},
        {{"--number=1", "--number=0"}, STANDARD},
        {{"--level=error"}, "text=standard other=(none) port=5000 ms=250 count=7 level=3 flag=0"},
        {{"--flag"}, "text=standard other=(none) port=5000 ms=250 count=7 level=1 flag=1"},
        {{"-f"}, "text=standard other=(none) port=5000 ms=250 count=7 level=1 flag=1"},
        {{"--port=1", "--port=2"},
         "text=standard other=(none) port=2 ms=250 count=7 level=1 flag=0"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_run((const char **)rows[i].args, rows[i].output);
}

static void operands_keep_their_order_wherever_they_stand(void **state)
{
    static const struct {
        const char *args[ARGS_MAX];
        const char *output;
    } rows[] = {
        {{"a", "b"}, STANDARD " [a] [b]"},
        {{"a", "--port=5000", "b"}, STANDARD " [a] [b]"},
        {{"a", "--port", "5000", "-"}, STANDARD " [a] [-]"},
        {{"--", "--flag", "-f", "--"}, STANDARD " [--flag] [-f] [--]"},
        {{"a", "--", "--help"}, STANDARD " [a] [--help]"},
        {{"--"}, STANDARD},
        {{""}, STANDARD " []"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_run((const char **)rows[i].args, rows[i].output);
}

static void wrong_command_lines_say_why_and_how_to_get_help(void **state)
{
    static const struct {
        const char *args[ARGS_MAX];
        const char *error;
    } rows[] = {
        {{"--nope"}, "prog: --nope: no such option"},
        {{"-x"}, "prog: -x: no such option"},
        {{"-ff"}, "prog: -ff: no such option"},
        {{"-flag"}, "prog: -flag: no such option"},
        {{"--tex"}, "prog: --tex: no such option"},
        {{"--textt=x"}, "prog: --textt=x: no such option"},
        {{"--Text=x"}, "prog: --Text=x: no such option"},
        {{"--flag=1"}, "prog: --flag=1: takes no value"},
        {{"--text"}, "prog: --text: needs a value"},
        {{"--text="}, "prog: --text : must not be empty"},
        {{"--port", "65536"}, "prog: --port 65536: is no port (0 to 65535)"},
        {{"--port=x"}, "prog: --port x: is no port (0 to 65535)"},
        {{"--port="}, "prog: --port : is no port (0 to 65535)"},
        {{"--port=-1"}, "prog: --port -1: is no port (0 to 65535)"},
        {{"--seconds=0"}, "prog: --seconds 0: is no number of seconds above 0, up to 86400"},
        {{"--seconds=86401"},
         "prog: --seconds 86401: is no number of seconds above 0, up to 86400"},
        {{"--count=0"}, "prog: --count 0: is no number from 1 to 1024"},
        {{"--count=1025"}, "prog: --count 1025: is no number from 1 to 1024"},
        {{"--number=-1"}, "prog: --number -1: is no number"},
        {{"--number=9223372036854775808"}, "prog: --number 9223372036854775808: is no number"},
        {{"--level=Info"}, "prog: --level Info: is none of debug, info, warn, error"},
        {{"--flag", "operand"}, "prog: operand: unexpected argument"},
        {{"--", "--flag"}, "prog: --flag: unexpected argument"},
        {{"-"}, "prog: -: unexpected argument"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct child child;
        char text[512];
        int code = run(&child, "-", (const char *const *)rows[i].args);
        snprintf(text, sizeof text, "%s\nTry 'prog --help'.\n", rows[i].error);
        assert_row_slice(rows[i].error, slice_text(child.output), text);
        assert_row_number(rows[i].error, code, 2);
    }
}

static void first_of_several_requests_counts(void **state)
{
    struct child child;
    (void)state;
    assert_int_equal(run(&child, "+", ARGS("--version", "--nope")), 0);
    assert_string_equal(child.output, "prog " MCDN_VERSION "\n");
    assert_int_equal(run(&child, "+", ARGS("--nope", "--version")), 2);
}

/* Makes one space of several: the columns are for the eye. */
static void squeeze(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++)
        if (in[0] != ' ' || in[1] != ' ')
            *out++ = *in;
    *out = '\0';
}

static void help_shows_options_defaults_and_the_epilog(void **state)
{
    static const char expected[] = "Usage: prog [OPTION...] [FILE...]\n"
                                   "\n"
                                   "Shows options.\n"
                                   "\n"
                                   "Options:\n"
                                   " --text TEXT a text (default: standard)\n"
                                   " --text-too TEXT one without a default\n"
                                   " --port PORT a port (default: 5000)\n"
                                   " --seconds S a time (default: 0.25)\n"
                                   " --count N a number\n"
                                   " --number N a large number (default: 0)\n"
                                   " --level LEVEL a level (default: info)\n"
                                   " -f, --flag a flag\n"
                                   " --help show this and exit\n"
                                   " --version show the version and exit\n"
                                   "\n"
                                   "The end.\n";
    struct child child;
    (void)state;
    assert_int_equal(run(&child, "+", ARGS("--flag", "--help")), 0);
    squeeze(child.output);
    assert_string_equal(child.output, expected);
}

static void help_of_a_program_without_operands_names_none(void **state)
{
    static const char first[] = "Usage: prog [OPTION...]\n\nShows options.\n";
    struct child child;
    (void)state;
    assert_int_equal(run(&child, "-", ARGS("--help")), 0);
    assert_memory_equal(child.output, first, sizeof first - 1);
    assert_null(strstr(child.output, "The end."));
}

static void headings_divide_the_help_and_are_no_options(void **state)
{
    static const char expected[] = "Usage: prog [OPTION...]\n"
                                   "\n"
                                   "Has groups.\n"
                                   "\n"
                                   "First:\n"
                                   " --rate RATE a rate\n"
                                   "\n"
                                   "Second:\n"
                                   " --flag a flag\n"
                                   " --help show this and exit\n"
                                   " --version show the version and exit\n";
    struct child child;
    (void)state;
    assert_int_equal(run(&child, "=", ARGS("--help")), 0);
    squeeze(child.output);
    assert_string_equal(child.output, expected);
    assert_int_equal(run(&child, "=", ARGS("--=x")), 2);
    assert_string_equal(child.output, "prog: --=x: no such option\nTry 'prog --help'.\n");
}

static void rates_are_taken_with_their_units(void **state)
{
    struct child child;
    (void)state;
    assert_int_equal(run(&child, "=", ARGS("--rate=1.5k")), 0);
    assert_string_equal(child.output, "rate=1536\n");
    assert_int_equal(run(&child, "=", ARGS("--rate", "fast")), 2);
    assert_string_equal(child.output,
                        "prog: --rate fast: is no number of bytes a second, such as 500k, 1.5M or "
                        "2G\nTry 'prog --help'.\n");
}

static void programs_refuse_what_the_table_allows(void **state)
{
    struct child child;
    (void)state;
    assert_int_equal(run(&child, "=", ARGS("--flag", "--rate=1")), 2);
    assert_string_equal(child.output,
                        "prog: --flag: does not go with --rate\nTry 'prog --help'.\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_lines_set_values),
        cmocka_unit_test(operands_keep_their_order_wherever_they_stand),
        cmocka_unit_test(wrong_command_lines_say_why_and_how_to_get_help),
        cmocka_unit_test(first_of_several_requests_counts),
        cmocka_unit_test(help_shows_options_defaults_and_the_epilog),
        cmocka_unit_test(help_of_a_program_without_operands_names_none),
        cmocka_unit_test(headings_divide_the_help_and_are_no_options),
        cmocka_unit_test(rates_are_taken_with_their_units),
        cmocka_unit_test(programs_refuse_what_the_table_allows),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    child_named_beside(argv[0], OPTIONS_CHILD);
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}

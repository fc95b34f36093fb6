#include "base/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/numbers.h"
#include "base/version.h"

enum { SECONDS_MAX_MS = 86400 * 1000, COUNT_MAX = 1024, USAGE_COLUMN = 34 };

static int usage_error(const struct program *program, const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\nTry '%s --help'.\n", program->name, what, why, program->name);
    return -1;
}

/* Stores the value; the reason why it cannot be taken, or NULL. */
static const char *store(const struct option *option, const char *text, void *values)
{
    struct slice slice = slice_text(text);
    char *field = (char *)values + option->offset;
    uint64_t number;
    switch (option->kind) {
    case OPTION_TEXT: memcpy(field, &text, sizeof text); return *text ? NULL : "must not be empty";
    case OPTION_PORT:
        if (number_parse(slice, 65535, &number) < 0)
            return "is no port (0 to 65535)";
        *(uint16_t *)(void *)field = (uint16_t)number;
        return NULL;
    case OPTION_PEER_PORT:
        if (number_parse(slice, 65535, &number) < 0 || number == 0)
            return "is no port (1 to 65535)";
        *(uint16_t *)(void *)field = (uint16_t)number;
        return NULL;
    case OPTION_SECONDS:
        if (number_parse_seconds(slice, SECONDS_MAX_MS, (uint64_t *)(void *)field) < 0)
            return "is no number of seconds above 0, up to 86400";
        return NULL;
    case OPTION_TIME:
        if (number_parse_seconds(slice, SECONDS_MAX_MS, (uint64_t *)(void *)field) < 0 &&
            number_parse(slice, 0, (uint64_t *)(void *)field) < 0)
            return "is no number of seconds from 0 to 86400";
        return NULL;
    case OPTION_COUNT:
        if (number_parse(slice, COUNT_MAX, &number) < 0 || number == 0)
            return "is no number from 1 to 1024";
        *(unsigned *)(void *)field = (unsigned)number;
        return NULL;
    case OPTION_NUMBER:
        if (number_parse(slice, INT64_MAX, (uint64_t *)(void *)field) < 0)
            return "is no number";
        return NULL;
    case OPTION_RATE:
        if (number_parse_rate(slice, INT64_MAX, (uint64_t *)(void *)field) < 0)
            return "is no number of bytes a second, such as 500k, 1.5M or 2G";
        return NULL;
    case OPTION_LEVEL:
        if (!log_level_parse(slice, (enum log_level *)(void *)field))
            return "is none of debug, info, warn, error";
        return NULL;
    case OPTION_FLAG: *(bool *)(void *)field = true; return NULL;
    case OPTION_HEADING: break;
    }
    return "is of no known kind";
}

static void set_defaults(const struct program *program, void *values)
{
    for (const struct option *o = program->options; o->name; o++) {
        if (!o->standard)
            continue;
        const char *why = store(o, o->standard, values);
        assert(!why);
        (void)why;
    }
}

static void print_option(const struct option *o)
{
    char left[64];
    if (o->kind == OPTION_HEADING) {
        printf("\n%s:\n", o->help);
        return;
    }
    snprintf(left, sizeof left, "%s%c%s--%s%s%s", o->letter ? "-" : "", o->letter ? o->letter : ' ',
             o->letter ? ", " : "   ", o->name, o->value ? " " : "", o->value ? o->value : "");
    printf("  %-*s %s", USAGE_COLUMN, left, o->help);
    if (o->standard)
        printf(" (default: %s)", o->standard);
    printf("\n");
}

static void print_help(const struct program *program)
{
    static const struct option common[] = {
        {.name = "help", .help = "show this and exit"},
        {.name = "version", .help = "show the version and exit"},
    };
    printf("Usage: %s [OPTION...]%s%s\n\n%s\n%s", program->name, program->operands ? " " : "",
           program->operands ? program->operands : "", program->summary,
           program->options->kind == OPTION_HEADING ? "" : "\nOptions:\n");
    for (const struct option *o = program->options; o->name; o++)
        print_option(o);
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        print_option(&common[i]);
    if (program->epilog)
        printf("\n%s\n", program->epilog);
}

/* The option that an argument names, and the "=value" behind it, if any. */
static const struct option *find_option(const struct program *program, const char *argument,
                                        const char **value)
{
    *value = NULL;
    for (const struct option *o = program->options; o->name; o++) {
        size_t size = strlen(o->name);
        if (o->kind == OPTION_HEADING)
            continue;
        if (o->letter && argument[1] == o->letter && argument[2] == '\0')
            return o;
        if (strncmp(argument, "--", 2) != 0 || strncmp(argument + 2, o->name, size) != 0)
            continue;
        if (argument[2 + size] == '=')
            *value = argument + 2 + size + 1;
        if (argument[2 + size] == '\0' || *value)
            return o;
    }
    return NULL;
}

/* Takes the option at argv[*at] and its value. 0, or -1 after an error message. */
static int take_option(const struct program *program, int argc, char **argv, int *at, void *values)
{
    const char *value;
    const char *argument = argv[*at];
    const struct option *o = find_option(program, argument, &value);
    if (!o)
        return usage_error(program, argument, "no such option");
    if (o->kind == OPTION_FLAG && value)
        return usage_error(program, argument, "takes no value");
    if (o->kind != OPTION_FLAG && !value) {
        if (*at + 1 >= argc)
            return usage_error(program, argument, "needs a value");
        value = argv[++*at];
    }
    const char *why = store(o, value ? value : "", values);
    if (!why)
        return 0;
    char what[128];
    snprintf(what, sizeof what, "--%s %.80s", o->name, value ? value : "");
    return usage_error(program, what, why);
}

enum options_outcome options_refuse(const struct program *program, const char *what,
                                    const char *why)
{
    usage_error(program, what, why);
    return OPTIONS_WRONG;
}

enum options_outcome options_parse(const struct program *program, int argc, char **argv,
                                   void *values, int *operand_count)
{
    bool operands_only = false;
    int count = 0;
    set_defaults(program, values);
    for (int at = 1; at < argc; at++) {
        char *argument = argv[at];
        if (operands_only || argument[0] != '-' || argument[1] == '\0') {
            if (!program->operands) {
                usage_error(program, argument, "unexpected argument");
                return OPTIONS_WRONG;
            }
            argv[1 + count++] = argument;
        } else if (strcmp(argument, "--") == 0) {
            operands_only = true;
        } else if (strcmp(argument, "--help") == 0) {
            print_help(program);
            return OPTIONS_DONE;
        } else if (strcmp(argument, "--version") == 0) {
            printf("%s %s\n", program->name, MCDN_VERSION);
            return OPTIONS_DONE;
        } else if (take_option(program, argc, argv, &at, values) < 0) {
            return OPTIONS_WRONG;
        }
    }
    *operand_count = count;
    return OPTIONS_RUN;
}

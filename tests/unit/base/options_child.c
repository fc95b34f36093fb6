/*
 * A program with one option of each kind, that says what options_parse made of its command line.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "base/options.h"
#include "plat/process.h"

struct values {
    const char *text, *other;
    uint16_t port;
    uint64_t seconds_ms, number;
    unsigned count;
    uint64_t rate;
    enum log_level level;
    bool flag;
};

static const struct option options[] = {
    {.name = "text",
     .kind = OPTION_TEXT,
     .value = "TEXT",
     .standard = "standard",
     .help = "a text",
     .offset = offsetof(struct values, text)},
    {.name = "text-too",
     .kind = OPTION_TEXT,
     .value = "TEXT",
     .help = "one without a default",
     .offset = offsetof(struct values, other)},
    {.name = "port",
     .kind = OPTION_PORT,
     .value = "PORT",
     .standard = "5000",
     .help = "a port",
     .offset = offsetof(struct values, port)},
    {.name = "seconds",
     .kind = OPTION_SECONDS,
     .value = "S",
     .standard = "0.25",
     .help = "a time",
     .offset = offsetof(struct values, seconds_ms)},
    {.name = "count",
     .kind = OPTION_COUNT,
     .value = "N",
     .help = "a number",
     .offset = offsetof(struct values, count)},
    {.name = "number",
     .kind = OPTION_NUMBER,
     .value = "N",
     .standard = "0",
     .help = "a large number",
     .offset = offsetof(struct values, number)},
    {.name = "level",
     .kind = OPTION_LEVEL,
     .value = "LEVEL",
     .standard = "info",
     .help = "a level",
     .offset = offsetof(struct values, level)},
    {.name = "flag",
     .letter = 'f',
     .kind = OPTION_FLAG,
     .help = "a flag",
     .offset = offsetof(struct values, flag)},
    {.name = NULL},
};

static const struct option grouped[] = {
    {.name = "", .kind = OPTION_HEADING, .help = "First"},
    {.name = "rate",
     .kind = OPTION_RATE,
     .value = "RATE",
     .help = "a rate",
     .offset = offsetof(struct values, rate)},
    {.name = "", .kind = OPTION_HEADING, .help = "Second"},
    {.name = "flag",
     .kind = OPTION_FLAG,
     .help = "a flag",
     .offset = offsetof(struct values, flag)},
    {.name = NULL},
};

/* Of the grouped options: a rate is asked for, and no flag beside it. */
static int run_grouped(int argc, char **argv)
{
    const struct program program = {"prog", "Has groups.", NULL, grouped, NULL};
    struct values v = {0};
    int operands = -1;
    enum options_outcome outcome = options_parse(&program, argc, argv, &v, &operands);
    if (outcome == OPTIONS_RUN && v.flag)
        outcome = options_refuse(&program, "--flag", "does not go with --rate");
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? 0 : 2;
    printf("rate=%lu\n", (unsigned long)v.rate);
    return 0;
}

int main(int argc, char **argv)
{
    const struct program with = {"prog", "Shows options.", "[FILE...]", options, "The end."};
    const struct program without = {"prog", "Shows options.", NULL, options, NULL};
    struct values v = {.count = 7};
    int operands = -1;
    if (plat_process_init(&argc, &argv) != 0 || argc < 2)
        return 100;
    /* The first argument tells which of the programs it is. */
    if (argv[1][0] == '=')
        return run_grouped(argc - 1, argv + 1);
    const struct program *program = argv[1][0] == '+' ? &with : &without;
    enum options_outcome outcome = options_parse(program, argc - 1, argv + 1, &v, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? 0 : 2;
    printf("text=%s other=%s port=%u ms=%lu count=%u level=%d flag=%d", v.text,
           v.other ? v.other : "(none)", v.port, (unsigned long)v.seconds_ms, v.count, (int)v.level,
           v.flag);
    if (v.number > 0)
        printf(" number=%" PRIu64, v.number);
    for (int i = 0; i < operands; i++)
        printf(" [%s]", argv[2 + i]);
    printf("\n");
    return 0;
}

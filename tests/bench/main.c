/*
 * mcdn-bench: what loads the servers, and the peers that they are measured against.
 */
#include <stdio.h>
#include <string.h>

#include "base/exit.h"
#include "commands.h"
#include "plat/error.h"
#include "plat/process.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"ask", command_ask, "lookups and downloads, as many as there are answers"},
    {"deaths", command_deaths, "how late a monitor tells of servers that fell silent"},
    {"files", command_files, "makes the files that downloads ask for"},
    {"heartbeats", command_heartbeats, "heartbeats of many servers, and which arrived"},
    {"idle", command_idle, "idle connections, and how a newcomer fares beside them"},
    {"plain", command_plain, "a content server of the base protocol"},
    {"register", command_register, "registers files with an index, with lookups meanwhile"},
    {"sources", command_sources, "slow or failing sources in front of a content server"},
};

static int usage(FILE *to, int code)
{
    fprintf(to, "Usage: mcdn-bench COMMAND [OPTION...]\n\nCommands (each has a --help):\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        fprintf(to, "  %-12s%s\n", commands[i].name, commands[i].help);
    return code;
}

int main(int argc, char **argv)
{
    int rc = plat_process_init(&argc, &argv);
    if (rc < 0) {
        fprintf(stderr, "mcdn-bench: %s\n", plat_error_text(rc));
        return EXIT_CODE_FAILED;
    }
    if (argc < 2)
        return usage(stderr, EXIT_CODE_USAGE);
    if (strcmp(argv[1], "--help") == 0)
        return usage(stdout, EXIT_CODE_DONE);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return usage(stderr, EXIT_CODE_USAGE);
}

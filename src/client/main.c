#include <stdio.h>

#include "base/exit.h"
#include "base/options.h"
#include "client/commands.h"
#include "plat/process.h"

struct client_options {
    enum log_level level;
    const char *index_host;
    uint16_t index_port;
    const char *output_dir;
    bool list, servers, interactive;
};

#define FIELD(name) offsetof(struct client_options, name)

static const struct option options[] = {
    {"index-host", 0, OPTION_TEXT, "HOST", "localhost", "where the index runs", FIELD(index_host)},
    {"index-port", 0, OPTION_PEER_PORT, "PORT", "5000", "the index's port", FIELD(index_port)},
    {"output-dir", 0, OPTION_TEXT, "DIR", "downloads", "folder for downloads", FIELD(output_dir)},
    {"list", 0, OPTION_FLAG, NULL, NULL, "list the available files", FIELD(list)},
    {"servers", 0, OPTION_FLAG, NULL, NULL, "list the content servers", FIELD(servers)},
    {"interactive", 'i', OPTION_FLAG, NULL, NULL, "read commands, also without a terminal",
     FIELD(interactive)},
    {"log-level", 0, OPTION_LEVEL, "LEVEL", "info", "debug, info, warn or error", FIELD(level)},
    {0},
};

static const struct program program = {
    .name = "mcdn",
    .summary = "Downloads files from the network. With nothing to do it is interactive.",
    .operands = "[FILE...]",
    .options = options,
    .epilog = "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.",
};

/* The worst of two exit codes: an interrupt, a failure, success. */
static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int run(struct client *client, const struct client_options *values, int count, char **names)
{
    int code = EXIT_CODE_DONE;
    if (values->list)
        code = worse(code, commands_list(client));
    if (values->servers && code != EXIT_CODE_INTERRUPTED)
        code = worse(code, commands_servers(client));
    for (int i = 0; i < count && code != EXIT_CODE_INTERRUPTED; i++)
        code = worse(code, commands_get(client, slice_text(names[i])));
    bool nothing = !values->list && !values->servers && count == 0;
    if ((values->interactive || nothing) && code != EXIT_CODE_INTERRUPTED)
        code = worse(code, commands_interactive(client));
    return code;
}

static int open_and_run(const struct client_options *values, int count, char **names)
{
    struct client client = {.output_dir = values->output_dir};
    struct log *log = NULL;
    int code = EXIT_CODE_FAILED;
    int rc = work_open(&client.work);
    if (rc == 0)
        rc = log_open(&log, "CLIENT", values->level);
    if (rc < 0) {
        fprintf(stderr, "mcdn: cannot start: %s\n", plat_error_text(rc));
    } else {
        ui_init(&client.ui, log);
        client.index.host = values->index_host;
        client.index.port = values->index_port;
        client.index.ui = &client.ui;
        index_link_init(&client.index, &client.work);
        code = run(&client, values, count, names);
        if (code == EXIT_CODE_INTERRUPTED)
            ui_error(&client.ui, "stopped by the user", "interrupted");
        index_link_close(&client.index);
    }
    work_close(&client.work);
    log_close(log);
    return code;
}

int main(int argc, char **argv)
{
    struct client_options values = {0};
    int count;
    int rc = plat_process_init(&argc, &argv);
    if (rc < 0) {
        fprintf(stderr, "mcdn: cannot start: %s\n", plat_error_text(rc));
        return EXIT_CODE_FAILED;
    }
    switch (options_parse(&program, argc, argv, &values, &count)) {
    case OPTIONS_DONE: return EXIT_CODE_DONE;
    case OPTIONS_WRONG: return EXIT_CODE_USAGE;
    case OPTIONS_RUN: break;
    }
    return open_and_run(&values, count, argv + 1);
}

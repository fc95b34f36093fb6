#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "client/commands.h"
#include "client/interactive.h"
#include "plat/process.h"

/* The worst of two exit codes: an interrupt, a failure, success. */
static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int run_files(struct client *client, int count, char **words)
{
    const struct settings *settings = client->settings;
    struct slice *names = calloc((size_t)count + 1, sizeof *names);
    if (!names) {
        ui_error(&client->ui, plat_error_text(PLAT_ERR_NO_MEMORY), "cannot start");
        return EXIT_CODE_FAILED;
    }
    for (int i = 0; i < count; i++)
        names[i] = slice_text(words[i]);
    const struct commands_files files = {names, (size_t)count, settings->all};
    int code = settings->verify ? commands_verify(client, &files) : commands_get(client, &files);
    free(names);
    return code;
}

static int run(struct client *client, int count, char **words)
{
    const struct settings *settings = client->settings;
    int code = EXIT_CODE_DONE;
    if (settings->list)
        code = worse(code, commands_list(client));
    if (settings->servers && code != EXIT_CODE_INTERRUPTED)
        code = worse(code, commands_servers(client));
    if ((count > 0 || settings->all) && code != EXIT_CODE_INTERRUPTED)
        code = worse(code, run_files(client, count, words));
    if (settings->interactive && code != EXIT_CODE_INTERRUPTED)
        code = worse(code, interactive_run(client));
    return code;
}

static int open_and_run(const struct settings *settings, int count, char **words)
{
    struct client client = {.settings = settings};
    int code = EXIT_CODE_FAILED;
    int rc = work_open(&client.work);
    if (rc == 0)
        rc = ui_open(&client.ui, settings->level, settings->quiet, settings->json);
    if (rc < 0) {
        fprintf(stderr, "mcdn: cannot start: %s\n", plat_error_text(rc));
    } else {
        client.index.host = settings->index_host;
        client.index.port = settings->index_port;
        client.index.ui = &client.ui;
        index_link_init(&client.index, &client.work);
        code = run(&client, count, words);
        if (code == EXIT_CODE_INTERRUPTED)
            ui_error(&client.ui, "stopped by the user", "interrupted");
        index_link_close(&client.index);
    }
    work_close(&client.work);
    ui_close(&client.ui);
    return code;
}

int main(int argc, char **argv)
{
    struct settings settings;
    int count;
    int rc = plat_process_init(&argc, &argv);
    if (rc < 0) {
        fprintf(stderr, "mcdn: cannot start: %s\n", plat_error_text(rc));
        return EXIT_CODE_FAILED;
    }
    switch (settings_parse(&settings, argc, argv, &count)) {
    case OPTIONS_DONE: return EXIT_CODE_DONE;
    case OPTIONS_WRONG: return EXIT_CODE_USAGE;
    case OPTIONS_RUN: break;
    }
    int code = open_and_run(&settings, count, argv + 1);
    settings_fini(&settings);
    return code;
}

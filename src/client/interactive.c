#include "client/interactive.h"

#include <stdlib.h>

#include "base/exit.h"
#include "client/completion.h"
#include "plat/console.h"

static const char banner[] = "\n==================================================\n"
                             "  Micro-CDN Client - Interactive Mode\n"
                             "==================================================\n";

static void say(struct client *client, const char *text)
{
    (void)ui_text(&client->ui, slice_text(text));
}

static void run_get(struct client *client, struct slice name)
{
    const struct commands_files files = {.names = &name, .count = 1};
    if (name.size == 0)
        say(client, "Usage: get <name>\n");
    else
        commands_get(client, &files);
}

static void run_verify(struct client *client, struct slice name)
{
    const struct commands_files files = {.names = &name, .count = 1};
    if (name.size == 0)
        say(client, "Usage: verify <name>\n");
    else
        commands_verify(client, &files);
}

static void run_list(struct client *client, struct slice rest)
{
    (void)rest;
    commands_list(client);
}

static void run_servers(struct client *client, struct slice rest)
{
    (void)rest;
    commands_servers(client);
}

static void run_help(struct client *client, struct slice rest);

static const struct {
    const char *word;
    bool takes_file;
    const char *usage;                                     /* NULL: the same as the one before */
    void (*run)(struct client *client, struct slice rest); /* NULL: ends the session */
} verbs[] = {
    {"get", true, "  get <name>      - Download a file\n", run_get},
    {"verify", true, "  verify <name>   - Compare the local file with the network's\n", run_verify},
    {"list", false, "  list            - List available files\n", run_list},
    {"servers", false, "  servers         - List registered servers\n", run_servers},
    {"help", false, "  help            - Show this\n", run_help},
    {"quit", false, "  quit, exit      - Exit\n", NULL},
    {"exit", false, NULL, NULL},
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static void run_help(struct client *client, struct slice rest)
{
    (void)rest;
    say(client, "\nCommands:\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (verbs[i].usage)
            say(client, verbs[i].usage);
    if (plat_console_completes())
        say(client, "\nTab completes commands and names; Ctrl-C stops a command that runs.\n");
    say(client, "\n");
}

static const char *command(size_t number, bool *takes_file)
{
    if (number >= VERB_COUNT)
        return NULL;
    *takes_file = verbs[number].takes_file;
    return verbs[number].word;
}

/* Runs one line; false when it ends the session. */
static bool run_line(struct client *client, struct slice line)
{
    struct slice rest = line;
    struct slice word = slice_take_field(&rest);
    if (word.size == 0)
        return true;
    (void)loop_turn(client->work.loop, 0); /* the time it tells is from before the prompt */
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (!completion_is_command(word, verbs[i].word))
            continue;
        if (!verbs[i].run)
            return false;
        verbs[i].run(client, rest);
        return true;
    }
    say(client, "Unknown command. Type 'help' for available commands.\n");
    return true;
}

/* Reads and runs one line. False when that was the last one, with *code. */
static bool run_next(struct client *client, const struct plat_console_completer *completer,
                     int *code)
{
    char *line;
    *code = EXIT_CODE_DONE;
    log_flush(client->ui.log);
    switch (plat_console_read_line("CDN> ", completer, &line)) {
    case 0: break;
    case PLAT_END: say(client, "\n"); return false;
    case PLAT_AGAIN:
        say(client, "\nGoodbye!\n");
        *code = EXIT_CODE_INTERRUPTED;
        return false;
    case PLAT_ERR_TOO_LARGE: say(client, "That line is too long.\n"); return true;
    default: *code = EXIT_CODE_FAILED; return false;
    }
    bool goes_on = run_line(client, slice_text(line));
    free(line);
    if (!goes_on)
        say(client, "Goodbye!\n");
    work_clear_interrupt(&client->work); /* it ended the command, not the program */
    return goes_on;
}

int interactive_run(struct client *client)
{
    struct name_cache names = {.until_ms = 0};
    struct completion completion = {.index = &client->index, .names = &names, .command = command};
    const struct plat_console_completer completer = {completion_complete, &completion};
    int code;
    say(client, banner);
    run_help(client, slice_of("", 0));
    while (run_next(client, &completer, &code))
        name_cache_begin(&names); /* a command takes its time, and what it shows is new */
    name_cache_fini(&names);
    return code;
}

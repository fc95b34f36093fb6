#include "client/commands.h"

#include <stdlib.h>

#include "base/exit.h"
#include "client/download.h"
#include "client/lists.h"
#include "plat/console.h"

static const char banner[] = "\n==================================================\n"
                             "  Micro-CDN Client - Interactive Mode\n"
                             "==================================================\n";

static int list_code(int rc)
{
    if (rc == PLAT_AGAIN)
        return EXIT_CODE_INTERRUPTED;
    return rc == 0 ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

int commands_list(struct client *client)
{
    return list_code(lists_show_files(&client->index));
}

int commands_servers(struct client *client)
{
    return list_code(lists_show_servers(&client->index));
}

int commands_get(struct client *client, struct slice name)
{
    static const struct download_options options = {0};
    struct download_result result;
    switch (download_file(&client->index, &options, client->output_dir, name, NULL, &result)) {
    case DOWNLOAD_DONE: return EXIT_CODE_DONE;
    case DOWNLOAD_FAILED: return EXIT_CODE_FAILED;
    case DOWNLOAD_INTERRUPTED: break;
    }
    return EXIT_CODE_INTERRUPTED;
}

static int say(struct client *client, const char *text)
{
    (void)ui_text(&client->ui, slice_text(text));
    return EXIT_CODE_DONE;
}

static int run_get(struct client *client, struct slice name)
{
    if (name.size == 0)
        return say(client, "Usage: get <name>\n");
    return commands_get(client, name);
}

static int run_list(struct client *client, struct slice rest)
{
    (void)rest;
    return commands_list(client);
}

static int run_servers(struct client *client, struct slice rest)
{
    (void)rest;
    return commands_servers(client);
}

static int run_help(struct client *client, struct slice rest);

static const struct {
    const char *word;
    const char *usage; /* NULL: another word for the one before */
    int (*run)(struct client *client, struct slice rest); /* NULL: ends the session */
} verbs[] = {
    {"get", "  get <name>      - Download a file\n", run_get},
    {"list", "  list            - List available files\n", run_list},
    {"servers", "  servers         - List registered servers\n", run_servers},
    {"help", "  help            - Show this\n", run_help},
    {"quit", "  quit, exit      - Exit\n", NULL},
    {"exit", NULL, NULL},
};

enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static int run_help(struct client *client, struct slice rest)
{
    (void)rest;
    say(client, "\nCommands:\n");
    for (int i = 0; i < VERB_COUNT; i++)
        if (verbs[i].usage)
            say(client, verbs[i].usage);
    return say(client, "\n");
}

static bool is_word(struct slice word, const char *text)
{
    for (size_t i = 0; i < word.size; i++) {
        char c = word.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != text[i])
            return false;
    }
    return text[word.size] == '\0';
}

/* Runs one line; false when it ends the session. */
static bool run_line(struct client *client, struct slice line)
{
    struct slice rest = line;
    struct slice word = slice_take_field(&rest);
    if (word.size == 0)
        return true;
    (void)loop_turn(client->work.loop, 0); /* the time it tells is from before the prompt */
    for (int i = 0; i < VERB_COUNT; i++) {
        if (!is_word(word, verbs[i].word))
            continue;
        if (!verbs[i].run)
            return false;
        verbs[i].run(client, rest);
        return true;
    }
    say(client, "Unknown command. Type 'help' for available commands.\n");
    return true;
}

int commands_interactive(struct client *client)
{
    say(client, banner);
    run_help(client, slice_of("", 0));
    for (;;) {
        char *line;
        log_flush(client->ui.log);
        int rc = plat_console_read_line("CDN> ", NULL, &line);
        if (rc == PLAT_ERR_TOO_LARGE) {
            say(client, "That line is too long.\n");
            continue;
        }
        if (rc == PLAT_AGAIN) {
            say(client, "\nGoodbye!\n");
            return EXIT_CODE_INTERRUPTED;
        }
        if (rc == PLAT_END)
            return say(client, "\n");
        if (rc != 0)
            return EXIT_CODE_FAILED;
        bool goes_on = run_line(client, slice_text(line));
        free(line);
        if (!goes_on)
            return say(client, "Goodbye!\n");
        work_clear_interrupt(&client->work); /* it ended the command, not the program */
    }
}

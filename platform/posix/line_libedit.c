/*
 * plat_console_read_line with libedit's editing, history and completion.
 */
#include <editline/readline.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "os_line.h"
#include "plat/console.h"
#include "plat/process.h"

/* libedit calls back without an argument, so what belongs together meets here; the contract gives
 * this module to one thread. */
static struct {
    bool ready;
    char *line;
    int status; /* PLAT_AGAIN until a line or the end of input was seen */
    const struct plat_console_completer *completer;
} entered;

static void on_line(char *line)
{
    entered.line = line;
    entered.status = line ? 0 : PLAT_END;
    if (line && *line)
        add_history(line);
    rl_callback_handler_remove();
}

/* The line up to the offers, and what those have in common, in place of all of it. */
static char *joined(const char *line, const struct plat_offers *offers)
{
    size_t size = strlen(offers->common);
    char *text = malloc(offers->from + size + 1);
    if (!text)
        return NULL;
    memcpy(text, line, offers->from);
    memcpy(text + offers->from, offers->common, size + 1);
    return text;
}

/* As libedit wants them: first what to put, then what to show, ended by NULL, all to be freed. A
 * single offer it knows by its being shown as it is put. */
static char **list_of(const char *line, struct plat_offers *offers)
{
    static const char more[] = "...";
    char **list = calloc(offers->shown_count + 3, sizeof *list);
    if (!list)
        return NULL;
    list[0] = joined(line, offers);
    if (!list[0]) {
        free(list);
        return NULL;
    }
    if (offers->count == 1) {
        list[1] = strdup(list[0]);
        return list;
    }
    for (size_t i = 0; i < offers->shown_count; i++)
        list[i + 1] = offers->shown[i];
    if (offers->count > offers->shown_count)
        list[offers->shown_count + 1] = strdup(more);
    offers->shown_count = 0; /* they are libedit's now */
    return list;
}

static char **complete(const char *line, int start, int end)
{
    struct plat_offers offers = {0};
    char **list = NULL;
    (void)start;
    (void)end;
    rl_attempted_completion_over = 1; /* local files are not what is meant */
    if (entered.completer)
        entered.completer->complete(entered.completer->arg, line, &offers);
    if (offers.count > 0 && !offers.failed && offers.from <= strlen(line))
        list = list_of(line, &offers);
    plat_offers_fini(&offers);
    return list;
}

/* Lines are UTF-8, in whatever locale; and Tab is about all of the line, whose words are not
 * libedit's business. */
static void prepare(void)
{
    if (entered.ready)
        return;
    entered.ready = true;
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0 && !setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "en_US.UTF-8");
    rl_basic_word_break_characters = "";
    rl_completer_word_break_characters = "";
    rl_completion_append_character = '\0';
    rl_completion_query_items = PLAT_OFFERS_SHOWN_MAX + 2; /* it never asks whether to show them */
    rl_attempted_completion_function = complete;
}

/* Feeds keys to libedit until it has a line; a stop request ends the wait for them. */
static int edit_line(const char *prompt)
{
    unsigned stops_before = plat_process_stop_requests();
    entered.line = NULL;
    entered.status = PLAT_AGAIN;
    rl_callback_handler_install(prompt, on_line);
    while (entered.status == PLAT_AGAIN) {
        if (os_line_wait(stops_before) == PLAT_AGAIN)
            break;
        rl_callback_read_char();
    }
    if (entered.status == PLAT_AGAIN)
        rl_callback_handler_remove();
    return entered.status;
}

bool plat_console_completes(void)
{
    return plat_console_is_terminal(PLAT_STDIN) && plat_console_is_terminal(PLAT_STDOUT);
}

int plat_console_read_line(const char *prompt, const struct plat_console_completer *completer,
                           char **line)
{
    if (!plat_console_completes())
        return os_line_read(prompt, line);
    prepare();
    entered.completer = completer;
    int rc = edit_line(prompt);
    entered.completer = NULL;
    if (rc == 0)
        *line = entered.line;
    return rc;
}

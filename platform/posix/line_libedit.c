/*
 * plat_console_read_line with libedit's editing and history.
 */
#include <editline/readline.h>
#include <stdlib.h>
#include <string.h>

#include "os_line.h"
#include "plat/console.h"
#include "plat/process.h"

/* libedit reports lines through a callback without an argument, so they meet here; the contract
 * gives this module to one thread. */
static struct {
    char *line;
    int status; /* PLAT_AGAIN until a line or the end of input was seen */
} entered;

static void on_line(char *line)
{
    entered.line = line;
    entered.status = line ? 0 : PLAT_END;
    if (line && *line)
        add_history(line);
    rl_callback_handler_remove();
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

int plat_console_read_line(const char *prompt, char **line)
{
    if (!plat_console_is_terminal(PLAT_STDIN) || !plat_console_is_terminal(PLAT_STDOUT))
        return os_line_read(prompt, line);
    int rc = edit_line(prompt);
    if (rc == 0)
        *line = entered.line;
    return rc;
}

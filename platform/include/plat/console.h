/*
 * The standard streams, and a person who may sit behind them.
 */
#ifndef PLAT_CONSOLE_H
#define PLAT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "plat/error.h"
#include "plat/offers.h"

enum plat_console_stream { PLAT_STDIN = 0, PLAT_STDOUT = 1, PLAT_STDERR = 2 };

bool plat_console_is_terminal(enum plat_console_stream stream);

/* The width in columns of the terminal behind stdout or stderr; 80 where it cannot be told. */
unsigned plat_console_width(enum plat_console_stream stream);

/* Writes all of it, UTF-8, blocking, past stdio's buffers. 0, or PLAT_ERR_RESET (nobody reads any
 * more), PLAT_ERR_NO_SPACE, PLAT_ERR_IO. Any thread. */
int plat_console_write(enum plat_console_stream stream, const void *data, size_t size);

/* What Tab asks, with the line up to the cursor; it puts its offers, and their `from`. It may take
 * a moment, but must end when a stop request comes. */
struct plat_console_completer {
    void (*complete)(void *arg, const char *line, struct plat_offers *offers);
    void *arg;
};

/* Whether Tab is asked: plat_console_read_line edits lines here, stdin and stdout being terminals.
 */
bool plat_console_completes(void);

/* Shows the prompt and reads one line of stdin, UTF-8, without its line feed; on a terminal with
 * editing, history and completion (NULL: none) where the system has them, see
 * plat_console_completes. *line is the caller's to free(). 0; PLAT_END at
 * end of input; PLAT_AGAIN when a stop request (plat_process_on_stop) came instead;
 * PLAT_ERR_TOO_LARGE for a line longer than PLAT_CONSOLE_LINE_MAX bytes, which is skipped;
 * PLAT_ERR_NO_MEMORY. One thread. */
#define PLAT_CONSOLE_LINE_MAX 65536
int plat_console_read_line(const char *prompt, const struct plat_console_completer *completer,
                           char **line);

#endif

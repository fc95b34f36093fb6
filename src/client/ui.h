/*
 * What the client shows: log lines, the progress line, and plain text, in the order in which they
 * are said. One thread.
 *
 * Two things can be had otherwise. Quiet, it shows errors, and what was asked for, alone. For
 * another program it shows JSON on stdout, one object a line (result.h, lists.h, verify.h), and
 * all that people read goes to stderr.
 */
#ifndef CLIENT_UI_H
#define CLIENT_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/slice.h"
#include "client/pace.h"
#include "plat/compiler.h"

struct ui {
    struct log *log;
    bool quiet;
    bool json;
    bool muted; /* for now nothing is shown: what is being done was not asked for */
    /* private */
    enum plat_console_stream stream; /* of what people read */
    bool is_terminal;
    bool in_progress;  /* the cursor is behind a progress line */
    size_t line_width; /* columns of it, which the next one must cover */
    uint64_t shown_ms; /* 0: none yet */
    struct pace pace;
};

/* Opens the log. 0; a plat error. */
int ui_open(struct ui *ui, enum log_level level, bool quiet, bool json);
void ui_close(struct ui *ui);

/* A log line. */
void ui_info(struct ui *ui, const char *format, ...) PLAT_PRINTF(2, 3);
void ui_warn(struct ui *ui, const char *format, ...) PLAT_PRINTF(2, 3);

/* "mcdn: what: why" on stderr. */
void ui_error(struct ui *ui, const char *why, const char *format, ...) PLAT_PRINTF(3, 4);

/* Plain text on stdout. 0, or PLAT_ERR_RESET when nobody reads any more, and others. */
int ui_text(struct ui *ui, struct slice text);

/* Shows the buffer's text on stdout and empties it. The same; an error is shown, but for
 * PLAT_ERR_RESET. */
int ui_flush(struct ui *ui, struct buffer *text);

/* How far a download is. */
struct ui_progress {
    uint64_t done, size; /* bytes */
    unsigned sources;    /* that are sending */
    uint64_t now_ms;
};

/* Forgets the speed of the download before. */
void ui_progress_begin(struct ui *ui);

/* Shown a few times a second on a terminal, every few seconds elsewhere. */
void ui_progress(struct ui *ui, const struct ui_progress *progress);

/* The last of it, always shown, with its line feed. */
void ui_progress_end(struct ui *ui, const struct ui_progress *progress);

#endif

/*
 * What the client shows: log lines, the progress line, and plain text, in the order in which they
 * are said. One thread.
 */
#ifndef CLIENT_UI_H
#define CLIENT_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/slice.h"
#include "plat/compiler.h"

struct ui {
    struct log *log;
    /* private */
    bool is_terminal;
    bool in_progress; /* the cursor is behind a progress line */
    uint64_t shown_ms;
};

void ui_init(struct ui *ui, struct log *log);

/* A log line on stdout. */
void ui_info(struct ui *ui, const char *format, ...) PLAT_PRINTF(2, 3);
void ui_warn(struct ui *ui, const char *format, ...) PLAT_PRINTF(2, 3);

/* "mcdn: what: why" on stderr. */
void ui_error(struct ui *ui, const char *why, const char *format, ...) PLAT_PRINTF(3, 4);

/* Plain text on stdout. 0, or PLAT_ERR_RESET when nobody reads any more, and others. */
int ui_text(struct ui *ui, struct slice text);

/* How far a download is. */
struct ui_progress {
    uint64_t done, size; /* bytes */
    unsigned sources;    /* that are sending */
    uint64_t now_ms;
};

/* Shown a few times a second on a terminal, every few seconds elsewhere. */
void ui_progress(struct ui *ui, const struct ui_progress *progress);

/* The last of it, always shown, with its line feed. */
void ui_progress_end(struct ui *ui, const struct ui_progress *progress);

#endif

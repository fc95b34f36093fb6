/*
 * Log records on stdout or stderr, one line each: "[2025-01-01 12:00:05] [MONITOR] text".
 *
 * A line is formatted by whoever logs and written by a thread of the log's own, so nobody waits
 * for a terminal or a pipe. When those take less than is logged, lines are dropped, and the next
 * one that fits, or the end, is preceded by a line that tells how many. Control bytes in a line,
 * which may come from a peer, are shown as '?'. log_write may be called by any thread; log_batch.h
 * is for threads that log much.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "plat/compiler.h"
#include "plat/console.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Longer lines are cut. Holds the longest file name and what is said about it. */
#define LOG_LINE_MAX 2048

/* The longest text before a line, with a final zero. */
#define LOG_PREFIX_MAX 160

struct log;

/* tag is what stands in the second brackets; it is copied. 0 or a plat error. */
int log_open(struct log **out, const char *tag, enum log_level level);

/* The same on another stream, for a program whose stdout is for something else. */
int log_open_on(struct log **out, enum plat_console_stream stream, const char *tag,
                enum log_level level);

/* Writes what is left, waiting at most a second for a reader that does not read, and frees. */
void log_close(struct log *log);

static inline bool log_level_parse(struct slice text, enum log_level *out)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (int i = 0; i < 4; i++) {
        if (!slice_is(text, names[i]))
            continue;
        *out = (enum log_level)i;
        return true;
    }
    return false;
}

/* Waits until all lines so far are written, at most a second, for those who write to the stream
 * themselves. */
void log_flush(struct log *log);

/* Replaces control bytes, which may come from a peer and would speak to a terminal, by '?'. */
void log_mask(char *text, size_t size);

/* Whether a record of that level would be written; to spare the work of making one. */
bool log_wants(const struct log *log, enum log_level level);

void log_write(struct log *log, enum log_level level, const char *format, ...) PLAT_PRINTF(3, 4);

#define log_debug(log, ...) log_write((log), LOG_DEBUG, __VA_ARGS__)
#define log_info(log, ...)  log_write((log), LOG_INFO, __VA_ARGS__)
#define log_warn(log, ...)  log_write((log), LOG_WARN, __VA_ARGS__)
#define log_error(log, ...) log_write((log), LOG_ERROR, __VA_ARGS__)

/* For log_batch.c only: a line's text with the mark of its level; what is put before a line in that
 * second; and whole lines with both. */
size_t log_format(char line[LOG_LINE_MAX], enum log_level level, const char *format,
                  va_list values);
size_t log_make_prefix(const struct log *log, int64_t second, char prefix[LOG_PREFIX_MAX]);
void log_put_lines(struct log *log, struct slice lines, size_t count);

#endif

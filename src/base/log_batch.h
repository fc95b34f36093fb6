/*
 * Log lines of a thread that writes many, on their way to the log several at once.
 *
 * The log is locked once a batch instead of once a line, and a line is put together from its parts
 * instead of being formatted. Lines keep their order; they are in the log when the batch is
 * flushed. One thread at a time.
 */
#ifndef BASE_LOG_BATCH_H
#define BASE_LOG_BATCH_H

#include "base/log.h"

enum { LOG_BATCH_SIZE = 16 * 1024 };

struct log_batch {
    struct log *log;
    /* private */
    int64_t second; /* what the prefix was made for; -1: for none */
    size_t prefix_size;
    char prefix[LOG_PREFIX_MAX];
    size_t size, lines;
    size_t line_end; /* beyond which the line at hand is cut */
    char text[LOG_BATCH_SIZE];
};

void log_batch_init(struct log_batch *batch, struct log *log);

/* Begins a line of level info; to be called only if log_wants it. Its parts are put, and it is
 * ended. Control bytes are shown as '?' only in a part that is put by log_batch_put_masked. */
void log_batch_begin(struct log_batch *batch);
void log_batch_put(struct log_batch *batch, struct slice part);
void log_batch_put_text(struct log_batch *batch, const char *part);
void log_batch_put_masked(struct log_batch *batch, struct slice part);
void log_batch_end(struct log_batch *batch);

/* A whole line, as log_write. */
void log_batch_write(struct log_batch *batch, enum log_level level, const char *format, ...)
    PLAT_PRINTF(3, 4);

/* Gives the lines to the log. */
void log_batch_flush(struct log_batch *batch);

#endif

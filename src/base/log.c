#include "base/log.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "plat/clock.h"
#include "plat/thread.h"

enum {
    QUEUE_MAX = 8 * 1024 * 1024, /* bytes that wait for the writer; some ten thousand lines */
    KEPT_MAX = 1024 * 1024,      /* memory that is kept for the next lines */
    HURRY_SIZE = 256 * 1024,     /* bytes from which on the writer does not wait for more */
    LINGER_MS = 2,               /* after a write, for more to come together */
    FLUSH_MOST_MS = 1000
};

struct log {
    enum log_level level;
    enum plat_console_stream stream;
    char tag[LOG_PREFIX_MAX / 2];
    struct plat_mutex mutex;
    struct plat_cond changed;
    struct plat_thread writer;
    /* below: under the mutex */
    struct buffer queue;
    uint64_t lost; /* lines since the last that fitted */
    bool closing, done;
    bool asleep;           /* the writer waits to be woken */
    bool hurry;            /* it shall not wait for more lines: there are many */
    unsigned flushing;     /* callers that wait until all is written */
    bool clean;            /* all lines are written */
    int64_t prefix_second; /* what the prefix was made for */
    char prefix[LOG_PREFIX_MAX];
    size_t prefix_size;
};

/* Waits for lines; false when there are none and no more will come. The mutex is held. */
static bool await_lines(struct log *log)
{
    while (buffer_size(&log->queue) == 0 && !log->closing) {
        log->asleep = true;
        log->clean = true;
        plat_cond_broadcast(&log->changed);
        plat_cond_wait(&log->changed, &log->mutex);
    }
    log->asleep = false;
    return buffer_size(&log->queue) > 0;
}

/* Lets lines gather for a moment, so that busy threads need not wake the writer for each. The mutex
 * is held. */
static void linger(struct log *log)
{
    if (!log->closing && !log->hurry && log->flushing == 0)
        (void)plat_cond_wait_for(&log->changed, &log->mutex, LINGER_MS);
}

/* Writes batch after batch; new lines gather in the queue meanwhile. */
static void run_writer(void *arg)
{
    struct log *log = arg;
    struct buffer batch = BUFFER_INIT;
    plat_mutex_lock(&log->mutex);
    while (await_lines(log)) {
        struct buffer filled = log->queue;
        log->queue = batch;
        log->hurry = false;
        batch = filled;
        plat_mutex_unlock(&log->mutex);
        struct slice content = buffer_content(&batch);
        (void)plat_console_write(log->stream, content.data, content.size);
        buffer_consume(&batch, content.size);
        if (content.size > KEPT_MAX)
            buffer_fini(&batch);
        plat_mutex_lock(&log->mutex);
        linger(log);
    }
    log->done = true;
    plat_cond_broadcast(&log->changed);
    plat_mutex_unlock(&log->mutex);
    buffer_fini(&batch);
}

int log_open(struct log **out, const char *tag, enum log_level level)
{
    return log_open_on(out, PLAT_STDOUT, tag, level);
}

int log_open_on(struct log **out, enum plat_console_stream stream, const char *tag,
                enum log_level level)
{
    struct log *log = calloc(1, sizeof *log);
    if (!log)
        return PLAT_ERR_NO_MEMORY;
    log->level = level;
    log->stream = stream;
    log->prefix_second = -1;
    snprintf(log->tag, sizeof log->tag, "%s", tag);
    plat_mutex_init(&log->mutex);
    plat_cond_init(&log->changed);
    int rc = plat_thread_start(&log->writer, run_writer, log);
    if (rc < 0) {
        plat_cond_fini(&log->changed);
        plat_mutex_fini(&log->mutex);
        free(log);
        return rc;
    }
    *out = log;
    return 0;
}

/* Waits until the writer has set the flag, but not for ever. The mutex is held. */
static void wait_for(struct log *log, const bool *flag)
{
    uint64_t end_ms = plat_clock_now_ms() + FLUSH_MOST_MS;
    while (!*flag && plat_clock_now_ms() < end_ms)
        (void)plat_cond_wait_for(&log->changed, &log->mutex, FLUSH_MOST_MS);
}

size_t log_make_prefix(const struct log *log, int64_t second, char prefix[LOG_PREFIX_MAX])
{
    struct plat_clock_local t;
    plat_clock_local(second, &t);
    int size = snprintf(prefix, LOG_PREFIX_MAX, "[%04d-%02d-%02d %02d:%02d:%02d] [%s] ", t.year,
                        t.month, t.day, t.hour, t.minute, t.second, log->tag);
    return (size_t)size < LOG_PREFIX_MAX ? (size_t)size : LOG_PREFIX_MAX - 1;
}

static void update_prefix(struct log *log)
{
    int64_t second = plat_clock_unix_ms() / 1000;
    if (second == log->prefix_second)
        return;
    log->prefix_size = log_make_prefix(log, second, log->prefix);
    log->prefix_second = second;
}

static void put_line(struct log *log, struct slice text)
{
    update_prefix(log);
    buffer_put(&log->queue, log->prefix, log->prefix_size);
    buffer_put_slice(&log->queue, text);
    buffer_put_char(&log->queue, '\n');
}

static void put_gap(struct log *log)
{
    char text[64];
    int size = snprintf(text, sizeof text, "Warning: %llu log lines were lost here",
                        (unsigned long long)log->lost);
    put_line(log, slice_of(text, (size_t)size));
    log->lost = 0;
}

void log_flush(struct log *log)
{
    plat_mutex_lock(&log->mutex);
    log->flushing++;
    plat_cond_broadcast(&log->changed);
    wait_for(log, &log->clean);
    log->flushing--;
    plat_mutex_unlock(&log->mutex);
}

void log_close(struct log *log)
{
    if (!log)
        return;
    plat_mutex_lock(&log->mutex);
    if (log->lost > 0)
        put_gap(log);
    log->closing = true;
    plat_cond_broadcast(&log->changed);
    wait_for(log, &log->done);
    bool done = log->done;
    plat_mutex_unlock(&log->mutex);
    if (!done)
        return; /* the writer hangs in a write that nobody reads: it keeps the memory until exit */
    plat_thread_join(&log->writer);
    buffer_fini(&log->queue);
    plat_cond_fini(&log->changed);
    plat_mutex_fini(&log->mutex);
    free(log);
}

bool log_wants(const struct log *log, enum log_level level)
{
    return level >= log->level;
}

/* Locks, and makes room for `lines` lines of so many bytes; false when there is none, and they are
 * lost. */
static bool begin_put(struct log *log, size_t size, size_t lines)
{
    size_t room = size + 3 * LOG_PREFIX_MAX;
    plat_mutex_lock(&log->mutex);
    if (buffer_size(&log->queue) + room > QUEUE_MAX || !buffer_reserve(&log->queue, room)) {
        log->lost += lines;
        return false;
    }
    if (log->lost > 0)
        put_gap(log);
    return true;
}

static void end_put(struct log *log)
{
    bool much = buffer_size(&log->queue) >= HURRY_SIZE && !log->hurry;
    bool wake = log->asleep || much;
    log->queue.failed = false; /* out of memory cost these lines, and they are counted */
    log->asleep = false;
    log->clean = false;
    if (much)
        log->hurry = true;
    plat_mutex_unlock(&log->mutex);
    if (wake)
        plat_cond_broadcast(&log->changed);
}

void log_put_lines(struct log *log, struct slice lines, size_t count)
{
    if (begin_put(log, lines.size, count))
        buffer_put_slice(&log->queue, lines);
    end_put(log);
}

void log_mask(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = '?';
}

size_t log_format(char line[LOG_LINE_MAX], enum log_level level, const char *format, va_list values)
{
    static const char *const marks[] = {"", "", "Warning: ", "Error: "};
    int mark = snprintf(line, LOG_LINE_MAX, "%s", marks[level]);
    int text = vsnprintf(line + mark, LOG_LINE_MAX - (size_t)mark, format, values);
    size_t size = text < 0 ? 0 : (size_t)(mark + text);
    if (size >= LOG_LINE_MAX)
        size = LOG_LINE_MAX - 1;
    log_mask(line, size);
    return size;
}

void log_write(struct log *log, enum log_level level, const char *format, ...)
{
    char line[LOG_LINE_MAX];
    va_list values;
    if (!log_wants(log, level))
        return;
    va_start(values, format);
    size_t size = log_format(line, level, format, values);
    va_end(values);
    if (begin_put(log, size, 1))
        put_line(log, slice_of(line, size));
    end_put(log);
}

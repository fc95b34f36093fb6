#include "base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "plat/clock.h"
#include "plat/thread.h"

enum {
    QUEUE_MAX = 1024 * 1024, /* bytes that wait for the writer; some ten thousand lines */
    FLUSH_MOST_MS = 1000,
    PREFIX_SIZE = 160
};

struct log {
    enum log_level level;
    enum plat_console_stream stream;
    char tag[PREFIX_SIZE / 2];
    struct plat_mutex mutex;
    struct plat_cond changed;
    struct plat_thread writer;
    /* below: under the mutex */
    struct buffer queue;
    uint64_t lost; /* lines since the last that fitted */
    bool closing, idle, done;
    int64_t prefix_second; /* what the prefix was made for */
    char prefix[PREFIX_SIZE];
    size_t prefix_size;
};

/* Writes batch after batch; new lines gather in the queue meanwhile. */
static void run_writer(void *arg)
{
    struct log *log = arg;
    struct buffer batch = BUFFER_INIT;
    plat_mutex_lock(&log->mutex);
    for (;;) {
        log->idle = true;
        plat_cond_broadcast(&log->changed);
        while (buffer_size(&log->queue) == 0 && !log->closing) {
            log->idle = true; /* again: the line that woke us may not have fitted into memory */
            plat_cond_wait(&log->changed, &log->mutex);
        }
        log->idle = false;
        if (buffer_size(&log->queue) == 0)
            break;
        struct buffer filled = log->queue;
        log->queue = batch;
        batch = filled;
        plat_mutex_unlock(&log->mutex);
        struct slice content = buffer_content(&batch);
        (void)plat_console_write(log->stream, content.data, content.size);
        buffer_consume(&batch, content.size);
        plat_mutex_lock(&log->mutex);
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

void log_flush(struct log *log)
{
    plat_mutex_lock(&log->mutex);
    wait_for(log, &log->idle);
    plat_mutex_unlock(&log->mutex);
}

void log_close(struct log *log)
{
    if (!log)
        return;
    plat_mutex_lock(&log->mutex);
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

static void update_prefix(struct log *log)
{
    struct plat_clock_local t;
    int64_t second = plat_clock_unix_ms() / 1000;
    if (second == log->prefix_second)
        return;
    plat_clock_local(second, &t);
    int size = snprintf(log->prefix, sizeof log->prefix, "[%04d-%02d-%02d %02d:%02d:%02d] [%s] ",
                        t.year, t.month, t.day, t.hour, t.minute, t.second, log->tag);
    log->prefix_size = (size_t)size < sizeof log->prefix ? (size_t)size : sizeof log->prefix - 1;
    log->prefix_second = second;
}

static void put_line(struct log *log, struct slice text)
{
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

static void enqueue(struct log *log, struct slice text)
{
    plat_mutex_lock(&log->mutex);
    if (buffer_size(&log->queue) + text.size + 3 * PREFIX_SIZE > QUEUE_MAX) {
        log->lost++;
    } else {
        update_prefix(log);
        if (log->lost > 0)
            put_gap(log);
        put_line(log, text);
        log->queue.failed = false; /* out of memory costs this line */
    }
    bool wake = log->idle;
    log->idle = false;
    plat_mutex_unlock(&log->mutex);
    if (wake)
        plat_cond_broadcast(&log->changed);
}

void log_mask(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            text[i] = '?';
}

static size_t format_line(char line[LOG_LINE_MAX], enum log_level level, const char *format,
                          va_list values)
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
    size_t size = format_line(line, level, format, values);
    va_end(values);
    enqueue(log, slice_of(line, size));
}

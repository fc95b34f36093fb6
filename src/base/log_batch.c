#include "base/log_batch.h"

#include "plat/clock.h"

void log_batch_init(struct log_batch *batch, struct log *log)
{
    batch->log = log;
    batch->second = -1;
    batch->size = batch->lines = 0;
}

static void put(struct log_batch *batch, const char *data, size_t size)
{
    memcpy(batch->text + batch->size, data, size);
    batch->size += size;
}

/* The time is that of the batch's first line: it is flushed within the same turn of a loop. */
static void update_prefix(struct log_batch *batch)
{
    int64_t second = plat_clock_unix_ms() / 1000;
    if (second == batch->second)
        return;
    batch->prefix_size = log_make_prefix(batch->log, second, batch->prefix);
    batch->second = second;
}

void log_batch_begin(struct log_batch *batch)
{
    if (batch->size + LOG_PREFIX_MAX + LOG_LINE_MAX > sizeof batch->text)
        log_batch_flush(batch);
    if (batch->lines == 0)
        update_prefix(batch);
    put(batch, batch->prefix, batch->prefix_size);
    batch->line_end = batch->size + LOG_LINE_MAX - 1;
}

void log_batch_put(struct log_batch *batch, struct slice part)
{
    size_t room = batch->line_end - batch->size;
    put(batch, part.data, part.size < room ? part.size : room);
}

void log_batch_put_text(struct log_batch *batch, const char *part)
{
    log_batch_put(batch, slice_text(part));
}

void log_batch_put_masked(struct log_batch *batch, struct slice part)
{
    size_t start = batch->size;
    log_batch_put(batch, part);
    log_mask(batch->text + start, batch->size - start);
}

void log_batch_end(struct log_batch *batch)
{
    batch->text[batch->size++] = '\n';
    batch->lines++;
}

void log_batch_write(struct log_batch *batch, enum log_level level, const char *format, ...)
{
    char line[LOG_LINE_MAX];
    va_list values;
    if (!log_wants(batch->log, level))
        return;
    va_start(values, format);
    size_t size = log_format(line, level, format, values);
    va_end(values);
    log_batch_begin(batch);
    put(batch, line, size);
    log_batch_end(batch);
}

void log_batch_flush(struct log_batch *batch)
{
    if (batch->lines == 0)
        return;
    log_put_lines(batch->log, slice_of(batch->text, batch->size), batch->lines);
    batch->size = batch->lines = 0;
}

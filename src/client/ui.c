#include "client/ui.h"

#include <stdarg.h>
#include <stdio.h>

#include "client/progress.h"

enum { TERMINAL_EVERY_MS = 100, ELSEWHERE_EVERY_MS = 5000, TEXT_MAX = 2048 };

int ui_open(struct ui *ui, enum log_level level, bool quiet, bool json)
{
    enum plat_console_stream stream = json ? PLAT_STDERR : PLAT_STDOUT;
    *ui = (struct ui){.quiet = quiet, .json = json, .stream = stream};
    ui->is_terminal = plat_console_is_terminal(stream);
    return log_open_on(&ui->log, stream, "CLIENT", quiet ? LOG_ERROR : level);
}

void ui_close(struct ui *ui)
{
    log_close(ui->log);
    ui->log = NULL;
}

/* Ends a progress line, so that what follows has a line of its own. */
static void end_line(struct ui *ui)
{
    if (ui->in_progress)
        (void)plat_console_write(ui->stream, "\n", 1);
    ui->in_progress = false;
}

static void say(struct ui *ui, enum log_level level, const char *format, va_list values)
{
    char text[TEXT_MAX];
    if (ui->muted || !log_wants(ui->log, level))
        return;
    end_line(ui);
    vsnprintf(text, sizeof text, format, values);
    log_write(ui->log, level, "%s", text);
}

void ui_info(struct ui *ui, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(ui, LOG_INFO, format, values);
    va_end(values);
}

void ui_warn(struct ui *ui, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(ui, LOG_WARN, format, values);
    va_end(values);
}

void ui_error(struct ui *ui, const char *why, const char *format, ...)
{
    char what[TEXT_MAX], text[TEXT_MAX * 2 + 2];
    va_list values;
    if (ui->muted)
        return;
    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    end_line(ui);
    log_flush(ui->log);
    int size = snprintf(text, sizeof text, "mcdn: %s: %s", what, why);
    log_mask(text, (size_t)size);
    text[size++] = '\n';
    (void)plat_console_write(PLAT_STDERR, text, (size_t)size);
}

int ui_text(struct ui *ui, struct slice text)
{
    end_line(ui);
    log_flush(ui->log);
    return plat_console_write(PLAT_STDOUT, text.data, text.size);
}

int ui_flush(struct ui *ui, struct buffer *text)
{
    int rc = text->failed ? PLAT_ERR_NO_MEMORY : ui_text(ui, buffer_content(text));
    if (rc < 0 && rc != PLAT_ERR_RESET)
        ui_error(ui, plat_error_text(rc), "cannot write");
    buffer_consume(text, buffer_size(text));
    return rc;
}

/* The line takes the place of the one before; a terminal would break it in its last column. */
static void show_in_place(struct ui *ui, const struct progress *progress)
{
    char line[2 * PROGRESS_SIZE + 2], text[PROGRESS_SIZE];
    size_t columns = plat_console_width(ui->stream) - 1;
    size_t width = progress_format_wide(text, progress, columns);
    size_t before = ui->in_progress ? ui->line_width : 0;
    size_t cover = before < columns ? before : columns;
    int size = snprintf(line, sizeof line, "%s%-*s", ui->in_progress ? "\r" : "",
                        (int)(width > cover ? width : cover), text);
    (void)plat_console_write(ui->stream, line, (size_t)size);
    ui->line_width = width;
    ui->in_progress = true;
}

static void show_as_line(struct ui *ui, const struct progress *progress)
{
    char text[PROGRESS_SIZE + 1];
    size_t size = progress_format(text, progress);
    text[size++] = '\n';
    (void)plat_console_write(ui->stream, text, size);
}

static void show(struct ui *ui, const struct progress *progress)
{
    log_flush(ui->log);
    if (ui->is_terminal)
        show_in_place(ui, progress);
    else
        show_as_line(ui, progress);
}

void ui_progress_begin(struct ui *ui)
{
    ui->pace = (struct pace){0};
    ui->shown_ms = 0;
}

void ui_progress(struct ui *ui, const struct ui_progress *now)
{
    uint64_t every_ms = ui->is_terminal ? TERMINAL_EVERY_MS : ELSEWHERE_EVERY_MS;
    if (ui->quiet || ui->muted)
        return;
    pace_sample(&ui->pace, now->done, now->now_ms);
    if (ui->shown_ms == 0)
        ui->shown_ms = now->now_ms;
    if (now->now_ms - ui->shown_ms < every_ms)
        return;
    ui->shown_ms = now->now_ms;
    uint64_t left = now->size > now->done ? now->size - now->done : 0;
    show(ui, &(struct progress){.done = now->done,
                                .size = now->size,
                                .rate = pace_rate(&ui->pace),
                                .left_s = pace_seconds_left(&ui->pace, left),
                                .sources = now->sources});
}

void ui_progress_end(struct ui *ui, const struct ui_progress *last)
{
    if (ui->quiet || ui->muted)
        return;
    show(ui,
         &(struct progress){
             .done = last->done, .size = last->size, .rate = PACE_UNKNOWN, .left_s = PACE_UNKNOWN});
    end_line(ui);
    ui_progress_begin(ui);
}

#include "client/ui.h"

#include <stdarg.h>
#include <stdio.h>

#include "plat/console.h"

enum { TERMINAL_EVERY_MS = 100, ELSEWHERE_EVERY_MS = 5000, TEXT_MAX = 2048 };

void ui_init(struct ui *ui, struct log *log)
{
    *ui = (struct ui){.log = log, .is_terminal = plat_console_is_terminal(PLAT_STDOUT)};
}

/* Ends a progress line, so that what follows has a line of its own. */
static void end_line(struct ui *ui)
{
    if (ui->in_progress)
        (void)plat_console_write(PLAT_STDOUT, "\n", 1);
    ui->in_progress = false;
}

static void say(struct ui *ui, enum log_level level, const char *format, va_list values)
{
    char text[TEXT_MAX];
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

static void show(struct ui *ui, const struct ui_progress *progress, const char *end)
{
    char text[128];
    uint64_t done = progress->done, size = progress->size;
    double percent = size > 0 ? (double)done * 100 / (double)size : 100;
    if (done < size && percent > 99.9)
        percent = 99.9; /* 100 % is for what is complete */
    int length = snprintf(text, sizeof text, "%sDownloading: %.1f%% (%llu/%llu bytes)%s",
                          ui->in_progress ? "\r" : "", percent, (unsigned long long)done,
                          (unsigned long long)size, end);
    log_flush(ui->log);
    (void)plat_console_write(PLAT_STDOUT, text, (size_t)length);
}

void ui_progress(struct ui *ui, const struct ui_progress *progress)
{
    uint64_t now_ms = progress->now_ms;
    uint64_t every_ms = ui->is_terminal ? TERMINAL_EVERY_MS : ELSEWHERE_EVERY_MS;
    if (ui->shown_ms == 0)
        ui->shown_ms = now_ms;
    if (now_ms - ui->shown_ms < every_ms)
        return;
    ui->shown_ms = now_ms;
    show(ui, progress, ui->is_terminal ? "" : "\n");
    ui->in_progress = ui->is_terminal;
}

void ui_progress_end(struct ui *ui, const struct ui_progress *progress)
{
    show(ui, progress, "\n");
    ui->in_progress = false;
    ui->shown_ms = 0;
}

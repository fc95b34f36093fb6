/*
 * The program that log_test starts, because a log writes to stdout. Its first argument says what it
 * does; each mode's name says what it shows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_batch.h"
#include "plat/console.h"
#include "plat/file.h"
#include "plat/process.h"
#include "plat/thread.h"

enum { THREADS = 4, LINES_A_THREAD = 500, LATE_LINES = 20 };

static struct log *open_log(const char *level)
{
    struct log *log;
    enum log_level parsed;
    if (!log_level_parse(slice_text(level), &parsed) || log_open(&log, "TEST-CS1", parsed) < 0)
        exit(100);
    return log;
}

/* One line of each level. */
static void run_levels(char **args)
{
    struct log *log = open_log(args[0]);
    log_debug(log, "a %d", 1);
    log_info(log, "b %s", "two");
    log_warn(log, "c");
    log_error(log, "d");
    log_close(log);
}

/* Lines that a peer could have filled with anything. */
static void run_bytes(char **args)
{
    struct log *log = open_log("info");
    (void)args;
    log_info(log, "<%s>", "a\nb\r\tc\x1b[2J\x7f\x01");
    log_info(log, "<%s>", "gr\xc3\xbc\xc3\x9f \xff");
    log_info(log, "%s", "");
    log_close(log);
}

static void run_long(char **args)
{
    struct log *log = open_log("info");
    char text[2 * LOG_LINE_MAX];
    (void)args;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    log_info(log, "%s", text);
    log_info(log, "after");
    log_close(log);
}

/* What is written past the log after a flush comes after it. */
static void run_flush(char **args)
{
    struct log *log = open_log("info");
    (void)args;
    for (int i = 0; i < 20; i++) {
        char text[32];
        int size = snprintf(text, sizeof text, "own %d\n", i);
        log_info(log, "logged %d", i);
        log_flush(log);
        (void)plat_console_write(PLAT_STDOUT, text, (size_t)size);
    }
    log_close(log);
}

struct worker {
    struct plat_thread thread;
    struct log *log;
    int number;
};

static void run_worker(void *arg)
{
    struct worker *worker = arg;
    for (int i = 0; i < LINES_A_THREAD; i++)
        log_info(worker->log, "thread %d line %d", worker->number, i);
}

static void run_threads(char **args)
{
    struct log *log = open_log("info");
    struct worker workers[THREADS];
    (void)args;
    for (int i = 0; i < THREADS; i++) {
        workers[i].log = log;
        workers[i].number = i;
        if (plat_thread_start(&workers[i].thread, run_worker, &workers[i]) < 0)
            exit(100);
    }
    for (int i = 0; i < THREADS; i++)
        plat_thread_join(&workers[i].thread);
    log_close(log);
}

/* Tells the test by a file that something is done, as stdout is full then. */
static void tell(const char *path, const char *name)
{
    struct plat_folder *folder;
    struct plat_file file = PLAT_FILE_NONE;
    if (plat_folder_open(&folder, path, false, NULL) < 0 ||
        plat_file_create(&file, folder, name) < 0)
        exit(100);
    plat_file_close(file);
    plat_folder_close(folder);
}

/* More lines than a pipe and the queue hold, while nobody reads; then, once stdin has ended, a few
 * more. */
static void run_flood(char **args)
{
    struct log *log = open_log("info");
    int lines = atoi(args[1]);
    for (int i = 0; i < lines; i++)
        log_info(log, "line %06d", i);
    tell(args[0], "flooded");
    (void)fgetc(stdin);
    for (int i = 0; i < LATE_LINES; i++) {
        log_flush(log);
        log_info(log, "line %06d", lines + i);
    }
    log_close(log);
}

static void run_batch(char **args)
{
    struct log *log = open_log("info");
    struct log_batch batch;
    char text[2 * LOG_LINE_MAX];
    (void)args;
    log_batch_init(&batch, log);
    for (int i = 0; i < 1000; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        log_batch_begin(&batch);
        log_batch_put_text(&batch, "begin ");
        log_batch_put_text(&batch, number);
        log_batch_put(&batch, slice_text(" a "));
        log_batch_put_masked(&batch, slice_text("b\nc"));
        log_batch_put_text(&batch, " end");
        log_batch_end(&batch);
        log_batch_write(&batch, LOG_DEBUG, "not wanted");
        log_batch_write(&batch, LOG_WARN, "formatted %d", i);
    }
    memset(text, 'x', sizeof text);
    log_batch_begin(&batch);
    log_batch_put(&batch, slice_of(text, sizeof text));
    log_batch_put_masked(&batch, slice_text("y"));
    log_batch_end(&batch);
    log_batch_flush(&batch);
    log_batch_flush(&batch);
    log_info(log, "after");
    log_close(log);
}

/* As run_flood, with some lines a batch. */
static void run_batch_flood(char **args)
{
    struct log *log = open_log("info");
    struct log_batch batch;
    int lines = atoi(args[1]);
    log_batch_init(&batch, log);
    for (int i = 0; i < lines; i++) {
        log_batch_write(&batch, LOG_INFO, "line %06d", i);
        if (i % 7 == 0)
            log_batch_flush(&batch);
    }
    log_batch_flush(&batch);
    tell(args[0], "flooded");
    (void)fgetc(stdin);
    for (int i = 0; i < LATE_LINES; i++) {
        log_flush(log);
        log_info(log, "line %06d", lines + i);
    }
    log_close(log);
}

/* As run_flood, with no more lines after that. */
static void run_flood_last(char **args)
{
    struct log *log = open_log("info");
    int lines = atoi(args[1]);
    for (int i = 0; i < lines; i++)
        log_info(log, "line %06d", i);
    tell(args[0], "flooded");
    (void)fgetc(stdin);
    for (int i = 0; i < LATE_LINES; i++)
        log_flush(log);
    log_close(log);
}

/* A log that is closed while nobody reads. */
static void run_stuck(char **args)
{
    struct log *log = open_log("info");
    int lines = atoi(args[1]);
    for (int i = 0; i < lines; i++)
        log_info(log, "line %06d", i);
    log_close(log);
    tell(args[0], "closed");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(char **args);
    } modes[] = {
        {"levels", run_levels},         {"bytes", run_bytes},     {"long", run_long},
        {"flush", run_flush},           {"threads", run_threads}, {"flood", run_flood},
        {"stuck", run_stuck},           {"batch", run_batch},     {"batch-flood", run_batch_flood},
        {"flood-last", run_flood_last},
    };
    if (plat_process_init(&argc, &argv) != 0 || argc < 2)
        return 100;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(argv[1], modes[i].name) == 0)
            modes[i].run(argv + 2);
    return 0;
}

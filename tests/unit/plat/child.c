/*
 * The program that the conformance tests start: its first argument says what it does.
 *
 * Whatever it waits for, it ends by itself after a minute.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plat/clock.h"
#include "plat/console.h"
#include "plat/file.h"
#include "plat/poller.h"
#include "plat/process.h"
#include "plat/thread.h"

enum { LIFE_MS = 60000 };

static void say(const char *format, ...)
{
    char text[1024];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    (void)plat_console_write(PLAT_STDOUT, text, strlen(text));
}

/* Copies stdin to stdout, line by line. */
static int run_echo(char **args)
{
    char line[1024];
    (void)args;

    while (fgets(line, sizeof(line), stdin) != NULL) {
        say("%s", line);
    }
    return 0;
}

/* Says how many bytes stdin has. */
static int run_count(char **args)
{
    char block[4096];
    unsigned long total = 0;
    size_t got;
    (void)args;

    while ((got = fread(block, 1, sizeof(block), stdin)) > 0) {
        total += (unsigned long)got;
    }
    say("%lu bytes\n", total);
    return 0;
}

static int run_args(char **args)
{
    for (; *args != NULL; args++) {
        (void)plat_console_write(PLAT_STDOUT, "[", 1);
        (void)plat_console_write(PLAT_STDOUT, *args, strlen(*args));
        (void)plat_console_write(PLAT_STDOUT, "]\n", 2);
    }
    return 0;
}

static int run_exit(char **args)
{
    return atoi(args[0]);
}

static int run_id(char **args)
{
    (void)args;
    say("id %llu\n", (unsigned long long)plat_process_own_id());
    return 0;
}

static int run_sleep(char **args)
{
    struct plat_mutex mutex;
    struct plat_cond never;
    uint64_t start_ms = plat_clock_now_ms();
    (void)args;

    plat_mutex_init(&mutex);
    plat_cond_init(&never);
    plat_mutex_lock(&mutex);
    say("asleep\n");
    while (plat_clock_now_ms() - start_ms < LIFE_MS) {
        (void)plat_cond_wait_for(&never, &mutex, 1000);
    }
    return 99;
}

static int run_both_streams(char **args)
{
    (void)args;
    (void)plat_console_write(PLAT_STDOUT, "to stdout\n", 10);
    (void)plat_console_write(PLAT_STDERR, "to stderr\n", 10);
    return 0;
}

/* Writes that many numbered lines, much more than a pipe holds. */
static int run_flood(char **args)
{
    int lines = atoi(args[0]);

    for (int i = 0; i < lines; i++) {
        say("line %06d\n", i);
    }
    return 0;
}

/* Says whether the folder that it was started in has the file. */
static int run_has_file(char **args)
{
    struct plat_folder *here;
    struct plat_file_info info;
    int rc = plat_folder_open(&here, ".", false, NULL);

    if (rc == PLAT_OK) {
        rc = plat_file_look(here, args[0], &info);
        plat_folder_close(here);
    }
    say("look %d\n", rc);
    return 0;
}

/* Locks a file, says how that went, and holds it until stdin ends. */
static int run_lock(char **args)
{
    struct plat_folder *folder;
    struct plat_file file = PLAT_FILE_NONE;
    int rc = plat_folder_open(&folder, args[0], false, NULL);

    if (rc == PLAT_OK) {
        rc = plat_file_create(&file, folder, args[1]);
        rc = rc == PLAT_OK ? plat_file_lock(file) : rc;
        plat_folder_close(folder);
    }
    say("lock %d\n", rc);
    (void)fgetc(stdin);
    return 0;
}

static void wake(void *poller)
{
    plat_poller_wake(poller);
}

/* Says each new count of stop requests, up to the wanted one; with a second argument, goes back to
 * the system's own behaviour then and sleeps. */
static int run_stops(char **args)
{
    struct plat_poller *poller;
    struct plat_event event;
    size_t count;
    unsigned wanted = (unsigned)atoi(args[0]), seen = 0;
    uint64_t start_ms = plat_clock_now_ms();

    if (plat_poller_open(&poller) != PLAT_OK || plat_process_on_stop(wake, poller) != PLAT_OK) {
        return 1;
    }
    /* ThreadSanitizer of clang 14 loses a signal that comes while a thread's first wait begins. */
    (void)plat_poller_wait(poller, &event, 1, 0, &count);
    say("requests %u\nready\n", plat_process_stop_requests());
    while (seen < wanted && plat_clock_now_ms() - start_ms < LIFE_MS) {
        (void)plat_poller_wait(poller, &event, 1, LIFE_MS, &count);
        if (plat_process_stop_requests() != seen) {
            seen = plat_process_stop_requests();
            say("stop %u\n", seen);
        }
    }
    if (plat_process_on_stop(NULL, NULL) != PLAT_OK) {
        return 1;
    }
    plat_poller_close(poller);
    return args[1] != NULL ? run_sleep(args) : 0;
}

static void ignore(void *arg)
{
    (void)arg;
}

static void say_line(int rc, const char *line)
{
    size_t length = rc == PLAT_OK ? strlen(line) : 0;

    if (length > 500) {
        say("\n%d:%lu bytes\n", rc, (unsigned long)length);
    } else {
        say("\n%d:%s\n", rc, rc == PLAT_OK ? line : "");
    }
}

/* Reads lines with the console's own function, and says the status and the text of each. Ends at
 * the second end of input, or after a stop request. */
static int run_lines(char **args)
{
    const char *prompt = args[0] != NULL ? args[0] : "";
    int ends = 0;

    if (plat_process_on_stop(ignore, NULL) != PLAT_OK) {
        return 1;
    }
    say("\nready\n");
    while (ends < 2) {
        char *line = NULL;
        int rc = plat_console_read_line(prompt, NULL, &line);
        say_line(rc, line != NULL ? line : "");
        free(line);
        ends += rc == PLAT_END;
        if (rc == PLAT_AGAIN || (rc < 0 && rc != PLAT_ERR_TOO_LARGE)) {
            break;
        }
    }
    return 0;
}

static int run_console(char **args)
{
    (void)args;
    say("terminals %d %d %d width %u\n", plat_console_is_terminal(PLAT_STDIN),
        plat_console_is_terminal(PLAT_STDOUT), plat_console_is_terminal(PLAT_STDERR),
        plat_console_width(PLAT_STDOUT));
    return 0;
}

/* Writes that many bytes in one go. */
static int run_write(char **args)
{
    size_t size = (size_t)atol(args[0]);
    char *data = malloc(size + 1);

    if (data == NULL) {
        return 1;
    }
    for (size_t i = 0; i < size; i++) {
        data[i] = (char)('a' + i % 26);
    }
    size = (size_t)-plat_console_write(PLAT_STDOUT, data, size);
    free(data);
    return (int)size;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(char **args);
    } modes[] = {
        {"echo", run_echo},       {"count", run_count}, {"args", run_args},
        {"exit", run_exit},       {"id", run_id},       {"sleep", run_sleep},
        {"flood", run_flood},     {"lock", run_lock},   {"both-streams", run_both_streams},
        {"stops", run_stops},     {"lines", run_lines}, {"has-file", run_has_file},
        {"console", run_console}, {"write", run_write},
    };

    if (plat_process_init(&argc, &argv) != PLAT_OK || argc < 2) {
        return 100;
    }
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(argv[1], modes[i].name) == 0) {
            return modes[i].run(argv + 2);
        }
    }
    return 101;
}

/*
 * A line from a pipe, a file or a terminal in its own line mode.
 */
#include "os_line.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "os_error.h"
#include "plat/console.h"
#include "plat/process.h"

/* A stop request that comes between the look at their count and the wait must end the wait, so its
 * signals are let in during the wait only. */
int os_line_wait(unsigned stops_before)
{
    sigset_t stops, before;
    bool is_stopped, is_ready = false;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, &before);
    while (!(is_stopped = plat_process_stop_requests() != stops_before) && !is_ready) {
        fd_set input;
        FD_ZERO(&input);
        FD_SET(STDIN_FILENO, &input);
        is_ready =
            pselect(STDIN_FILENO + 1, &input, NULL, NULL, NULL, &before) > 0 || errno != EINTR;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_stopped ? PLAT_AGAIN : 0;
}

/* One byte at a time: nothing read ahead is lost to whoever reads stdin next, and an interactive
 * user does not notice. */
static int read_byte(char *out, unsigned stops_before)
{
    for (;;) {
        if (os_line_wait(stops_before) == PLAT_AGAIN)
            return PLAT_AGAIN;
        ssize_t n = read(STDIN_FILENO, out, 1);
        if (n == 1)
            return 0;
        if (n == 0)
            return PLAT_END;
        if (errno != EINTR)
            return os_error(errno);
    }
}

/* Fills line up to PLAT_CONSOLE_LINE_MAX bytes and counts them all. */
static int read_bytes(char *line, size_t *length, unsigned stops_before)
{
    char byte;
    for (*length = 0;; (*length)++) {
        int rc = read_byte(&byte, stops_before);
        if (rc == PLAT_END && *length > 0)
            return 0;
        if (rc != 0)
            return rc;
        if (byte == '\n')
            return 0;
        if (*length < PLAT_CONSOLE_LINE_MAX)
            line[*length] = byte;
    }
}

int os_line_read(const char *prompt, char **line)
{
    unsigned stops_before = plat_process_stop_requests(); /* whoever sees the prompt may stop it */
    size_t length;
    char *buffer = malloc(PLAT_CONSOLE_LINE_MAX + 1);
    if (!buffer)
        return PLAT_ERR_NO_MEMORY;
    (void)plat_console_write(PLAT_STDOUT, prompt, strlen(prompt));
    int rc = read_bytes(buffer, &length, stops_before);
    if (rc == 0 && length > PLAT_CONSOLE_LINE_MAX)
        rc = PLAT_ERR_TOO_LARGE;
    if (rc != 0) {
        free(buffer);
        return rc;
    }
    if (length > 0 && buffer[length - 1] == '\r')
        length--;
    buffer[length] = '\0';
    *line = buffer;
    return 0;
}

/*
 * Reading lines from stdin, in a way that a stop request can end.
 *
 * Nothing ends a read of a console or a pipe for certain when a stop request comes. So a thread of
 * its own reads, piece by piece, and the caller waits for it or for the request. A piece that is
 * being read when the request comes is there for the next call; when the process ends, its
 * threads end with it.
 *
 * The console edits lines itself, and can be told to return at a Tab: then what it has is completed
 * and given back to it to go on with.
 */
#include "plat/console.h"

#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_stop.h"
#include "os_system.h"
#include "os_tab.h"
#include "plat/thread.h"

enum {
    PIECE_UNITS = 4096,
    PIECE_SIZE = PIECE_UNITS * 3,
    LINE_COMPLETED_MAX = PIECE_UNITS / 2 /* bytes of a line that Tab completes */
};

/* There is one stdin, so there is one of these. The thread owns piece, length and rc between
 * `wanted` and `done`, and the caller otherwise. */
static struct {
    HANDLE wanted, done;
    bool is_reading; /* between these two */
    bool wakes;      /* at a Tab; and what the console's line begins with */
    DWORD begun;
    wchar_t units[PIECE_UNITS];
    char piece[PIECE_SIZE];
    size_t at, length;
    int rc;
    /* The line so far, and how many bytes it has had, which may be more. */
    char line[PLAT_CONSOLE_LINE_MAX];
    size_t line_length;
} input;

/* Reads what was typed up to Enter. Ctrl-Z at the beginning of a line is its end. */
static int read_console(HANDLE console)
{
    wchar_t *units = input.units;
    DWORD count, more = 0;
    CONSOLE_READCONSOLE_CONTROL control = {
        .nLength = sizeof control, .nInitialChars = input.begun, .dwCtrlWakeupMask = 1u << '\t'};
    for (;;) {
        /* One is left for the second half of a character. Ctrl-C makes it return with nothing. */
        if (!ReadConsoleW(console, units, PIECE_UNITS - 1, &count, input.wakes ? &control : NULL))
            return PLAT_END;
        control.nInitialChars = 0;
        if (count > 0)
            break;
    }
    if (units[count - 1] >= 0xd800 && units[count - 1] < 0xdc00 &&
        ReadConsoleW(console, units + count, 1, &more, NULL))
        count += more;
    if (units[0] == 0x1a)
        return PLAT_END;
    int n = WideCharToMultiByte(CP_UTF8, 0, units, (int)count, input.piece, PIECE_SIZE, NULL, NULL);
    input.length = n > 0 ? (size_t)n : 0;
    return 0;
}

static int read_bytes(HANDLE file)
{
    DWORD count;
    if (!ReadFile(file, input.piece, PIECE_SIZE, &count, NULL)) {
        DWORD error = GetLastError();
        if (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF)
            return PLAT_END; /* whoever wrote has closed */
        return os_error(error);
    }
    input.length = count;
    return count > 0 ? 0 : PLAT_END;
}

static void read_pieces(void *arg)
{
    (void)arg;
    for (;;) {
        WaitForSingleObject(input.wanted, INFINITE);
        HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
        input.at = input.length = 0;
        input.rc = plat_console_is_terminal(PLAT_STDIN) ? read_console(in) : read_bytes(in);
        SetEvent(input.done);
    }
}

/* With the first line that is read, so that a program which reads none has no such thread. */
static int start_reader(void)
{
    if (input.done)
        return 0;
    input.wanted = CreateEventW(NULL, FALSE, FALSE, NULL);
    input.done = CreateEventW(NULL, FALSE, FALSE, NULL);
    int rc = input.wanted && input.done ? plat_thread_start_detached(read_pieces, NULL)
                                        : PLAT_ERR_NO_MEMORY;
    if (rc == 0)
        return 0;
    if (input.wanted)
        CloseHandle(input.wanted);
    if (input.done)
        CloseHandle(input.done);
    input.wanted = input.done = NULL;
    return rc;
}

/* Waits for the next piece. 0, PLAT_END, PLAT_AGAIN after a stop request, or an error. */
static int next_piece(void)
{
    HANDLE either[2] = {input.done, os_stop_event()};
    if (!input.is_reading) {
        input.is_reading = true;
        SetEvent(input.wanted);
    }
    DWORD which = WaitForMultipleObjects(either[1] ? 2 : 1, either, FALSE, INFINITE);
    if (which == WAIT_OBJECT_0 + 1)
        return PLAT_AGAIN;
    if (which != WAIT_OBJECT_0)
        return PLAT_ERR_OTHER;
    input.is_reading = false;
    return input.rc;
}

/* Moves bytes from the piece to the line; true at the end of the line. */
static bool take_bytes(void)
{
    while (input.at < input.length) {
        char byte = input.piece[input.at++];
        if (byte == '\n')
            return true;
        if (input.line_length < sizeof input.line)
            input.line[input.line_length] = byte;
        input.line_length++;
    }
    return false;
}

/* The line has been counted to its end even where it was too long, so the next one begins where it
 * should. */
static int finish_line(char **line)
{
    size_t length = input.line_length;
    input.line_length = 0;
    if (length > sizeof input.line)
        return PLAT_ERR_TOO_LARGE;
    if (length > 0 && input.line[length - 1] == '\r')
        length--;
    char *copy = malloc(length + 1);
    if (!copy)
        return PLAT_ERR_NO_MEMORY;
    memcpy(copy, input.line, length);
    copy[length] = '\0';
    *line = copy;
    return 0;
}

bool plat_console_completes(void)
{
    return plat_console_is_terminal(PLAT_STDIN) && plat_console_is_terminal(PLAT_STDOUT);
}

/* Completes the piece, if the console returned it for a Tab; it is used up then. */
static void complete_piece(const char *prompt, const struct plat_console_completer *completer)
{
    char before[LINE_COMPLETED_MAX], line[LINE_COMPLETED_MAX];
    char *tab = input.wakes ? memchr(input.piece, '\t', input.length) : NULL;
    if (!tab || memchr(input.piece, '\n', input.length) || input.length >= sizeof before)
        return;
    memcpy(before, input.piece, input.length);
    before[input.length] = '\0';
    before[tab - input.piece] = '\0';
    os_tab_complete(completer, prompt, before, before + (tab - input.piece) + 1, line, sizeof line);
    /* UTF-16 never needs more units than bytes. */
    input.begun =
        (DWORD)MultiByteToWideChar(CP_UTF8, 0, line, (int)strlen(line), input.units, PIECE_UNITS);
    input.at = input.length = 0;
}

int plat_console_read_line(const char *prompt, const struct plat_console_completer *completer,
                           char **line)
{
    if (os_stop_event())
        ResetEvent(os_stop_event()); /* requests before this call are the caller's to have seen */
    int rc = start_reader();
    if (rc < 0)
        return rc;
    (void)plat_console_write(PLAT_STDOUT, prompt, strlen(prompt));
    if (!input.is_reading) {
        input.wakes = completer && plat_console_completes();
        input.begun = 0;
    }
    while (!take_bytes()) {
        rc = next_piece();
        if (rc == PLAT_END && input.line_length > 0)
            break; /* the last line had no line feed */
        if (rc != 0)
            return rc;
        if (rc == 0 && completer)
            complete_piece(prompt, completer);
    }
    return finish_line(line);
}

/*
 * The standard streams: writing to them, and what sits behind them.
 */
#include "plat/console.h"

#include "os_error.h"
#include "os_system.h"

/* A piece of text that WriteConsoleW surely takes (older consoles fail beyond some 30,000 units);
 * UTF-16 never needs more units than bytes. */
enum { PIECE = 4096, WRITE_MOST = 1 << 20 };

static HANDLE handle_of(enum plat_console_stream stream)
{
    static const DWORD names[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    HANDLE handle = GetStdHandle(names[stream]);
    /* NULL is what a service or a program without a console has. */
    return handle != NULL ? handle : INVALID_HANDLE_VALUE;
}

bool plat_console_is_terminal(enum plat_console_stream stream)
{
    DWORD mode;
    return GetConsoleMode(handle_of(stream), &mode) != 0;
}

unsigned plat_console_width(enum plat_console_stream stream)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(handle_of(stream), &info))
        return 80;
    /* The window; the buffer behind it may be wider. */
    int width = info.srWindow.Right - info.srWindow.Left + 1;
    return width > 0 ? (unsigned)width : 80;
}

/* How much of the text is one piece, not cutting a character. */
static size_t piece_of(const char *text, size_t size)
{
    size_t length = PIECE;
    if (size <= PIECE)
        return size;
    while (length > PIECE - 4 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static int write_units(HANDLE console, const wchar_t *units, int count)
{
    while (count > 0) {
        DWORD n;
        if (!WriteConsoleW(console, units, (DWORD)count, &n, NULL))
            return os_error_last();
        units += n;
        count -= (int)n;
    }
    return 0;
}

/* As UTF-16: bytes would be taken for the console's code page, whatever that is, and characters cut
 * between two writes would be lost even if it is UTF-8. */
static int write_text(HANDLE console, const char *text, size_t size)
{
    wchar_t units[PIECE];
    while (size > 0) {
        size_t length = piece_of(text, size);
        /* What is no UTF-8 is shown as replacement characters. */
        int count = MultiByteToWideChar(CP_UTF8, 0, text, (int)length, units, PIECE);
        int rc = count > 0 ? write_units(console, units, count) : os_error_last();
        if (rc < 0)
            return rc;
        text += length;
        size -= length;
    }
    return 0;
}

/* A pipe may take less than it is given, and a service's stream nothing at all. */
static int write_bytes(HANDLE file, const char *bytes, size_t size)
{
    while (size > 0) {
        DWORD n;
        if (!WriteFile(file, bytes, size < WRITE_MOST ? (DWORD)size : WRITE_MOST, &n, NULL))
            return os_error_last();
        bytes += n;
        size -= n;
    }
    return 0;
}

/* Each time anew whether it is a terminal: a program may give itself another stream. */
int plat_console_write(enum plat_console_stream stream, const void *data, size_t size)
{
    HANDLE handle = handle_of(stream);
    if (handle == INVALID_HANDLE_VALUE) /* started without this stream */
        return PLAT_ERR_IO;
    return plat_console_is_terminal(stream) ? write_text(handle, data, size)
                                            : write_bytes(handle, data, size);
}

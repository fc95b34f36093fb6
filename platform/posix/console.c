/*
 * The standard streams.
 */
#include "plat/console.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "os_error.h"

bool plat_console_is_terminal(enum plat_console_stream stream)
{
    return isatty((int)stream) == 1;
}

unsigned plat_console_width(enum plat_console_stream stream)
{
    struct winsize size;
    if (ioctl((int)stream, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* Someone else may have made the shared descriptor non-blocking; then wait as if it were not. */
static void wait_writable(int fd)
{
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    (void)poll(&writable, 1, -1);
}

int plat_console_write(enum plat_console_stream stream, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t n = write((int)stream, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            wait_writable((int)stream);
            continue;
        }
        if (n < 0)
            return os_error(errno);
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

/*
 * plat_console_read_line where no editing library was found.
 */
#include "os_line.h"
#include "plat/console.h"

bool plat_console_completes(void)
{
    return false; /* the terminal's own line mode keeps the keys to itself until Enter */
}

int plat_console_read_line(const char *prompt, const struct plat_console_completer *completer,
                           char **line)
{
    (void)completer;
    return os_line_read(prompt, line);
}

/*
 * plat_console_read_line where no editing library was found.
 */
#include "os_line.h"
#include "plat/console.h"

int plat_console_read_line(const char *prompt, char **line)
{
    return os_line_read(prompt, line);
}

/*
 * What Tab makes of a line that is typed at a console.
 */
#ifndef OS_TAB_H
#define OS_TAB_H

#include <stddef.h>

#include "plat/console.h"

/* Asks the completer about what stands before the cursor, and shows what became of the line, the
 * cursor at its end. The line is put into line[size], in UTF-8 with a final zero; one that would
 * not fit stays as it was. What stands behind the cursor is kept, and then nothing is completed. */
void os_tab_complete(const struct plat_console_completer *completer, const char *prompt,
                     const char *before, const char *behind, char *line, size_t size);

#endif

/*
 * What CreateProcessW wants to know: which program, and its arguments as one text.
 */
#ifndef OS_COMMAND_H
#define OS_COMMAND_H

#include <wchar.h>

/* Quotes the arguments so that the C library's and CommandLineToArgvW's rules give them back.
 * *out is the caller's to free(). 0, or PLAT_ERR_BAD_NAME, NO_MEMORY. */
int os_command_line(wchar_t **out, const char *const *argv);

/* Finds the program: a name with a slash, backslash or colon as a path, another one in PATH; ".exe"
 * may be left off. *out is the caller's to free(). 0, or PLAT_ERR_NOT_FOUND … */
int os_command_find(wchar_t **out, const char *program);

#endif

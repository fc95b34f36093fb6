/*
 * From UTF-8 names to the paths that the system is given.
 *
 * Every path gets the \\?\ prefix, which lifts the limit of 260 characters and stops the system
 * from rewriting it (cutting final dots and spaces, taking COM1 for a serial port).
 */
#ifndef OS_PATH_H
#define OS_PATH_H

#include <stddef.h>
#include <wchar.h>

/* Whether Windows programs can hold this name, "/" between its parts. 0, or PLAT_ERR_BAD_NAME. */
int os_path_check(const char *name);

/* The full form of a path of the system's own kind, without a final backslash; *out is the
 * caller's to free(). 0, or PLAT_ERR_NOT_FOUND (empty), BAD_NAME, NO_MEMORY. */
int os_path_full(wchar_t **out, const char *path);

/* base, a backslash, and the checked name with backslashes; with the name "" only the former two.
 * *out is the caller's to free(). 0, or PLAT_ERR_BAD_NAME, NO_MEMORY. */
int os_path_below(wchar_t **out, const wchar_t *base, const char *name);

#endif

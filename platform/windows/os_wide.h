/*
 * UTF-8, which everything above the platform speaks, to and from the system's UTF-16.
 *
 * Conversions are strict: text that is not valid has no equal on the other side, and a replacement
 * character would make two names one.
 */
#ifndef OS_WIDE_H
#define OS_WIDE_H

#include <stddef.h>
#include <wchar.h>

/* Converts; *out is the caller's to free(). 0, PLAT_ERR_BAD_NAME (no valid UTF-8),
 * PLAT_ERR_NO_MEMORY. */
int os_wide_from_utf8(wchar_t **out, const char *text);

/* Converts a number of UTF-16 units; *out ends with a zero and is the caller's to free(). Errors
 * as above. */
int os_wide_to_utf8(char **out, const wchar_t *wide, size_t count);

/* The same into the caller's memory of `size` bytes, with the final zero. PLAT_ERR_BAD_NAME, also
 * where it does not fit. */
int os_wide_to_buffer(char *out, size_t size, const wchar_t *wide, size_t count);

#endif

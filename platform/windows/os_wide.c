/*
 * UTF-8 to and from UTF-16, strictly and in one step each: the room is made for the worst case,
 * instead of asking the system for the size first.
 */
#include "os_wide.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "os_system.h"
#include "plat/error.h"

/* The final zero is converted with the rest. A limit of int's is far beyond any path or argument.
 */
int os_wide_from_utf8(wchar_t **out, const char *text)
{
    size_t length = strlen(text);
    if (length >= INT_MAX)
        return PLAT_ERR_BAD_NAME;
    wchar_t *wide = malloc((length + 1) * sizeof *wide);
    if (!wide)
        return PLAT_ERR_NO_MEMORY;
    /* UTF-16 never takes more units than UTF-8 takes bytes. */
    int count = (int)length + 1;
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, count, wide, count) == 0) {
        free(wide);
        return PLAT_ERR_BAD_NAME;
    }
    *out = wide;
    return 0;
}

/* The count of units is given, since names in listings and reports end with no zero. */
int os_wide_to_buffer(char *out, size_t size, const wchar_t *wide, size_t count)
{
    if (count >= INT_MAX || size == 0)
        return PLAT_ERR_BAD_NAME;
    int room = size - 1 < INT_MAX ? (int)(size - 1) : INT_MAX;
    int length = 0;
    if (count > 0) {
        length = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, (int)count, out, room,
                                     NULL, NULL);
        if (length == 0)
            return PLAT_ERR_BAD_NAME;
    }
    out[length] = '\0';
    return 0;
}

/* UTF-8 takes at most three bytes for a unit: four are for a pair of them. */
int os_wide_to_utf8(char **out, const wchar_t *wide, size_t count)
{
    if (count > INT_MAX / 3)
        return PLAT_ERR_BAD_NAME;
    size_t size = count * 3 + 1;
    char *text = malloc(size);
    if (!text)
        return PLAT_ERR_NO_MEMORY;
    int rc = os_wide_to_buffer(text, size, wide, count);
    if (rc < 0)
        free(text);
    else
        *out = text;
    return rc;
}

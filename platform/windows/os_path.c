/*
 * From UTF-8 names to the paths that the system is given.
 *
 * The rules for names are checked here and not left to the system: behind \\?\ it would make files
 * that Explorer and most programs can neither open nor remove, and without it, it would quietly
 * take another name.
 */
#include "os_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_system.h"
#include "os_wide.h"
#include "plat/error.h"

enum {
    PART_MOST = 255,  /* UTF-16 units of one part, on every file system of Windows */
    PATH_MOST = 32000 /* of a whole path; the kernel's limit is a little higher */
};

/* By hand, because the C library's own comparison depends on the locale. */
static bool same_letters(const char *a, size_t length, const char *upper)
{
    if (strlen(upper) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((a[i] >= 'a' && a[i] <= 'z' ? a[i] - ('a' - 'A') : a[i]) != upper[i])
            return false;
    return true;
}

/* COM1 to LPT9, and the three superscript digits, which count as digits here. */
static bool is_port(const char *base, size_t length)
{
    if (length < 4 || !(same_letters(base, 3, "COM") || same_letters(base, 3, "LPT")))
        return false;
    if (length == 4)
        return base[3] >= '1' && base[3] <= '9';
    return length == 5 &&
           (memcmp(base + 3, "\xc2\xb9", 2) == 0 || memcmp(base + 3, "\xc2\xb2", 2) == 0 ||
            memcmp(base + 3, "\xc2\xb3", 2) == 0);
}

/* The names of devices, in every folder and with any extension. */
static bool is_device(const char *part, size_t length)
{
    static const char *const names[] = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
    const char *dot = memchr(part, '.', length);
    if (dot)
        length = (size_t)(dot - part);
    while (length > 0 && part[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (same_letters(part, length, names[i]))
            return true;
    return is_port(part, length);
}

/* ":" begins a stream of a file, "<" and ">" are patterns like "*" and "?". A final dot or space is
 * held by the file system behind \\?\, but other programs drop it and then miss the file, or find
 * another one. */
static bool is_part(const char *part, size_t length)
{
    if (length == 0 || part[length - 1] == '.' || part[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)part[i] < 0x20 || strchr("<>:\"\\|?*", part[i]))
            return false;
    return !is_device(part, length);
}

/* "con/x" is bad for its first part. An empty part cannot come this far from the protocol, but a
 * path of two slashes in a row would lead to the same file as one, and so is refused. */
int os_path_check(const char *name)
{
    for (;;) {
        size_t length = strcspn(name, "/");
        if (!is_part(name, length))
            return PLAT_ERR_BAD_NAME;
        if (name[length] == '\0')
            return 0;
        name += length + 1;
    }
}

/* Makes the slashes backslashes, which nobody else does behind \\?\, and looks at the lengths. */
static int turn_slashes(wchar_t *wide)
{
    size_t part = 0;
    for (wchar_t *at = wide; *at; at++) {
        part = *at == L'/' ? 0 : part + 1;
        if (part > PART_MOST || at - wide > PATH_MOST)
            return PLAT_ERR_BAD_NAME;
        if (*at == L'/')
            *at = L'\\';
    }
    return 0;
}

/* The limit leaves room for what the system itself puts in front of a path. */
static int join(wchar_t **out, const wchar_t *first, const wchar_t *between, const wchar_t *last)
{
    size_t a = wcslen(first), b = wcslen(between), c = wcslen(last);
    if (a + b + c > PATH_MOST)
        return PLAT_ERR_BAD_NAME;
    wchar_t *joined = malloc((a + b + c + 1) * sizeof *joined);
    if (!joined)
        return PLAT_ERR_NO_MEMORY;
    wmemcpy(joined, first, a);
    wmemcpy(joined + a, between, b);
    wmemcpy(joined + a + b, last, c + 1);
    *out = joined;
    return 0;
}

/* The name is checked before it is converted: the rules are about bytes. */
int os_path_below(wchar_t **out, const wchar_t *base, const char *name)
{
    wchar_t *wide = NULL;
    int rc = *name ? os_path_check(name) : 0;
    if (rc == 0)
        rc = os_wide_from_utf8(&wide, name);
    if (rc < 0)
        return rc;
    rc = turn_slashes(wide);
    if (rc == 0)
        rc = join(out, base, L"\\", wide);
    free(wide);
    return rc;
}

/* Absolute, without "." and "..", with backslashes only. Must be done first: behind \\?\ none of
 * these is understood. */
static int make_absolute(wchar_t **out, const wchar_t *wide)
{
    DWORD size = GetFullPathNameW(wide, 0, NULL, NULL);
    if (size == 0)
        return os_error_last();
    wchar_t *full = malloc((size_t)size * sizeof *full);
    if (!full)
        return PLAT_ERR_NO_MEMORY;
    DWORD length = GetFullPathNameW(wide, size, full, NULL);
    if (length == 0 || length >= size) {
        free(full);
        return PLAT_ERR_OTHER;
    }
    while (length > 0 && full[length - 1] == L'\\')
        full[--length] = L'\0';
    *out = full;
    return 0;
}

/* Paths of a server begin with two backslashes; those with a prefix are left as they are, and so
 * are devices, which NUL and CON have become by now. */
static int add_prefix(wchar_t **out, const wchar_t *full)
{
    bool is_network = wcsncmp(full, L"\\\\", 2) == 0;
    if (wcsncmp(full, L"\\\\?\\", 4) == 0 || wcsncmp(full, L"\\\\.\\", 4) == 0)
        return join(out, full, L"", L"");
    return is_network ? join(out, L"\\\\?\\UNC\\", L"", full + 2)
                      : join(out, L"\\\\?\\", L"", full);
}

/* Empty is refused by hand: the system would take it for the current folder. */
int os_path_full(wchar_t **out, const char *path)
{
    wchar_t *wide = NULL, *full = NULL;
    if (*path == '\0')
        return PLAT_ERR_NOT_FOUND;
    int rc = os_wide_from_utf8(&wide, path);
    if (rc < 0)
        return rc;
    rc = make_absolute(&full, wide);
    free(wide);
    if (rc < 0)
        return rc;
    rc = add_prefix(out, full);
    free(full);
    return rc;
}

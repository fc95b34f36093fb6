/*
 * What CreateProcessW wants to know: which program, and its arguments as one text.
 *
 * There are no separate arguments in Windows. Each program splits the text by itself; nearly all do
 * it by the C library's rules, which are the ones that are met here. cmd.exe and batch files have
 * others, and are not looked for.
 */
#include "os_command.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_system.h"
#include "os_wide.h"
#include "plat/error.h"

static char *put_many(char *out, char c, size_t count)
{
    memset(out, c, count);
    return out + count;
}

/*
 * Backslashes mean themselves, except in front of a quote: there two make one, and an odd one
 * makes the quote a letter. So those before a quote, ours at the end included, are doubled.
 */
static char *put_quoted(char *out, const char *arg)
{
    *out++ = '"';
    for (;;) {
        size_t backslashes = strspn(arg, "\\");
        arg += backslashes;
        if (*arg == '\0') {
            out = put_many(out, '\\', backslashes * 2);
            break;
        }
        out = put_many(out, '\\', *arg == '"' ? backslashes * 2 + 1 : backslashes);
        *out++ = *arg++;
    }
    *out++ = '"';
    return out;
}

/* An argument that is empty, or holds white space or a quote, must be quoted; others are more
 * readable in the system's lists of processes as they are. */
static char *put_arg(char *out, const char *arg)
{
    if (*arg && !strpbrk(arg, " \t\n\v\"")) {
        size_t length = strlen(arg);
        memcpy(out, arg, length);
        return out + length;
    }
    return put_quoted(out, arg);
}

/* Made in UTF-8, where the rules need no care for pairs of units, and then converted at once. */
int os_command_line(wchar_t **out, const char *const *argv)
{
    size_t most = 1;
    for (const char *const *arg = argv; *arg; arg++)
        most += strlen(*arg) * 2 + 3; /* all doubled, two quotes, a space */
    char *line = malloc(most);
    if (!line)
        return PLAT_ERR_NO_MEMORY;
    char *at = line;
    for (const char *const *arg = argv; *arg; arg++) {
        if (arg != argv)
            *at++ = ' ';
        /* The program's own name knows no escapes; it cannot hold a quote anyway. */
        at = put_arg(at, *arg);
    }
    *at = '\0';
    int rc = os_wide_from_utf8(out, line);
    free(line);
    return rc;
}

/* As SearchPathW (which adds the extension only where the name has none), into memory of the
 * caller's to free(). path NULL: name is a path itself. */
static int search(wchar_t **out, const wchar_t *path, const wchar_t *name, const wchar_t *extension)
{
    DWORD size = SearchPathW(path, name, extension, 0, NULL, NULL);
    if (size == 0)
        return os_error_last();
    wchar_t *found = malloc((size_t)size * sizeof *found);
    if (!found)
        return PLAT_ERR_NO_MEMORY;
    DWORD length = SearchPathW(path, name, extension, size, found, NULL);
    if (length == 0 || length >= size) {
        free(found);
        return PLAT_ERR_NOT_FOUND;
    }
    *out = found;
    return 0;
}

/* The PATH may have changed between the two calls; then it is cut, not overrun. */
static int get_path(wchar_t **out)
{
    DWORD size = GetEnvironmentVariableW(L"PATH", NULL, 0);
    wchar_t *path = malloc(((size_t)size + 1) * sizeof *path);
    if (!path)
        return PLAT_ERR_NO_MEMORY;
    path[0] = L'\0';
    if (size > 0)
        GetEnvironmentVariableW(L"PATH", path, size);
    *out = path;
    return 0;
}

/* The whole path, since CreateProcessW would look in our working folder and the program's first. */
static int find(wchar_t **out, const wchar_t *name)
{
    wchar_t full[MAX_PATH * 4];
    wchar_t *path;
    if (wcspbrk(name, L"/\\:")) {
        DWORD length = GetFullPathNameW(name, sizeof full / sizeof full[0], full, NULL);
        if (length == 0 || length >= sizeof full / sizeof full[0])
            return PLAT_ERR_NOT_FOUND;
        return search(out, NULL, full, L".exe");
    }
    int rc = get_path(&path);
    if (rc < 0)
        return rc;
    rc = search(out, path, name, L".exe");
    free(path);
    return rc;
}

/* SearchPathW also finds folders. */
int os_command_find(wchar_t **out, const char *program)
{
    wchar_t *name;
    int rc = os_wide_from_utf8(&name, program);
    if (rc < 0)
        return rc;
    rc = *name ? find(out, name) : PLAT_ERR_NOT_FOUND;
    free(name);
    if (rc < 0)
        return rc;
    DWORD attributes = GetFileAttributesW(*out);
    if (attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY))
        return 0;
    free(*out);
    return PLAT_ERR_NOT_FOUND;
}

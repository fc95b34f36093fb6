/*
 * What the errors mean, in words: the same ones on every system.
 */
#include "plat/error.h"

#include <stddef.h>

static const struct {
    int error;
    const char *text;
} texts[] = {
    {PLAT_OK, "success"},
    {PLAT_AGAIN, "try again"},
    {PLAT_END, "end of data"},
    {PLAT_LOST, "changes were lost"},
    {PLAT_ERR_OTHER, "system error"},
    {PLAT_ERR_NO_MEMORY, "out of memory"},
    {PLAT_ERR_INVALID, "invalid value"},
    {PLAT_ERR_ACCESS, "permission denied"},
    {PLAT_ERR_IN_USE, "address in use"},
    {PLAT_ERR_NO_ADDRESS, "not an address of this machine"},
    {PLAT_ERR_REFUSED, "connection refused"},
    {PLAT_ERR_RESET, "connection reset"},
    {PLAT_ERR_TIMED_OUT, "timed out"},
    {PLAT_ERR_UNREACHABLE, "unreachable"},
    {PLAT_ERR_NO_HOST, "no such host"},
    {PLAT_ERR_TOO_MANY_FILES, "too many open files"},
    {PLAT_ERR_NOT_FOUND, "not found"},
    {PLAT_ERR_EXISTS, "already exists"},
    {PLAT_ERR_NO_SPACE, "no space left"},
    {PLAT_ERR_NOT_FOLDER, "not a folder"},
    {PLAT_ERR_NOT_FILE, "not a regular file"},
    {PLAT_ERR_LINK, "a symbolic link is in the way"},
    {PLAT_ERR_BAD_NAME, "a name that this system cannot hold"},
    {PLAT_ERR_READ_ONLY, "read-only file system"},
    {PLAT_ERR_BUSY, "in use by another process"},
    {PLAT_ERR_TOO_LARGE, "too large"},
    {PLAT_ERR_IO, "input/output error"},
    {PLAT_ERR_UNSUPPORTED, "not supported here"},
};

const char *plat_error_text(int error)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].error == error)
            return texts[i].text;
    return "unknown error";
}

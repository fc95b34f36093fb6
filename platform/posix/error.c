/*
 * What errno values mean in the contract's terms.
 */
#include "os_error.h"

#include <errno.h>
#include <stddef.h>

#include "plat/error.h"

static const struct {
    int system_error;
    int error;
} meanings[] = {
    {ENOMEM, PLAT_ERR_NO_MEMORY},
    {ENOBUFS, PLAT_ERR_NO_MEMORY},
    {EINVAL, PLAT_ERR_INVALID},
    {EACCES, PLAT_ERR_ACCESS},
    {EPERM, PLAT_ERR_ACCESS},
    {EADDRINUSE, PLAT_ERR_IN_USE},
    {EADDRNOTAVAIL, PLAT_ERR_NO_ADDRESS},
    {ECONNREFUSED, PLAT_ERR_REFUSED},
    {ECONNRESET, PLAT_ERR_RESET},
    {ECONNABORTED, PLAT_ERR_RESET},
    {EPIPE, PLAT_ERR_RESET},
    {ENOTCONN, PLAT_ERR_RESET},
    {EPROTOTYPE, PLAT_ERR_RESET}, /* macOS: a send while the connection goes down */
    {ETIMEDOUT, PLAT_ERR_TIMED_OUT},
    {EHOSTUNREACH, PLAT_ERR_UNREACHABLE},
    {EHOSTDOWN, PLAT_ERR_UNREACHABLE},
    {ENETUNREACH, PLAT_ERR_UNREACHABLE},
    {ENETDOWN, PLAT_ERR_UNREACHABLE},
    {EAFNOSUPPORT, PLAT_ERR_UNREACHABLE},
    {EMFILE, PLAT_ERR_TOO_MANY_FILES},
    {ENFILE, PLAT_ERR_TOO_MANY_FILES},
    {ENOENT, PLAT_ERR_NOT_FOUND},
    {EEXIST, PLAT_ERR_EXISTS},
    {EISDIR, PLAT_ERR_NOT_FILE},
    {ENOTDIR, PLAT_ERR_NOT_FOLDER},
    {ELOOP, PLAT_ERR_LINK},
    {ENAMETOOLONG, PLAT_ERR_BAD_NAME},
    {EILSEQ, PLAT_ERR_BAD_NAME},
    {ENOSPC, PLAT_ERR_NO_SPACE},
    {EDQUOT, PLAT_ERR_NO_SPACE},
    {EROFS, PLAT_ERR_READ_ONLY},
    {EBUSY, PLAT_ERR_BUSY},
    {ETXTBSY, PLAT_ERR_BUSY},
    {EFBIG, PLAT_ERR_TOO_LARGE},
    {EIO, PLAT_ERR_IO},
    {ENOTSUP, PLAT_ERR_UNSUPPORTED},
    {EOPNOTSUPP, PLAT_ERR_UNSUPPORTED}, /* another value than ENOTSUP on some systems */
    {ENOSYS, PLAT_ERR_UNSUPPORTED},
};

int os_error(int system_error)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].system_error == system_error)
            return meanings[i].error;
    return PLAT_ERR_OTHER;
}

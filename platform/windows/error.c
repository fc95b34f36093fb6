/*
 * What the system's error numbers mean in the contract's terms.
 *
 * Win32's are below 10000 and Winsock's from there on, so one table has both. The same cause has
 * several numbers, by the layer that met it first: the file system, a network drive, the cache.
 */
#include "os_error.h"

#include "os_system.h"
#include "plat/error.h"

static const struct {
    unsigned long system_error;
    int error;
} meanings[] = {
    {ERROR_NOT_ENOUGH_MEMORY, PLAT_ERR_NO_MEMORY},
    {ERROR_OUTOFMEMORY, PLAT_ERR_NO_MEMORY},
    {ERROR_NO_SYSTEM_RESOURCES, PLAT_ERR_NO_MEMORY},
    {ERROR_COMMITMENT_LIMIT, PLAT_ERR_NO_MEMORY},
    {ERROR_INVALID_PARAMETER, PLAT_ERR_INVALID},
    {ERROR_ACCESS_DENIED, PLAT_ERR_ACCESS},
    {ERROR_PRIVILEGE_NOT_HELD, PLAT_ERR_ACCESS},
    {ERROR_NETWORK_ACCESS_DENIED, PLAT_ERR_ACCESS},
    {ERROR_CANT_ACCESS_FILE, PLAT_ERR_ACCESS},
    {ERROR_BROKEN_PIPE, PLAT_ERR_RESET},
    {ERROR_NO_DATA, PLAT_ERR_RESET}, /* writing to a pipe that nobody reads any more */
    {ERROR_NETNAME_DELETED, PLAT_ERR_RESET},
    /* "The semaphore timeout period has expired": a network drive that does not answer. */
    {ERROR_SEM_TIMEOUT, PLAT_ERR_TIMED_OUT},
    {ERROR_TOO_MANY_OPEN_FILES, PLAT_ERR_TOO_MANY_FILES},
    {ERROR_FILE_NOT_FOUND, PLAT_ERR_NOT_FOUND},
    {ERROR_PATH_NOT_FOUND, PLAT_ERR_NOT_FOUND},
    {ERROR_INVALID_DRIVE, PLAT_ERR_NOT_FOUND},
    {ERROR_NOT_READY, PLAT_ERR_NOT_FOUND}, /* a drive without a medium */
    {ERROR_BAD_NETPATH, PLAT_ERR_NOT_FOUND},
    {ERROR_BAD_NET_NAME, PLAT_ERR_NOT_FOUND},
    /* What the system says of a file that was removed while others still hold it open. */
    {ERROR_DELETE_PENDING, PLAT_ERR_NOT_FOUND},
    {ERROR_FILE_EXISTS, PLAT_ERR_EXISTS},
    {ERROR_ALREADY_EXISTS, PLAT_ERR_EXISTS},
    {ERROR_DISK_FULL, PLAT_ERR_NO_SPACE},
    {ERROR_HANDLE_DISK_FULL, PLAT_ERR_NO_SPACE},
    {1295, PLAT_ERR_NO_SPACE}, /* ERROR_DISK_QUOTA_EXCEEDED, which not every header has */
    {ERROR_NOT_ENOUGH_QUOTA, PLAT_ERR_NO_SPACE},
    /* "The directory name is invalid": a file stands where a folder is needed. */
    {ERROR_DIRECTORY, PLAT_ERR_NOT_FOLDER},
    {ERROR_CANT_RESOLVE_FILENAME, PLAT_ERR_LINK},
    {ERROR_INVALID_NAME, PLAT_ERR_BAD_NAME},
    {ERROR_BAD_PATHNAME, PLAT_ERR_BAD_NAME},
    {ERROR_FILENAME_EXCED_RANGE, PLAT_ERR_BAD_NAME},
    {ERROR_NO_UNICODE_TRANSLATION, PLAT_ERR_BAD_NAME},
    {ERROR_WRITE_PROTECT, PLAT_ERR_READ_ONLY},
    {ERROR_SHARING_VIOLATION, PLAT_ERR_BUSY},
    {ERROR_LOCK_VIOLATION, PLAT_ERR_BUSY},
    {ERROR_BUSY, PLAT_ERR_BUSY},
    {ERROR_USER_MAPPED_FILE, PLAT_ERR_BUSY},
    {ERROR_FILE_TOO_LARGE, PLAT_ERR_TOO_LARGE},
    {ERROR_CRC, PLAT_ERR_IO},
    {ERROR_SEEK, PLAT_ERR_IO},
    {ERROR_SECTOR_NOT_FOUND, PLAT_ERR_IO},
    {ERROR_READ_FAULT, PLAT_ERR_IO},
    {ERROR_WRITE_FAULT, PLAT_ERR_IO},
    {ERROR_GEN_FAILURE, PLAT_ERR_IO},
    {ERROR_IO_DEVICE, PLAT_ERR_IO},
    {ERROR_DISK_CORRUPT, PLAT_ERR_IO},
    {ERROR_FILE_CORRUPT, PLAT_ERR_IO},
    {ERROR_NOT_SUPPORTED, PLAT_ERR_UNSUPPORTED},
    {ERROR_INVALID_FUNCTION, PLAT_ERR_UNSUPPORTED},
    {ERROR_CALL_NOT_IMPLEMENTED, PLAT_ERR_UNSUPPORTED},
    {ERROR_BAD_EXE_FORMAT, PLAT_ERR_UNSUPPORTED},

    {WSAENOBUFS, PLAT_ERR_NO_MEMORY},
    {WSAEINVAL, PLAT_ERR_INVALID},
    {WSAEACCES, PLAT_ERR_ACCESS},
    {WSAEADDRINUSE, PLAT_ERR_IN_USE},
    {WSAEADDRNOTAVAIL, PLAT_ERR_NO_ADDRESS},
    {WSAECONNREFUSED, PLAT_ERR_REFUSED},
    {WSAECONNRESET, PLAT_ERR_RESET},
    {WSAECONNABORTED, PLAT_ERR_RESET},
    /* Keep-alive found that the peer is gone; of datagrams, that one's time to live is over. */
    {WSAENETRESET, PLAT_ERR_RESET},
    {WSAEDISCON, PLAT_ERR_RESET},
    {WSAESHUTDOWN, PLAT_ERR_RESET},
    {WSAENOTCONN, PLAT_ERR_RESET},
    {WSAETIMEDOUT, PLAT_ERR_TIMED_OUT},
    {WSAEHOSTUNREACH, PLAT_ERR_UNREACHABLE},
    {WSAENETUNREACH, PLAT_ERR_UNREACHABLE},
    {WSAENETDOWN, PLAT_ERR_UNREACHABLE},
    {WSAEHOSTDOWN, PLAT_ERR_UNREACHABLE},
    {WSAEAFNOSUPPORT, PLAT_ERR_UNREACHABLE}, /* an IPv6 address where there is no IPv6 */
    {WSAEMFILE, PLAT_ERR_TOO_MANY_FILES},
    {WSAEMSGSIZE, PLAT_ERR_TOO_LARGE},
    {WSAEOPNOTSUPP, PLAT_ERR_UNSUPPORTED},
};

/* Read from the front each time: errors are rare, and the table short. */
int os_error(unsigned long system_error)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].system_error == system_error)
            return meanings[i].error;
    return PLAT_ERR_OTHER;
}

int os_error_last(void)
{
    return os_error(GetLastError());
}

int os_error_socket(void)
{
    return os_error((unsigned long)WSAGetLastError());
}

/*
 * Files the Linux way.
 */
#include "os_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int64_t os_mtime_ns(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

int os_file_reserve(int fd, uint64_t size)
{
    int rc;
    do {
        rc = fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size);
    } while (rc < 0 && errno == EINTR);
    return rc;
}

int os_file_sync(int fd)
{
    int rc;
    do {
        rc = fsync(fd);
    } while (rc < 0 && errno == EINTR);
    return rc;
}

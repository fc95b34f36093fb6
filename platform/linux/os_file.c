/*
 * Files the Linux way.
 */
#include "os_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct timespec os_mtime(const struct stat *st)
{
    return st->st_mtim;
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

int os_folder_space(int fd, uint64_t *free_bytes)
{
    struct statvfs volume;
    if (fstatvfs(fd, &volume) < 0)
        return -1;
    *free_bytes = (uint64_t)volume.f_bavail * volume.f_frsize;
    return 0;
}

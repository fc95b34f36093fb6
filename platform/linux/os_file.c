/*
 * Files the Linux way.
 */
#include "os_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct timespec os_mtime(const struct stat *st)
{
    return st->st_mtim;
}

/* By reading the byte without waiting. Where that is not known or not done here, as by old kernels
 * and some file systems, all is taken to be at hand. Not every libc has preadv2. */
bool os_file_is_at_hand(int fd, uint64_t offset)
{
    enum { NO_WAIT = 8 }; /* RWF_NOWAIT */
    char byte;
    struct iovec place = {&byte, 1};
    long n = syscall(SYS_preadv2, fd, &place, 1L, (long)offset, (long)(offset >> 32), NO_WAIT);
    return n >= 0 || errno != EAGAIN;
}

void os_file_fetch(int fd, uint64_t offset, uint64_t size)
{
    (void)posix_fadvise(fd, (off_t)offset, (off_t)size, POSIX_FADV_WILLNEED);
}

/* Sending to nowhere reads the bytes and copies none. */
bool os_file_warm(int fd, uint64_t offset, uint64_t size)
{
    off_t at = (off_t)offset, end = (off_t)(offset + size);
    ssize_t n = 0;
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0)
        return false;
    while (at < end && (n = sendfile(nowhere, fd, &at, (size_t)(end - at))) > 0)
        continue;
    close(nowhere);
    return n >= 0;
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

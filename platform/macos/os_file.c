/*
 * Files the macOS way.
 */
#include "os_file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <unistd.h>

struct timespec os_mtime(const struct stat *st)
{
    return st->st_mtimespec;
}

bool os_file_is_at_hand(int fd, uint64_t offset)
{
    (void)fd;
    (void)offset;
    return true; /* the system does not tell */
}

bool os_file_warm(int fd, uint64_t offset, uint64_t size)
{
    (void)fd;
    (void)offset;
    (void)size;
    return false;
}

void os_file_fetch(int fd, uint64_t offset, uint64_t size)
{
    struct radvisory advice = {(off_t)offset, size < INT_MAX ? (int)size : INT_MAX};
    (void)fcntl(fd, F_RDADVISE, &advice);
}

/* The system counts from the end of what the file occupies already, and leaves its size alone. */
int os_file_reserve(int fd, uint64_t size)
{
    enum { BLOCK = 512 }; /* the unit of st_blocks, whatever the volume's own is */
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -1;
    off_t missing = (off_t)size - (off_t)st.st_blocks * BLOCK;
    if (missing <= 0)
        return 0;
    fstore_t wanted = {
        .fst_flags = F_ALLOCATEALL, .fst_posmode = F_PEOFPOSMODE, .fst_length = missing};
    return fcntl(fd, F_PREALLOCATE, &wanted) < 0 ? -1 : 0;
}

/* fsync alone leaves the bytes in the drive's own cache. Volumes that cannot empty that one, such
 * as network ones, do what they can. */
int os_file_sync(int fd)
{
    return fcntl(fd, F_FULLFSYNC) < 0 ? fsync(fd) : 0;
}

/* Not fstatvfs, which counts the blocks in 32 bits here. */
int os_folder_space(int fd, uint64_t *free_bytes)
{
    struct statfs volume;
    if (fstatfs(fd, &volume) < 0)
        return -1;
    *free_bytes = volume.f_bavail * volume.f_bsize;
    return 0;
}

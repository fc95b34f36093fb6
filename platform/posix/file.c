/*
 * Regular files below a folder.
 */
#include "plat/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "os_error.h"
#include "os_file.h"

_Static_assert(sizeof(off_t) == 8, "files may be larger than 2 GiB: _FILE_OFFSET_BITS=64");

/* A read or write of one call; the systems' own limits are near 2 GiB. */
enum { IO_MOST = 1 << 30 };

#define SECOND_NS INT64_C(1000000000)

/* A file may be of any year; the contract knows those from 1678 to 2261. */
static int64_t join_ns(struct timespec time)
{
    if (time.tv_sec >= INT64_MAX / SECOND_NS)
        return INT64_MAX;
    if (time.tv_sec < INT64_MIN / SECOND_NS)
        return INT64_MIN;
    return (int64_t)time.tv_sec * SECOND_NS + time.tv_nsec;
}

static struct timespec split_ns(int64_t ns)
{
    bool before_1970 = ns % SECOND_NS < 0;
    struct timespec time = {.tv_sec = (time_t)(ns / SECOND_NS - before_1970),
                            .tv_nsec = (long)(ns % SECOND_NS + before_1970 * SECOND_NS)};
    return time;
}

/* Of an open file, which is readable therefore. */
static void fill_info(const struct stat *st, struct plat_file_info *info)
{
    info->kind = S_ISREG(st->st_mode)   ? PLAT_KIND_FILE
                 : S_ISDIR(st->st_mode) ? PLAT_KIND_FOLDER
                                        : PLAT_KIND_OTHER;
    info->size = (uint64_t)st->st_size;
    info->mtime_ns = join_ns(os_mtime(st));
    info->readable = true;
    info->id = (uint64_t)st->st_ino;
    info->volume = (uint64_t)st->st_dev;
}

/* Asks the system, whose answer takes a call, only where not everybody may read it. */
static bool is_readable(int parent, const char *name, const struct stat *st)
{
    const mode_t all = S_IRUSR | S_IRGRP | S_IROTH;
    return (st->st_mode & all) == all || faccessat(parent, name, R_OK, AT_EACCESS) == 0;
}

int os_file_info_at(int parent, const char *name, struct plat_file_info *info)
{
    struct stat st;
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    fill_info(&st, info);
    info->readable = info->kind != PLAT_KIND_OTHER && is_readable(parent, name, &st);
    return 0;
}

int plat_file_check_name(const char *name)
{
    (void)name; /* which bytes and how many is the file system's affair */
    return 0;
}

int plat_file_look(struct plat_folder *folder, const char *name, struct plat_file_info *info)
{
    int parent;
    const char *last;
    int rc = os_open_parent(folder, name, &parent, &last);
    if (rc < 0)
        return rc;
    if (os_file_info_at(parent, last, info) < 0)
        rc = os_error(errno);
    os_close_parent(folder, parent);
    return rc;
}

static int refuse_unless_regular(const struct stat *st)
{
    if (S_ISREG(st->st_mode))
        return 0;
    return S_ISLNK(st->st_mode) ? PLAT_ERR_LINK : PLAT_ERR_NOT_FILE;
}

/* Looks before it opens, since opening a FIFO or a device has effects of its own, and looks again
 * at what was opened, since it may have been replaced in between. */
static int open_regular(int parent, const char *last, int flags, struct stat *st, int *out)
{
    int rc = 0;
    if (fstatat(parent, last, st, AT_SYMLINK_NOFOLLOW) == 0)
        rc = refuse_unless_regular(st);
    else if (errno != ENOENT || !(flags & O_CREAT))
        rc = os_error(errno);
    if (rc < 0)
        return rc;
    int fd = openat(parent, last, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0)
        return os_error(errno);
    rc = fstat(fd, st) < 0 ? os_error(errno) : refuse_unless_regular(st);
    if (rc < 0) {
        close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

static int open_below(struct plat_file *out, struct plat_folder *folder, const char *name,
                      int flags, struct stat *st)
{
    int parent, fd = -1;
    const char *last;
    int rc = os_open_parent(folder, name, &parent, &last);
    if (rc < 0)
        return rc;
    rc = open_regular(parent, last, flags, st, &fd);
    os_close_parent(folder, parent);
    if (rc == 0)
        out->handle = fd;
    return rc;
}

int plat_file_open(struct plat_file *out, struct plat_folder *folder, const char *name,
                   struct plat_file_info *info)
{
    struct stat st;
    int rc = open_below(out, folder, name, O_RDONLY, &st);
    if (rc == 0)
        fill_info(&st, info);
    return rc;
}

int plat_file_create(struct plat_file *out, struct plat_folder *folder, const char *name)
{
    struct stat st;
    return open_below(out, folder, name, O_RDWR | O_CREAT, &st);
}

void plat_file_close(struct plat_file file)
{
    if (file.handle >= 0)
        close((int)file.handle);
}

int plat_file_lock(struct plat_file file)
{
    if (flock((int)file.handle, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return errno == EWOULDBLOCK ? PLAT_ERR_BUSY : os_error(errno);
}

int plat_file_info(struct plat_file file, struct plat_file_info *info)
{
    struct stat st;
    if (fstat((int)file.handle, &st) < 0)
        return os_error(errno);
    fill_info(&st, info);
    return 0;
}

int plat_file_read(struct plat_file file, void *buffer, size_t size, uint64_t offset, size_t *got)
{
    ssize_t n;
    if (offset > INT64_MAX) /* no off_t; no file is that long either */
        return PLAT_END;
    do {
        n = pread((int)file.handle, buffer, size < IO_MOST ? size : IO_MOST, (off_t)offset);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return os_error(errno);
    *got = (size_t)n;
    return n == 0 ? PLAT_END : 0;
}

bool plat_file_is_at_hand(struct plat_file file, uint64_t end)
{
    return end == 0 || end - 1 > INT64_MAX || os_file_is_at_hand((int)file.handle, end - 1);
}

/* Reads and forgets. */
static void read_through(struct plat_file file, uint64_t offset, uint64_t size)
{
    char piece[64 * 1024];
    size_t got = 0;
    for (; size > 0; offset += got, size -= got)
        if (plat_file_read(file, piece, size < sizeof piece ? (size_t)size : sizeof piece, offset,
                           &got) != 0)
            return;
}

void plat_file_warm(struct plat_file file, uint64_t offset, uint64_t size, uint64_t ahead)
{
    if (offset > INT64_MAX || size > INT64_MAX - offset || ahead > INT64_MAX - offset - size)
        return;
    os_file_fetch((int)file.handle, offset, size + ahead);
    if (!os_file_warm((int)file.handle, offset, size))
        read_through(file, offset, size);
}

int plat_file_write(struct plat_file file, const void *data, size_t size, uint64_t offset)
{
    const char *at = data;
    if (offset > INT64_MAX || size > INT64_MAX - offset)
        return PLAT_ERR_TOO_LARGE;
    while (size > 0) {
        ssize_t n = pwrite((int)file.handle, at, size < IO_MOST ? size : IO_MOST, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return os_error(errno);
        at += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return 0;
}

int plat_file_resize(struct plat_file file, uint64_t size)
{
    if (size > INT64_MAX)
        return PLAT_ERR_TOO_LARGE;
    return ftruncate((int)file.handle, (off_t)size) < 0 ? os_error(errno) : 0;
}

int plat_file_reserve(struct plat_file file, uint64_t size)
{
    if (size > INT64_MAX)
        return PLAT_ERR_TOO_LARGE;
    if (size == 0 || os_file_reserve((int)file.handle, size) == 0)
        return 0;
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? os_error(errno) : 0;
}

int plat_file_set_time(struct plat_file file, int64_t mtime_ns)
{
    /* of the last reading, which stays, and of the last change */
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, split_ns(mtime_ns)};
    return futimens((int)file.handle, times) < 0 ? os_error(errno) : 0;
}

int plat_file_sync(struct plat_file file)
{
    return os_file_sync((int)file.handle) < 0 ? os_error(errno) : 0;
}

int plat_file_rename(struct plat_folder *folder, const char *from, const char *to)
{
    int from_parent, to_parent;
    const char *from_last, *to_last;
    struct stat st;
    int rc = os_open_parent(folder, from, &from_parent, &from_last);
    if (rc < 0)
        return rc;
    rc = os_open_parent(folder, to, &to_parent, &to_last);
    if (rc == 0) {
        if (fstatat(to_parent, to_last, &st, AT_SYMLINK_NOFOLLOW) == 0)
            rc = refuse_unless_regular(&st);
        if (rc == 0 && renameat(from_parent, from_last, to_parent, to_last) < 0)
            rc = os_error(errno);
        os_close_parent(folder, to_parent);
    }
    os_close_parent(folder, from_parent);
    return rc;
}

int plat_file_remove(struct plat_folder *folder, const char *name)
{
    int parent;
    const char *last;
    int rc = os_open_parent(folder, name, &parent, &last);
    if (rc < 0)
        return rc;
    if (unlinkat(parent, last, 0) < 0)
        rc = os_error(errno);
    os_close_parent(folder, parent);
    return rc;
}

/*
 * Regular files below a folder: looking at them, opening, reading, writing and locking them.
 *
 * All handles let everybody read, write, rename and remove the file meanwhile, which other systems
 * do by themselves; here the default would be to keep everyone else out.
 */
#include "plat/file.h"

#include <stdlib.h>

#include "os_error.h"
#include "os_path.h"
#include "os_place.h"

/* A read or write of one call; Windows counts in 32 bits. */
enum { IO_MOST = 1 << 30 };

static HANDLE handle_of(struct plat_file file)
{
    return (HANDLE)file.handle;
}

/* Where a read, a write or a lock is to be. Handles that are not overlapped take it too, and so
 * several threads can use one; the handle's own position, which they also move, is never used. */
static OVERLAPPED position(uint64_t offset)
{
    OVERLAPPED at = {0};
    at.Offset = (DWORD)offset;
    at.OffsetHigh = (DWORD)(offset >> 32);
    return at;
}

int plat_file_check_name(const char *name)
{
    return os_path_check(name);
}

/* Not by os_place_find, which does not tell a name in other letters' case from a missing one. */
int plat_file_look(struct plat_folder *folder, const char *name, struct plat_file_info *info)
{
    struct os_place place;
    wchar_t *path;
    int rc = os_path_below(&path, folder->path, name);
    if (rc < 0)
        return rc;
    rc = os_place_open(&place, folder, path, FILE_READ_ATTRIBUTES, OS_SHARE_ALL, OPEN_EXISTING);
    free(path);
    if (rc < 0)
        return rc;
    os_place_info(&place, info);
    CloseHandle(place.handle);
    return 0;
}

/* Folders and links come this far because everything is opened in one way; see os_place.c. */
static int keep_regular(struct plat_file *out, const struct os_place *place)
{
    bool is_folder = (place->info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    if (place->is_link || is_folder) {
        CloseHandle(place->handle);
        return place->is_link ? PLAT_ERR_LINK : PLAT_ERR_NOT_FILE;
    }
    out->handle = (intptr_t)place->handle;
    return 0;
}

/* For reading alone, so that what is read-only, or on a medium that is, can be served. */
int plat_file_open(struct plat_file *out, struct plat_folder *folder, const char *name,
                   struct plat_file_info *info)
{
    struct os_place place;
    int rc = os_place_find(&place, folder, name, GENERIC_READ);
    if (rc < 0)
        return rc;
    os_place_info(&place, info);
    return keep_regular(out, &place);
}

/* The parent is made sure of first, since a file made in the wrong place could not be unmade. */
static int create_at(struct plat_file *out, struct plat_folder *folder, const wchar_t *path)
{
    struct os_place place;
    HANDLE parent;
    int rc = os_place_parent(&parent, folder, path);
    if (rc < 0)
        return rc;
    rc = os_place_open(&place, folder, path, GENERIC_READ | GENERIC_WRITE, OS_SHARE_ALL,
                       OPEN_ALWAYS);
    CloseHandle(parent);
    return rc < 0 ? rc : keep_regular(out, &place);
}

/* OPEN_ALWAYS keeps what is there; a file that is read-only is denied, as it is elsewhere. */
int plat_file_create(struct plat_file *out, struct plat_folder *folder, const char *name)
{
    wchar_t *path;
    int rc = os_path_below(&path, folder->path, name);
    if (rc < 0)
        return rc;
    rc = create_at(out, folder, path);
    free(path);
    return rc;
}

/* -1 is Windows' invalid handle as well as the contract's PLAT_FILE_NONE. */
void plat_file_close(struct plat_file file)
{
    if (handle_of(file) != INVALID_HANDLE_VALUE)
        CloseHandle(handle_of(file));
}

/* Windows enforces locks: a locked byte can be read by nobody else. So the byte that is locked is
 * one that no file ever has. */
int plat_file_lock(struct plat_file file)
{
    OVERLAPPED last = position((uint64_t)INT64_MAX - 1);
    if (LockFileEx(handle_of(file), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
                   &last))
        return 0;
    return GetLastError() == ERROR_IO_PENDING ? PLAT_ERR_BUSY : os_error_last();
}

/* From the handle, not by the name, which may be another file's by now. */
int plat_file_info(struct plat_file file, struct plat_file_info *info)
{
    struct os_place place = {.handle = handle_of(file), .is_link = false};
    if (!GetFileInformationByHandle(place.handle, &place.info))
        return os_error_last();
    os_place_info(&place, info);
    return 0;
}

int plat_file_read(struct plat_file file, void *buffer, size_t size, uint64_t offset, size_t *got)
{
    OVERLAPPED at = position(offset);
    DWORD n = 0;
    if (offset > INT64_MAX)
        return PLAT_END;
    /* At a position, unlike without one, reading at the end is an error. */
    if (!ReadFile(handle_of(file), buffer, size < IO_MOST ? (DWORD)size : IO_MOST, &n, &at))
        return GetLastError() == ERROR_HANDLE_EOF ? PLAT_END : os_error_last();
    *got = n;
    return n == 0 ? PLAT_END : 0;
}

bool plat_file_is_at_hand(struct plat_file file, uint64_t end)
{
    (void)file;
    (void)end;
    return true; /* the system does not tell */
}

/* Nothing is taken to be cold here, so nobody asks for it. */
void plat_file_warm(struct plat_file file, uint64_t offset, uint64_t size, uint64_t ahead)
{
    (void)file;
    (void)offset;
    (void)size;
    (void)ahead;
}

/* The loop is for sizes of more than one call; a disk takes all of each, or fails. */
int plat_file_write(struct plat_file file, const void *data, size_t size, uint64_t offset)
{
    const char *bytes = data;
    if (offset > INT64_MAX || size > (uint64_t)INT64_MAX - offset)
        return PLAT_ERR_TOO_LARGE;
    while (size > 0) {
        OVERLAPPED at = position(offset);
        DWORD n = 0;
        if (!WriteFile(handle_of(file), bytes, size < IO_MOST ? (DWORD)size : IO_MOST, &n, &at))
            return os_error_last();
        bytes += n;
        offset += n;
        size -= n;
    }
    return 0;
}

/* Not by SetEndOfFile, which cuts at the handle's own position. */
int plat_file_resize(struct plat_file file, uint64_t size)
{
    FILE_END_OF_FILE_INFO end;
    if (size > INT64_MAX)
        return PLAT_ERR_TOO_LARGE;
    end.EndOfFile.QuadPart = (LONGLONG)size;
    if (SetFileInformationByHandle(handle_of(file), FileEndOfFileInfo, &end, sizeof end))
        return 0;
    /* The size was not a sensible one to this file system. */
    int rc = os_error_last();
    return rc == PLAT_ERR_INVALID ? PLAT_ERR_TOO_LARGE : rc;
}

/* An allocation below the file's size would cut the file, so it only ever grows. */
int plat_file_reserve(struct plat_file file, uint64_t size)
{
    FILE_STANDARD_INFO now;
    FILE_ALLOCATION_INFO wanted;
    if (size > INT64_MAX)
        return PLAT_ERR_TOO_LARGE;
    if (!GetFileInformationByHandleEx(handle_of(file), FileStandardInfo, &now, sizeof now) ||
        size <= (uint64_t)now.EndOfFile.QuadPart || size <= (uint64_t)now.AllocationSize.QuadPart)
        return 0;
    wanted.AllocationSize.QuadPart = (LONGLONG)size;
    if (SetFileInformationByHandle(handle_of(file), FileAllocationInfo, &wanted, sizeof wanted))
        return 0;
    int rc = os_error_last();
    return rc == PLAT_ERR_NO_SPACE || rc == PLAT_ERR_TOO_LARGE ? rc : 0;
}

/* When it was made and when it was last read stay as they are. */
int plat_file_set_time(struct plat_file file, int64_t mtime_ns)
{
    uint64_t file_time = os_place_file_time(mtime_ns);
    FILETIME changed = {(DWORD)file_time, (DWORD)(file_time >> 32)};
    return SetFileTime(handle_of(file), NULL, NULL, &changed) ? 0 : os_error_last();
}

/* The handle must be one for writing. It reaches the disk's own cache and beyond. */
int plat_file_sync(struct plat_file file)
{
    return FlushFileBuffers(handle_of(file)) ? 0 : os_error_last();
}

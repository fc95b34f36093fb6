/*
 * Renaming files and removing them.
 *
 * Both first ask in the way of POSIX, by which a name is free at once though somebody has the file
 * open; Windows 10 knows it, on NTFS. Elsewhere follows the old way, which such a file makes fail.
 */
#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_path.h"
#include "os_place.h"

/* Newer than some compilers' headers; the numbers and layouts are documented and fixed. */
enum {
    DISPOSITION_INFO_EX = 21,
    DISPOSITION_DELETE = 1,
    DISPOSITION_POSIX = 2,
    DISPOSITION_EVEN_READ_ONLY = 16,
    RENAME_INFO_EX = 22,
    RENAME_REPLACE = 1,
    RENAME_POSIX = 2
};

/* FILE_RENAME_INFO with the flags, which took the place of a BOOLEAN. */
struct rename_info {
    DWORD flags;
    HANDLE root;
    DWORD name_bytes;
    WCHAR name[1];
};

/* Virus scanners and indexers open a file the moment it is closed, without sharing, and let go of
 * it soon. So a denied rename is tried again for about half a second. */
enum { RETRIES = 8, RETRY_FIRST_MS = 2 };

/* All three are also said where it will never be allowed; then half a second is lost. */
static bool is_transient(DWORD error)
{
    return error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION ||
           error == ERROR_LOCK_VIOLATION;
}

/* Any failure is left to the other way to explain, whose errors are known better: file systems
 * without this one answer with whatever comes to their mind. */
static bool rename_posix(HANDLE handle, const wchar_t *to)
{
    size_t name_bytes = wcslen(to) * sizeof *to;
    size_t size = sizeof(struct rename_info) + name_bytes;
    struct rename_info *info = calloc(1, size);
    if (!info)
        return false;
    info->flags = RENAME_REPLACE | RENAME_POSIX;
    info->name_bytes = (DWORD)name_bytes;
    memcpy(info->name, to, name_bytes);
    bool done = SetFileInformationByHandle(handle, (FILE_INFO_BY_HANDLE_CLASS)RENAME_INFO_EX, info,
                                           (DWORD)size) != 0;
    free(info);
    return done;
}

/* The old way, which fails where anybody holds the target open. */
static int rename_by_path(const wchar_t *from, const wchar_t *to)
{
    /* Write-through: when it returns, the disk knows, as it knew the contents before. */
    const DWORD flags = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
    DWORD pause_ms = RETRY_FIRST_MS;
    for (int tries = 0;; tries++, pause_ms *= 2) {
        if (MoveFileExW(from, to, flags))
            return 0;
        if (tries == RETRIES || !is_transient(GetLastError()))
            return os_error_last();
        Sleep(pause_ms);
    }
}

/* What is at the new name may be replaced if it is a regular file of just this name, or the very
 * file that is renamed (from "a" to "A"). */
static int check_target(const struct plat_folder *folder, const wchar_t *to,
                        const struct os_place *from)
{
    struct os_place place;
    int rc = os_place_open(&place, folder, to, FILE_READ_ATTRIBUTES, OS_SHARE_ALL, OPEN_EXISTING);
    if (rc == PLAT_ERR_NOT_FOUND)
        return 0;
    if (rc == PLAT_ERR_EXISTS) {
        HANDLE other = CreateFileW(to, FILE_READ_ATTRIBUTES, OS_SHARE_ALL, NULL, OPEN_EXISTING,
                                   FILE_FLAG_OPEN_REPARSE_POINT, NULL);
        if (other == INVALID_HANDLE_VALUE)
            return rc;
        place.handle = other;
        if (GetFileInformationByHandle(other, &place.info) &&
            place.info.nFileIndexHigh == from->info.nFileIndexHigh &&
            place.info.nFileIndexLow == from->info.nFileIndexLow)
            rc = 0;
    } else if (rc == 0 && place.is_link) {
        rc = PLAT_ERR_LINK;
    } else if (rc == 0 && place.info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
        rc = PLAT_ERR_NOT_FILE;
    } else if (rc < 0) {
        return rc;
    }
    CloseHandle(place.handle);
    return rc;
}

/* The handle to the file is closed before the old way is taken, which opens it itself; and the one
 * to the new folder after it, so that the name cannot come to lie elsewhere meanwhile. */
static int rename_paths(const struct plat_folder *folder, const wchar_t *from, const wchar_t *to)
{
    struct os_place place;
    HANDLE parent;
    int rc = os_place_open(&place, folder, from, DELETE | FILE_READ_ATTRIBUTES, OS_SHARE_ALL,
                           OPEN_EXISTING);
    if (rc < 0)
        return rc == PLAT_ERR_EXISTS ? PLAT_ERR_NOT_FOUND : rc;
    rc = os_place_parent(&parent, folder, to);
    if (rc == 0) {
        rc = check_target(folder, to, &place);
        bool done = rc == 0 && rename_posix(place.handle, to);
        CloseHandle(place.handle);
        if (rc == 0 && !done)
            rc = rename_by_path(from, to);
        CloseHandle(parent);
    } else {
        CloseHandle(place.handle);
    }
    return rc;
}

int plat_file_rename(struct plat_folder *folder, const char *from, const char *to)
{
    wchar_t *from_path = NULL, *to_path = NULL;
    int rc = os_path_below(&from_path, folder->path, from);
    if (rc == 0)
        rc = os_path_below(&to_path, folder->path, to);
    if (rc == 0)
        rc = rename_paths(folder, from_path, to_path);
    free(from_path);
    free(to_path);
    return rc;
}

/* Of a link, the link is removed. Read-only files are removed as on other systems, where that is
 * the folder's business. */
int plat_file_remove(struct plat_folder *folder, const char *name)
{
    struct os_place place;
    DWORD flags = DISPOSITION_DELETE | DISPOSITION_POSIX | DISPOSITION_EVEN_READ_ONLY;
    FILE_DISPOSITION_INFO plain = {TRUE};
    int rc = os_place_find(&place, folder, name, DELETE | FILE_READ_ATTRIBUTES);
    if (rc < 0)
        return rc;
    if (!place.is_link && place.info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        rc = PLAT_ERR_NOT_FILE;
    else if (!SetFileInformationByHandle(place.handle,
                                         (FILE_INFO_BY_HANDLE_CLASS)DISPOSITION_INFO_EX, &flags,
                                         sizeof flags) &&
             !SetFileInformationByHandle(place.handle, FileDispositionInfo, &plain, sizeof plain))
        rc = os_error_last();
    CloseHandle(place.handle);
    return rc;
}

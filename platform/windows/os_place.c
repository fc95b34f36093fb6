/*
 * Opening what a name below a folder stands for, and asking the system where that is.
 *
 * First to check and then to open would leave a moment for somebody to put a link in between; what
 * is open stays what it is.
 */
#include "os_place.h"

#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_path.h"

enum { PLACE_GUESS = 300 }; /* UTF-16 units */

/* FILETIME counts tenths of microseconds from 1601. */
#define UNIX_EPOCH_TICKS INT64_C(116444736000000000)

int64_t os_place_unix_ns(uint64_t file_time)
{
    int64_t ticks = (int64_t)file_time - UNIX_EPOCH_TICKS;
    /* A file may be of any year; the contract knows those up to 2261. */
    return ticks > INT64_MAX / 100 ? INT64_MAX : ticks * 100;
}

uint64_t os_place_file_time(int64_t unix_ns)
{
    int64_t ticks = unix_ns / 100 - (unix_ns % 100 < 0); /* rounded down before 1970, too */
    return (uint64_t)(ticks + UNIX_EPOCH_TICKS);
}

static uint64_t join_halves(DWORD high, DWORD low)
{
    return (uint64_t)high << 32 | low;
}

/* The number of a file is of 64 bits in two halves. ReFS has longer ones, of which this is a part
 * that still differs nearly always. */
void os_place_info(const struct os_place *place, struct plat_file_info *info)
{
    const BY_HANDLE_FILE_INFORMATION *known = &place->info;
    bool is_folder = (known->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    info->kind = place->is_link ? PLAT_KIND_OTHER : is_folder ? PLAT_KIND_FOLDER : PLAT_KIND_FILE;
    info->size = is_folder ? 0 : join_halves(known->nFileSizeHigh, known->nFileSizeLow);
    info->mtime_ns = os_place_unix_ns(
        join_halves(known->ftLastWriteTime.dwHighDateTime, known->ftLastWriteTime.dwLowDateTime));
    info->readable = true; /* an access list is only tried by opening */
    info->id = join_halves(known->nFileIndexHigh, known->nFileIndexLow);
    info->volume = known->dwVolumeSerialNumber;
}

/* The system asks the whole way up to the volume, so this rather guesses a size than asks twice. */
int os_place_of(wchar_t **out, HANDLE handle, DWORD kind)
{
    wchar_t *place = NULL;
    DWORD size = PLACE_GUESS, length = PLACE_GUESS;
    while (length >= size) {
        size = length + 1;
        free(place);
        place = malloc((size_t)size * sizeof *place);
        if (!place)
            return PLAT_ERR_NO_MEMORY;
        length = GetFinalPathNameByHandleW(handle, place, size, kind);
    }
    if (length == 0) {
        int rc = os_error_last();
        free(place);
        return rc;
    }
    while (length > 0 && place[length - 1] == L'\\')
        length--;
    place[length] = L'\0';
    *out = place;
    return 0;
}

/* A reparse point that stands for another name; others only keep a file's bytes in another way
 * (deduplicated, in a cloud) and are what they seem. */
static bool is_name_link(DWORD attributes, DWORD tag)
{
    return (attributes & FILE_ATTRIBUTE_REPARSE_POINT) && IsReparseTagNameSurrogate(tag);
}

/* What is wrong with one part of a path: 0 if nothing. path is cut behind the part. Searching tells
 * the name as the folder has it; it cannot find several, as names with patterns are refused. */
static int check_part(const wchar_t *path, const wchar_t *part, bool is_last)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return PLAT_ERR_NOT_FOUND;
    FindClose(search);
    if (wcscmp(found.cFileName, part) != 0)
        return PLAT_ERR_EXISTS;
    if (is_last)
        return 0;
    if (is_name_link(found.dwFileAttributes, found.dwReserved0))
        return PLAT_ERR_LINK;
    return found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? 0 : PLAT_ERR_NOT_FOLDER;
}

/* Goes down the path part by part. 0 where each is what its name says, or the first error. */
static int walk(const struct plat_folder *folder, const wchar_t *path)
{
    size_t size = (wcslen(path) + 1) * sizeof *path;
    wchar_t *copy = malloc(size);
    if (!copy)
        return PLAT_ERR_NO_MEMORY;
    memcpy(copy, path, size);
    int rc = 0;
    for (wchar_t *part = copy + wcslen(folder->path) + 1; part && rc == 0;) {
        wchar_t *end = wcschr(part, L'\\');
        if (end)
            *end = L'\0';
        rc = check_part(copy, part, end == NULL);
        if (end)
            *end = L'\\';
        part = end ? end + 1 : NULL;
    }
    free(copy);
    return rc;
}

/* Why a path leads nowhere or elsewhere. */
static int blame(const struct plat_folder *folder, const wchar_t *path)
{
    int rc = walk(folder, path);
    return rc != 0 ? rc : PLAT_ERR_NOT_FOUND; /* it has come or gone meanwhile */
}

/* By their bytes: a name in other upper and lower case is another name, as on other systems. */
static bool is_same_place(const struct plat_folder *folder, const wchar_t *path,
                          const wchar_t *place)
{
    const wchar_t *name = path + wcslen(folder->path); /* with its backslash */
    size_t before = wcslen(folder->place);
    return wcsncmp(place, folder->place, before) == 0 && wcscmp(place + before, name) == 0;
}

/* 0, or why the handle is of something elsewhere. Some file systems, those of networks and of
 * emulators, cannot tell the place of each file; there the names themselves are looked at. */
static int check_place(HANDLE handle, const struct plat_folder *folder, const wchar_t *path)
{
    wchar_t *place;
    int rc = os_place_of(&place, handle, VOLUME_NAME_NONE);
    if (rc < 0)
        return rc == PLAT_ERR_NO_MEMORY ? rc : walk(folder, path);
    bool same = is_same_place(folder, path, place);
    free(place);
    return same ? 0 : blame(folder, path);
}

/* Looks at what was opened. PLAT_AGAIN: it is to be opened in the usual way after all. */
static int inspect(struct os_place *place, const struct plat_folder *folder, const wchar_t *path,
                   bool in_usual_way)
{
    FILE_ATTRIBUTE_TAG_INFO tag = {0, 0};
    if (GetFileType(place->handle) != FILE_TYPE_DISK)
        return PLAT_ERR_NOT_FILE;
    if (!GetFileInformationByHandle(place->handle, &place->info))
        return os_error_last();
    if (place->info.dwVolumeSerialNumber != folder->volume)
        return blame(folder, path);
    place->is_link = false;
    if (place->info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) {
        if (!GetFileInformationByHandleEx(place->handle, FileAttributeTagInfo, &tag, sizeof tag))
            return os_error_last();
        place->is_link = is_name_link(tag.FileAttributes, tag.ReparseTag);
        if (!place->is_link && !in_usual_way)
            return PLAT_AGAIN;
    }
    bool is_folder_itself = path[wcslen(folder->path) + 1] == L'\0';
    return is_folder_itself ? 0 : check_place(place->handle, folder, path);
}

/* No security attributes: what is made has its folder's access list, and is not inherited. */
static HANDLE create(const wchar_t *path, DWORD access, DWORD share, DWORD disposition, DWORD flags)
{
    /* Backup semantics: without it a folder fails with "access denied" and cannot be told from a
     * file that is denied. */
    return CreateFileW(path, access, share, NULL, disposition,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_ATTRIBUTE_NORMAL | flags, NULL);
}

/* Opened as a link first, so that a link is told and not followed. Where it proves to be a reparse
 * point of another kind, a second opening lets the file system do what is due. */
int os_place_open(struct os_place *place, const struct plat_folder *folder, const wchar_t *path,
                  DWORD access, DWORD share, DWORD disposition)
{
    const wchar_t *name = path + wcslen(folder->path) + 1;
    int rc = PLAT_AGAIN;
    for (int usual = 0; usual < 2 && rc == PLAT_AGAIN; usual++) {
        DWORD flags = usual ? 0 : FILE_FLAG_OPEN_REPARSE_POINT;
        place->handle = create(path, access, share, disposition, flags);
        if (place->handle == INVALID_HANDLE_VALUE) {
            rc = os_error_last();
            return rc == PLAT_ERR_NOT_FOUND && wcschr(name, L'\\') ? blame(folder, path) : rc;
        }
        rc = inspect(place, folder, path, usual != 0);
        if (rc != 0)
            CloseHandle(place->handle);
    }
    return rc;
}

/* A file that is there in other letters is not the one that was asked for. */
int os_place_find(struct os_place *place, const struct plat_folder *folder, const char *name,
                  DWORD access)
{
    wchar_t *path;
    int rc = os_path_below(&path, folder->path, name);
    if (rc < 0)
        return rc;
    rc = os_place_open(place, folder, path, access, OS_SHARE_ALL, OPEN_EXISTING);
    free(path);
    return rc == PLAT_ERR_EXISTS ? PLAT_ERR_NOT_FOUND : rc;
}

/* Without FILE_SHARE_DELETE: while the handle is open, nobody can rename the folder or remove it.
 */
int os_place_parent(HANDLE *out, const struct plat_folder *folder, const wchar_t *path)
{
    struct os_place place;
    size_t at = wcslen(path);
    size_t base = wcslen(folder->path);
    while (at > base && path[at] != L'\\')
        at--;
    /* The folder itself is opened with its final backslash, for it may be a volume's root. */
    size_t length = at > base ? at : base + 1;
    wchar_t *parent = malloc((length + 1) * sizeof *parent);
    if (!parent)
        return PLAT_ERR_NO_MEMORY;
    wmemcpy(parent, path, length);
    parent[length] = L'\0';
    int rc = os_place_open(&place, folder, parent, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES,
                           FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING);
    free(parent);
    if (rc < 0)
        return rc;
    if (place.is_link || !(place.info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
        CloseHandle(place.handle);
        return place.is_link ? PLAT_ERR_LINK : PLAT_ERR_NOT_FOLDER;
    }
    *out = place.handle;
    return 0;
}

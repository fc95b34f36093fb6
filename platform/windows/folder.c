/*
 * Folders: opening them, making those that are missing, the space that is left.
 *
 * A handle to a folder cannot be built upon here as openat does, so an open folder is its full
 * path, and what is opened below it is asked for its place afterwards (os_place.h).
 */
#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_path.h"
#include "os_place.h"

/* Behind a drive's colon too: "C:name" is in the folder that is current on that drive. */
size_t plat_path_last(const char *path)
{
    size_t last = 0;
    for (size_t i = 0; path[i]; i++)
        if (strchr("/\\:", path[i]))
            last = i + 1;
    return last;
}

/* Where the parts of a full path begin: behind \\?\C:\ or \\?\UNC\server\share\. */
static wchar_t *skip_root(wchar_t *path)
{
    int backslashes = wcsncmp(path, L"\\\\?\\UNC\\", 8) == 0 ? 6 : 4;
    for (; *path; path++)
        if (*path == L'\\' && --backslashes == 0)
            return path + 1;
    return path;
}

/* Anything that is there and no folder, links to nothing included. */
static bool is_file(const wchar_t *path)
{
    DWORD attributes = GetFileAttributesW(path);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

/* Whoever makes it first, it is there. CreateDirectoryW gives it its parent's access list. */
static int make_one(const wchar_t *path, bool *made)
{
    *made = CreateDirectoryW(path, NULL) != 0;
    if (*made)
        return 0;
    int rc = os_error_last();
    if (rc != PLAT_ERR_EXISTS)
        return rc;
    return is_file(path) ? PLAT_ERR_NOT_FOLDER : 0;
}

/* Makes the missing folders of a full path; *made is whether the last one was. */
static int make_path(wchar_t *path, bool *made)
{
    for (wchar_t *at = skip_root(path);; at++) {
        if (*at != L'\\' && *at != L'\0')
            continue;
        wchar_t cut = *at;
        *at = L'\0';
        int rc = make_one(path, made);
        *at = cut;
        /* One on the way may be denied though it is there; the last one tells. */
        if (cut == L'\0')
            return rc;
        if (rc < 0 && rc != PLAT_ERR_ACCESS)
            return rc;
    }
}

/* Whether a part of the full path is a file. The system's error is the same for "not there" and for
 * "below a file", and the contract tells them apart. */
static bool has_file(wchar_t *path)
{
    bool found = false;
    for (wchar_t *at = skip_root(path); !found; at++) {
        if (*at != L'\\' && *at != L'\0')
            continue;
        wchar_t cut = *at;
        *at = L'\0';
        found = is_file(path);
        *at = cut;
        if (cut == L'\0')
            break;
    }
    return found;
}

/* FILE_FLAG_BACKUP_SEMANTICS is what opens folders at all; it needs no privilege for that. */
static HANDLE open_folder(const wchar_t *path)
{
    return CreateFileW(path, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES, OS_SHARE_ALL, NULL,
                       OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
}

/* Fills the folder from its open handle: its place is what os_place.c compares with. */
static int describe(struct plat_folder *folder, HANDLE handle)
{
    BY_HANDLE_FILE_INFORMATION info;
    wchar_t *path;
    if (!GetFileInformationByHandle(handle, &info))
        return os_error_last();
    if (!(info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
        return PLAT_ERR_NOT_FOLDER;
    folder->volume = info.dwVolumeSerialNumber;
    int rc = os_place_of(&folder->place, handle, VOLUME_NAME_NONE);
    if (rc < 0)
        return rc;
    /* From now on by the path that no link is part of; a volume without a letter has none. */
    if (os_place_of(&path, handle, VOLUME_NAME_DOS) == 0) {
        free(folder->path);
        folder->path = path;
    }
    return 0;
}

/* Opens it, and makes it only where it is missing, for a folder that is there may be one that we
 * could not make: a share, or one below a folder that is denied to us. */
static int open_path(struct plat_folder *folder, bool make, bool *made)
{
    wchar_t *root;
    /* With a final backslash, since a volume's root is opened by nothing else. */
    int rc = os_path_below(&root, folder->path, "");
    if (rc < 0)
        return rc;
    HANDLE handle = open_folder(root);
    rc = handle == INVALID_HANDLE_VALUE ? os_error_last() : 0;
    if (rc == PLAT_ERR_NOT_FOUND && make) {
        rc = make_path(folder->path, made);
        handle = rc == 0 ? open_folder(root) : INVALID_HANDLE_VALUE;
        if (rc == 0 && handle == INVALID_HANDLE_VALUE)
            rc = os_error_last();
    }
    /* "file.txt\" is a wrong name to the system, or not there. */
    if ((rc == PLAT_ERR_BAD_NAME || rc == PLAT_ERR_NOT_FOUND) && has_file(folder->path))
        rc = PLAT_ERR_NOT_FOLDER;
    free(root);
    if (rc < 0)
        return rc;
    rc = describe(folder, handle);
    CloseHandle(handle);
    return rc;
}

/* The handle is not kept: an open handle would keep others from renaming what is above the folder.
 */
int plat_folder_open(struct plat_folder **out, const char *path, bool make, bool *made)
{
    bool ignored;
    if (!made)
        made = &ignored;
    *made = false;
    struct plat_folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return PLAT_ERR_NO_MEMORY;
    int rc = os_path_full(&folder->path, path);
    if (rc == 0)
        rc = open_path(folder, make, made);
    if (rc < 0)
        plat_folder_close(folder);
    else
        *out = folder;
    return rc;
}

/* Also of one that was opened halfway. */
void plat_folder_close(struct plat_folder *folder)
{
    if (!folder)
        return;
    free(folder->path);
    free(folder->place);
    free(folder);
}

int plat_folder_space(struct plat_folder *folder, uint64_t *free_bytes)
{
    ULARGE_INTEGER ours;
    wchar_t *root;
    /* With a final backslash, without which a share's folder is refused. */
    int rc = os_path_below(&root, folder->path, "");
    if (rc < 0)
        return rc;
    rc = GetDiskFreeSpaceExW(root, &ours, NULL, NULL) ? 0 : os_error_last();
    free(root);
    if (rc == 0)
        *free_bytes = ours.QuadPart;
    return rc;
}

/* Each part is made only where its parent's place is sure. */
static int make_below(struct plat_folder *folder, wchar_t *path)
{
    for (wchar_t *at = path + wcslen(folder->path) + 1; *at; at++) {
        HANDLE parent;
        bool made;
        if (*at != L'\\')
            continue;
        *at = L'\0';
        int rc = os_place_parent(&parent, folder, path);
        if (rc == 0) {
            rc = make_one(path, &made);
            CloseHandle(parent);
        }
        *at = L'\\';
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* The last look is for a name without any folder in it, and for what happened since. */
int plat_folder_make_parents(struct plat_folder *folder, const char *name)
{
    wchar_t *path;
    HANDLE parent = NULL;
    int rc = os_path_below(&path, folder->path, name);
    if (rc < 0)
        return rc;
    rc = make_below(folder, path);
    if (rc == 0)
        rc = os_place_parent(&parent, folder, path);
    if (rc == 0)
        CloseHandle(parent);
    free(path);
    return rc;
}

/* The path that was given at the opening may have had a link in it; ours has none. Here a folder is
 * its path, so that another one which takes the path takes its place as well. */
bool plat_folder_is_at(const struct plat_folder *folder, const char *path)
{
    DWORD attributes = GetFileAttributesW(folder->path);
    (void)path;
    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

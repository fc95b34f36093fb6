/*
 * The entries of a folder, with what is true of each at this moment.
 *
 * They come by the hundred, with sizes and times; but NTFS only copies these into the folder when a
 * file is closed, and through one of its names if it has several. So each regular file is asked
 * itself, and what the folder says of it is only the answer where it cannot be.
 */
#include "plat/file.h"

#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_path.h"
#include "os_place.h"
#include "os_wide.h"

enum { BUFFER_SIZE = 64 * 1024, PART_MOST = 255, NAME_SIZE = PART_MOST * 3 + 1 };

struct plat_listing {
    HANDLE handle;
    wchar_t *path; /* of the folder, with a final backslash and room for one name */
    wchar_t *path_end;
    DWORD volume;
    const FILE_ID_BOTH_DIR_INFO *next; /* NULL: ask the system */
    bool ended;
    char name[NAME_SIZE];
    LONGLONG buffer[BUFFER_SIZE / sizeof(LONGLONG)]; /* the entries are aligned to 8 bytes */
};

/* The path is kept with room for a name behind it, for open_entry to use again and again. */
static int make_path(struct plat_listing *listing, const struct plat_folder *folder,
                     const char *name)
{
    wchar_t *path;
    int rc = os_path_below(&path, folder->path, name);
    if (rc < 0)
        return rc;
    size_t length = wcslen(path);
    listing->path = malloc((length + 1 + PART_MOST + 1) * sizeof *path);
    if (listing->path) {
        wmemcpy(listing->path, path, length);
        if (*name)
            listing->path[length++] = L'\\';
        listing->path_end = listing->path + length;
    }
    free(path);
    return listing->path ? 0 : PLAT_ERR_NO_MEMORY;
}

/* The folder itself may be reached through a link, as its owner chose it; what lies below may not.
 */
static int find(struct plat_listing *listing, const struct plat_folder *folder, const char *name)
{
    struct os_place place;
    int rc = os_place_find(&place, folder, name, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES);
    if (rc < 0)
        return rc;
    listing->handle = place.handle;
    listing->volume = place.info.dwVolumeSerialNumber;
    if (place.is_link && *name)
        return PLAT_ERR_LINK;
    return place.info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? 0 : PLAT_ERR_NOT_FOLDER;
}

/* Not calloc: the buffer is large, and the system fills what is read of it. */
int plat_listing_open(struct plat_listing **out, struct plat_folder *folder, const char *name)
{
    struct plat_listing *listing = malloc(sizeof *listing);
    if (!listing)
        return PLAT_ERR_NO_MEMORY;
    listing->handle = INVALID_HANDLE_VALUE;
    listing->path = NULL;
    listing->next = NULL;
    listing->ended = false;
    int rc = find(listing, folder, name);
    if (rc == 0)
        rc = make_path(listing, folder, name);
    if (rc < 0)
        plat_listing_close(listing);
    else
        *out = listing;
    return rc;
}

/* Also of one that was opened halfway. */
void plat_listing_close(struct plat_listing *listing)
{
    if (!listing)
        return;
    if (listing->handle != INVALID_HANDLE_VALUE)
        CloseHandle(listing->handle);
    free(listing->path);
    free(listing);
}

/* Asks for as many entries as fit. The handle remembers how far it is. */
static int fetch(struct plat_listing *listing)
{
    if (listing->ended)
        return PLAT_END;
    if (GetFileInformationByHandleEx(listing->handle, FileIdBothDirectoryInfo, listing->buffer,
                                     sizeof listing->buffer)) {
        listing->next = (const FILE_ID_BOTH_DIR_INFO *)(const void *)listing->buffer;
        return 0;
    }
    DWORD error = GetLastError();
    /* An empty volume's root has not even "." and "..": there nothing is found. */
    listing->ended = error == ERROR_NO_MORE_FILES || error == ERROR_FILE_NOT_FOUND;
    if (!listing->ended)
        return PLAT_ERR_IO;
    return PLAT_END;
}

/* Offsets count from the entry itself; 0 is the buffer's last one. */
static const FILE_ID_BOTH_DIR_INFO *take(struct plat_listing *listing)
{
    const FILE_ID_BOTH_DIR_INFO *entry = listing->next;
    const void *after = (const char *)entry + entry->NextEntryOffset;
    listing->next = entry->NextEntryOffset ? after : NULL;
    return entry;
}

static void describe(const struct plat_listing *listing, const FILE_ID_BOTH_DIR_INFO *entry,
                     struct plat_file_info *info)
{
    DWORD attributes = entry->FileAttributes;
    /* Of a reparse point, the field for extended attributes holds the tag. */
    bool is_link =
        (attributes & FILE_ATTRIBUTE_REPARSE_POINT) && IsReparseTagNameSurrogate(entry->EaSize);
    bool is_folder = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    info->kind = is_link ? PLAT_KIND_OTHER : is_folder ? PLAT_KIND_FOLDER : PLAT_KIND_FILE;
    info->size = is_folder ? 0 : (uint64_t)entry->EndOfFile.QuadPart;
    info->mtime_ns = os_place_unix_ns((uint64_t)entry->LastWriteTime.QuadPart);
    info->readable = true;
    info->id = (uint64_t)entry->FileId.QuadPart;
    info->volume = listing->volume;
}

/* Without any access right, the file opens whoever else has it open, and virus scanners and cloud
 * storage do not take it for a reading. */
static HANDLE open_entry(const struct plat_listing *listing, const FILE_ID_BOTH_DIR_INFO *entry)
{
    size_t length = entry->FileNameLength / sizeof entry->FileName[0];
    wmemcpy(listing->path_end, entry->FileName, length);
    listing->path_end[length] = L'\0';
    return CreateFileW(listing->path, 0, OS_SHARE_ALL, NULL, OPEN_EXISTING,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

/* Brings what the folder said of a regular file up to date. False if it is not there any more. */
static bool ask_file(const struct plat_listing *listing, const FILE_ID_BOTH_DIR_INFO *entry,
                     struct plat_file_info *info)
{
    struct os_place place = {.is_link = false};
    struct plat_file_info now;
    place.handle = open_entry(listing, entry);
    if (place.handle == INVALID_HANDLE_VALUE)
        return os_error_last() != PLAT_ERR_NOT_FOUND;
    if (GetFileInformationByHandle(place.handle, &place.info)) {
        os_place_info(&place, &now);
        /* The path may lead elsewhere by now; and FAT numbers its files anew each time. */
        if (now.kind == PLAT_KIND_FILE && now.id == info->id)
            *info = now;
    }
    CloseHandle(place.handle);
    return true;
}

/* A name that is no valid UTF-16 has no UTF-8 form, so nobody could ever open it: left out. */
static bool convert_name(struct plat_listing *listing, const FILE_ID_BOTH_DIR_INFO *entry)
{
    size_t length = entry->FileNameLength / sizeof entry->FileName[0];
    if (length > PART_MOST)
        return false;
    if (os_wide_to_buffer(listing->name, sizeof listing->name, entry->FileName, length) < 0)
        return false;
    return strcmp(listing->name, ".") != 0 && strcmp(listing->name, "..") != 0;
}

/* Folders and links are told by their attributes alone, which the folder always has right. */
int plat_listing_next(struct plat_listing *listing, const char **name, struct plat_file_info *info)
{
    for (;;) {
        int rc = listing->next ? 0 : fetch(listing);
        if (rc != 0)
            return rc;
        const FILE_ID_BOTH_DIR_INFO *entry = take(listing);
        if (!convert_name(listing, entry))
            continue;
        describe(listing, entry, info);
        if (info->kind == PLAT_KIND_FILE && !ask_file(listing, entry, info))
            continue;
        *name = listing->name;
        return 0;
    }
}

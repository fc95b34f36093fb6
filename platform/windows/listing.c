/*
 * The entries of a folder.
 *
 * They come with sizes and times, in one call for hundreds of them. While another process writes a
 * file, NTFS may show its entry as it was when the file was opened: only plat_file_look and
 * plat_file_info are up to date.
 */
#include "plat/file.h"

#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_place.h"
#include "os_wide.h"

enum { BUFFER_SIZE = 64 * 1024, NAME_SIZE = 255 * 3 + 1 };

struct plat_listing {
    HANDLE handle;
    const FILE_ID_BOTH_DIR_INFO *next; /* NULL: ask the system */
    bool ended;
    char name[NAME_SIZE];
    LONGLONG buffer[BUFFER_SIZE / sizeof(LONGLONG)]; /* the entries are aligned to 8 bytes */
};

int plat_listing_open(struct plat_listing **out, struct plat_folder *folder, const char *name)
{
    struct os_place place;
    int rc = os_place_find(&place, folder, name, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES);
    if (rc < 0)
        return rc;
    struct plat_listing *listing = NULL;
    if (place.is_link && *name)
        rc = PLAT_ERR_LINK;
    else if (!(place.info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
        rc = PLAT_ERR_NOT_FOLDER;
    else if (!(listing = malloc(sizeof *listing)))
        rc = PLAT_ERR_NO_MEMORY;
    if (rc < 0) {
        CloseHandle(place.handle);
        return rc;
    }
    listing->handle = place.handle;
    listing->next = NULL;
    listing->ended = false;
    *out = listing;
    return 0;
}

void plat_listing_close(struct plat_listing *listing)
{
    if (!listing)
        return;
    CloseHandle(listing->handle);
    free(listing);
}

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

static const FILE_ID_BOTH_DIR_INFO *take(struct plat_listing *listing)
{
    const FILE_ID_BOTH_DIR_INFO *entry = listing->next;
    const void *after = (const char *)entry + entry->NextEntryOffset;
    listing->next = entry->NextEntryOffset ? after : NULL;
    return entry;
}

static void describe(const FILE_ID_BOTH_DIR_INFO *entry, struct plat_file_info *info)
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
}

/* A name that is no valid UTF-16 has no UTF-8 form, so nobody could ever open it: left out. */
static bool convert_name(struct plat_listing *listing, const FILE_ID_BOTH_DIR_INFO *entry)
{
    size_t length = entry->FileNameLength / sizeof entry->FileName[0];
    if (os_wide_to_buffer(listing->name, sizeof listing->name, entry->FileName, length) < 0)
        return false;
    return strcmp(listing->name, ".") != 0 && strcmp(listing->name, "..") != 0;
}

int plat_listing_next(struct plat_listing *listing, const char **name, struct plat_file_info *info)
{
    for (;;) {
        int rc = listing->next ? 0 : fetch(listing);
        if (rc != 0)
            return rc;
        const FILE_ID_BOTH_DIR_INFO *entry = take(listing);
        if (!convert_name(listing, entry))
            continue;
        describe(entry, info);
        *name = listing->name;
        return 0;
    }
}

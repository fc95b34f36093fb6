/*
 * Opening what a name below a folder stands for, and making sure that it is there and nowhere else.
 *
 * Windows follows links and junctions on the way, and takes README for Readme. So whatever was
 * opened is asked for its place, and the answer must be the folder's own place and exactly the
 * name: this also holds when somebody changes the way meanwhile.
 */
#ifndef OS_PLACE_H
#define OS_PLACE_H

#include <stdbool.h>

#include "os_system.h"
#include "plat/file.h"

struct plat_folder {
    wchar_t *path;  /* with \\?\, without a final backslash */
    wchar_t *place; /* on its volume, as the system names it, without a final backslash */
    DWORD volume;
};

struct os_place {
    HANDLE handle;
    bool is_link; /* a symbolic link or junction; then it is opened itself, not where it leads */
    BY_HANDLE_FILE_INFORMATION info;
};

/* Opens path, which os_path_below made of the folder's path, with the access, share mode and
 * disposition of CreateFileW. 0, or PLAT_ERR_NOT_FOUND, LINK or NOT_FOLDER (on the way), EXISTS
 * (there is such a name, but in other letters' case), ACCESS, BUSY … */
int os_place_open(struct os_place *place, const struct plat_folder *folder, const wchar_t *path,
                  DWORD access, DWORD share, DWORD disposition);

/* The same of a UTF-8 name, for one that must be there: other case is PLAT_ERR_NOT_FOUND. */
int os_place_find(struct os_place *place, const struct plat_folder *folder, const char *name,
                  DWORD access);

/* Makes sure of the folder in which the name's last part is, and keeps it in its place until the
 * handle is closed. */
int os_place_parent(HANDLE *out, const struct plat_folder *folder, const wchar_t *path);

/* The place of an open file on its volume; *out is the caller's to free(). */
int os_place_of(wchar_t **out, HANDLE handle, DWORD kind);

void os_place_info(const struct os_place *place, struct plat_file_info *info);

/* The system's times and the contract's. */
int64_t os_place_unix_ns(uint64_t file_time);
uint64_t os_place_file_time(int64_t unix_ns);

enum { OS_SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

#endif

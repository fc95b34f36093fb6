/*
 * What the POSIX systems do differently with files, and what file.c and listing.c share.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include <stdint.h>
#include <sys/stat.h>

#include "plat/file.h"

struct plat_folder {
    int fd;
};

/* Opens the folder that holds the name's last part, which *last is set to, following no link. The
 * descriptor is the caller's to close unless it is the folder's own. 0 or a plat error. */
int os_open_parent(const struct plat_folder *folder, const char *name, int *parent,
                   const char **last);
void os_close_parent(const struct plat_folder *folder, int parent);

/* Why a part of a name could not be opened as a folder, for which the system gave errno `error`. */
int os_not_a_folder(int parent, const char *part, int error);

/* What is known of an entry of a folder; a symbolic link is not followed. 0, or -1 with errno. */
int os_file_info_at(int parent, const char *name, struct plat_file_info *info);

/* One answer in each system's folder: */
struct timespec os_mtime(const struct stat *st);
bool os_file_is_at_hand(int fd, uint64_t offset);           /* the byte there */
void os_file_fetch(int fd, uint64_t offset, uint64_t size); /* begins to read; does not wait */
bool os_file_warm(int fd, uint64_t offset, uint64_t size);  /* false where reading must do */
int os_file_reserve(int fd, uint64_t size); /* 0, or -1 with errno; EOPNOTSUPP where it cannot */
int os_file_sync(int fd);                   /* 0, or -1 with errno */
int os_folder_space(int fd, uint64_t *free_bytes); /* 0, or -1 with errno */

#endif

/*
 * Files below a folder.
 *
 * Every name is relative to an opened folder, UTF-8, with "/" between its parts. No symbolic link
 * is followed on the way from the folder to the file (the folder's own path may hold some), so a
 * name cannot lead elsewhere; the caller has already refused "..", "." and empty parts. Only
 * regular files are ever opened: a FIFO or a device is not touched. Names that the system cannot
 * hold are PLAT_ERR_BAD_NAME.
 *
 * Folders and files may be used by several threads at once, positions being explicit.
 */
#ifndef PLAT_FILE_H
#define PLAT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/error.h"
#include "plat/socket.h"

enum plat_file_kind { PLAT_KIND_FILE, PLAT_KIND_FOLDER, PLAT_KIND_OTHER };

struct plat_file_info {
    enum plat_file_kind kind; /* a symbolic link is PLAT_KIND_OTHER */
    uint64_t size;            /* bytes */
    int64_t mtime_ns;         /* last change of the contents, nanoseconds since 1970 UTC */
    bool readable;            /* by this process, as far as can be told without opening it */
    uint64_t id;              /* tells a replaced file from the old one on the same volume */
    uint64_t volume;          /* tells volumes apart; may be another after the system's restart */
};

struct plat_folder; /* an open folder */

struct plat_file {
    intptr_t handle;
};
#define PLAT_FILE_NONE                                                                             \
    {                                                                                              \
        -1                                                                                         \
    }

/* Where the last part of a path of the system's own kind begins; what is before it, if anything,
 * leads to that part's folder. */
size_t plat_path_last(const char *path);

/* Opens a folder by a path of the system's own kind. With `make`, missing folders on the way are
 * made, and *made tells whether the last one was (made may be NULL). 0, or NOT_FOUND, NOT_FOLDER,
 * ACCESS, NO_SPACE … */
int plat_folder_open(struct plat_folder **out, const char *path, bool make, bool *made);
void plat_folder_close(struct plat_folder *folder); /* NULL is allowed */

/* Whether the path leads to this very folder now, and not to another one or nowhere. */
bool plat_folder_is_at(const struct plat_folder *folder, const char *path);

/* How many bytes this process could still store in the folder; others may be faster. 0, or
 * PLAT_ERR_UNSUPPORTED … where the volume cannot tell. */
int plat_folder_space(struct plat_folder *folder, uint64_t *free_bytes);

/* Makes the folders of a file's name: for "a/b/c" the folders "a" and "a/b". Those that are there
 * are left alone. 0, or NOT_FOLDER, LINK, ACCESS, NO_SPACE … */
int plat_folder_make_parents(struct plat_folder *folder, const char *name);

/* Lists one folder: name "" is the folder itself. Entries come in no order, without "." and "..".
 */
struct plat_listing;
int plat_listing_open(struct plat_listing **out, struct plat_folder *folder, const char *name);
void plat_listing_close(struct plat_listing *listing); /* NULL is allowed */

/* The next entry; its name is valid until the next call. Entries that vanish meanwhile are left
 * out. 0, PLAT_END, or PLAT_ERR_IO. */
int plat_listing_next(struct plat_listing *listing, const char **name, struct plat_file_info *info);

/* Whether a file can have this name here, as far as the name alone tells: 0, or BAD_NAME. */
int plat_file_check_name(const char *name);

/* Looks at what a name stands for, without opening it. 0, or NOT_FOUND, EXISTS (the name is there,
 * but in other upper and lower case), LINK (a link on the way) … */
int plat_file_look(struct plat_folder *folder, const char *name, struct plat_file_info *info);

/* Opens a regular file for reading and tells about it. 0, or NOT_FOUND, NOT_FILE, LINK, ACCESS,
 * TOO_MANY_FILES … */
int plat_file_open(struct plat_file *out, struct plat_folder *folder, const char *name,
                   struct plat_file_info *info);

/* Opens a regular file for writing, making it if it is missing, keeping its contents if not. */
int plat_file_create(struct plat_file *out, struct plat_folder *folder, const char *name);

/* PLAT_FILE_NONE is allowed. */
void plat_file_close(struct plat_file file);

/* Takes the file for this process until it is closed. 0, or PLAT_ERR_BUSY. */
int plat_file_lock(struct plat_file file);

int plat_file_info(struct plat_file file, struct plat_file_info *info);

/* Reads at a position. 0 with *got > 0, or PLAT_END, PLAT_ERR_IO. */
int plat_file_read(struct plat_file file, void *buffer, size_t size, uint64_t offset, size_t *got);

/* Whether bytes up to this offset can be had without waiting for a disk, as far as the system tells
 * by the last of them; true where it does not tell, and beyond the file's end. */
bool plat_file_is_at_hand(struct plat_file file, uint64_t end);

/* Has the system read bytes into its memory and waits for that, so that they are at hand when this
 * returns; `ahead` more it is asked to read meanwhile. What cannot be read is not told. */
void plat_file_warm(struct plat_file file, uint64_t offset, uint64_t size, uint64_t ahead);

/* Writes all of it at a position. 0, or NO_SPACE, TOO_LARGE, IO. */
int plat_file_write(struct plat_file file, const void *data, size_t size, uint64_t offset);

/* Cuts or grows the file to the size. */
int plat_file_resize(struct plat_file file, uint64_t size);

/* Reserves disk space for the first `size` bytes without changing the file's size where the system
 * can; where it cannot, does nothing. 0, or NO_SPACE, TOO_LARGE. */
int plat_file_reserve(struct plat_file file, uint64_t size);

/* Sets the time of the last change, as finely and as far back as the file system has it. For a file
 * of plat_file_create, before it is closed: what is written later may change the time, or not. 0,
 * or PLAT_ERR_INVALID, ACCESS, UNSUPPORTED … */
int plat_file_set_time(struct plat_file file, int64_t mtime_ns);

/* Brings the contents to the disk. */
int plat_file_sync(struct plat_file file);

/* Sends from the file to the socket, without passing through user memory where the system can,
 * at most `size` bytes. 0 with *sent > 0, PLAT_AGAIN (the socket is full), PLAT_END (the file
 * ends before offset), PLAT_ERR_RESET, PLAT_ERR_IO … */
int plat_file_send(struct plat_file file, uint64_t offset, size_t size, plat_socket to,
                   size_t *sent);

/* Gives a file another name in the same folder tree, replacing a regular file of that name in one
 * step. */
int plat_file_rename(struct plat_folder *folder, const char *from, const char *to);

/* Removes a file. */
int plat_file_remove(struct plat_folder *folder, const char *name);

#endif

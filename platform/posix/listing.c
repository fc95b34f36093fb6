/*
 * Listing one folder.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os_error.h"
#include "os_file.h"

struct plat_listing {
    DIR *dir;
};

/* A descriptor of its own for the listed folder, since readdir moves the descriptor's position. */
static int open_folder(const struct plat_folder *folder, const char *name, int *out)
{
    int parent = folder->fd, rc = 0;
    const char *last = ".";
    if (*name) {
        rc = os_open_parent(folder, name, &parent, &last);
        if (rc < 0)
            return rc;
    }
    int fd = openat(parent, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        rc = os_not_a_folder(parent, last, errno);
    os_close_parent(folder, parent);
    if (fd < 0)
        return rc;
    *out = fd;
    return 0;
}

int plat_listing_open(struct plat_listing **out, struct plat_folder *folder, const char *name)
{
    int fd = -1;
    int rc = open_folder(folder, name, &fd);
    if (rc < 0)
        return rc;
    struct plat_listing *listing = malloc(sizeof *listing);
    DIR *dir = fdopendir(fd);
    if (!listing || !dir) {
        if (dir)
            closedir(dir);
        else
            close(fd);
        free(listing);
        return PLAT_ERR_NO_MEMORY;
    }
    listing->dir = dir;
    *out = listing;
    return 0;
}

void plat_listing_close(struct plat_listing *listing)
{
    if (!listing)
        return;
    closedir(listing->dir);
    free(listing);
}

static bool is_self_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int plat_listing_next(struct plat_listing *listing, const char **name, struct plat_file_info *info)
{
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(listing->dir);
        if (!entry && errno)
            return PLAT_ERR_IO;
        if (!entry)
            return PLAT_END;
        if (is_self_or_parent(entry->d_name))
            continue;
        if (os_file_info_at(dirfd(listing->dir), entry->d_name, info) == 0) {
            *name = entry->d_name;
            return 0;
        }
        if (errno != ENOENT)
            return PLAT_ERR_IO;
    }
}

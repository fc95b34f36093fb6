/*
 * Folders: opening, making, and the way from a folder down to a file, one part at a time so that
 * no symbolic link is followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os_error.h"
#include "os_file.h"

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC, FOLDER_MODE = 0777 };

size_t plat_path_last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

/* mkdir -p; the path is cut at each slash in turn and mended again. */
static int make_path(char *path, bool *made)
{
    *made = false;
    for (char *at = path + 1;; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char cut = *at;
        *at = '\0';
        int rc = mkdir(path, FOLDER_MODE);
        int error = errno;
        *at = cut;
        if (rc < 0 && error != EEXIST && error != EISDIR && error != EROFS)
            return os_error(error);
        if (cut == '\0' || at[1] == '\0') {
            *made = rc == 0;
            return 0;
        }
    }
}

static int make_folder(const char *path, bool *made)
{
    char *copy = strdup(path);
    if (!copy)
        return PLAT_ERR_NO_MEMORY;
    int rc = make_path(copy, made);
    free(copy);
    return rc;
}

int plat_folder_open(struct plat_folder **out, const char *path, bool make, bool *made)
{
    bool ignored;
    if (!made)
        made = &ignored;
    *made = false;
    if (*path == '\0')
        return PLAT_ERR_NOT_FOUND;
    int fd = open(path, FOLDER_FLAGS);
    if (fd < 0 && errno == ENOENT && make) {
        int rc = make_folder(path, made);
        if (rc < 0)
            return rc;
        fd = open(path, FOLDER_FLAGS);
    }
    if (fd < 0)
        return os_error(errno);
    struct plat_folder *folder = malloc(sizeof *folder);
    if (!folder) {
        close(fd);
        return PLAT_ERR_NO_MEMORY;
    }
    folder->fd = fd;
    *out = folder;
    return 0;
}

void plat_folder_close(struct plat_folder *folder)
{
    if (!folder)
        return;
    close(folder->fd);
    free(folder);
}

int plat_folder_space(struct plat_folder *folder, uint64_t *free_bytes)
{
    return os_folder_space(folder->fd, free_bytes) < 0 ? os_error(errno) : 0;
}

/* Systems differ in what they say of a link. */
int os_not_a_folder(int parent, const char *part, int error)
{
    struct stat st;
    if ((error == ENOTDIR || error == ELOOP || error == EMLINK) &&
        fstatat(parent, part, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return S_ISLNK(st.st_mode) ? PLAT_ERR_LINK : PLAT_ERR_NOT_FOLDER;
    return os_error(error);
}

/* Opens one part below parent, whose descriptor it closes unless it is the folder's own. */
static int descend(const struct plat_folder *folder, int *parent, const char *part, bool make)
{
    if (make && mkdirat(*parent, part, FOLDER_MODE) < 0 && errno != EEXIST) {
        int error = os_error(errno);
        os_close_parent(folder, *parent);
        return error;
    }
    int next = openat(*parent, part, FOLDER_FLAGS | O_NOFOLLOW);
    int rc = next < 0 ? os_not_a_folder(*parent, part, errno) : 0;
    os_close_parent(folder, *parent);
    *parent = next;
    return rc;
}

static int walk(const struct plat_folder *folder, const char *name, bool make, int *parent,
                const char **last)
{
    char part[NAME_MAX + 1];
    *parent = folder->fd;
    for (;;) {
        const char *slash = strchr(name, '/');
        if (!slash)
            break;
        size_t length = (size_t)(slash - name);
        if (length >= sizeof part) {
            os_close_parent(folder, *parent);
            return PLAT_ERR_BAD_NAME;
        }
        memcpy(part, name, length);
        part[length] = '\0';
        int rc = descend(folder, parent, part, make);
        if (rc < 0)
            return rc;
        name = slash + 1;
    }
    *last = name;
    return 0;
}

int os_open_parent(const struct plat_folder *folder, const char *name, int *parent,
                   const char **last)
{
    return walk(folder, name, false, parent, last);
}

void os_close_parent(const struct plat_folder *folder, int parent)
{
    if (parent >= 0 && parent != folder->fd)
        close(parent);
}

bool plat_folder_is_at(const struct plat_folder *folder, const char *path)
{
    struct stat ours, there;
    return fstat(folder->fd, &ours) == 0 && stat(path, &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

int plat_folder_make_parents(struct plat_folder *folder, const char *name)
{
    int parent;
    const char *last;
    int rc = walk(folder, name, true, &parent, &last);
    if (rc == 0)
        os_close_parent(folder, parent);
    return rc;
}

/*
 * Noticing changes below a folder with kqueue's vnode events: one descriptor for each folder.
 *
 * The folders' events are gathered by a kqueue of their own, whose descriptor is what the loop
 * polls. A folder's event tells that an entry came, went or was renamed. It does not tell that a
 * file's contents were changed in place, which would take a descriptor for each file, nor what
 * other machines do on a network volume. So the caller must also look at everything from time to
 * time.
 *
 * An event carries a descriptor and not a name, and a folder that was moved takes its descriptor
 * along. Therefore a name that is added again is compared with what is found under it now, and
 * a folder that goes away takes all entries at and below its name with it; whoever lists the folder
 * above finds what came instead and adds it.
 */
#include "plat/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "os_error.h"

enum {
    GONE = NOTE_DELETE | NOTE_RENAME | NOTE_REVOKE,
    NOTES = NOTE_WRITE | NOTE_EXTEND | NOTE_LINK | GONE,
    FOLDERS_MAX = 4096,
    FILES_SHARE = 4 /* one in so many of the descriptors we may have; connections need the rest */
};

struct entry {
    int fd;
    char name[];
};

struct plat_folder_watch {
    int queue;
    int root;
    struct entry **entries; /* by name, ascending in strcmp's order */
    size_t count, capacity, most;
};

static size_t folders_most(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur / FILES_SHARE > FOLDERS_MAX)
        return FOLDERS_MAX;
    return (size_t)limit.rlim_cur / FILES_SHARE;
}

static void free_entry(struct entry *entry)
{
    close(entry->fd); /* which takes its events out of the queue as well */
    free(entry);
}

void plat_folder_watch_close(struct plat_folder_watch *watch)
{
    if (!watch)
        return;
    for (size_t i = 0; i < watch->count; i++)
        free_entry(watch->entries[i]);
    free(watch->entries);
    if (watch->root >= 0)
        close(watch->root);
    if (watch->queue >= 0)
        close(watch->queue);
    free(watch);
}

bool plat_folder_watch_sees_contents(void)
{
    return false;
}

plat_socket plat_folder_watch_socket(const struct plat_folder_watch *watch)
{
    return watch->queue;
}

/* The first entry whose name is not below the given one in order. */
static size_t find(const struct plat_folder_watch *watch, const char *name)
{
    size_t low = 0, high = watch->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(watch->entries[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void drop(struct plat_folder_watch *watch, size_t at)
{
    free_entry(watch->entries[at]);
    watch->count--;
    memmove(watch->entries + at, watch->entries + at + 1,
            (watch->count - at) * sizeof *watch->entries);
}

static bool is_at_or_below(const char *name, const char *folder)
{
    size_t length = strlen(folder);
    return length == 0 ||
           (strncmp(name, folder, length) == 0 && (name[length] == '/' || name[length] == '\0'));
}

/* Drops the folder's entry and those below it. They are no unbroken range, "a-b" coming between
 * "a" and "a/b", but they all begin like "a", which is the first of them. It goes last, for `name`
 * may be its own. */
static void drop_tree(struct plat_folder_watch *watch, const char *name)
{
    size_t length = strlen(name);
    size_t first = find(watch, name);
    size_t end = first;
    while (end < watch->count && strncmp(watch->entries[end]->name, name, length) == 0)
        end++;
    while (end-- > first) {
        if (is_at_or_below(watch->entries[end]->name, name))
            drop(watch, end);
    }
}

static bool is_same_folder(int one, int other)
{
    struct stat a, b;
    return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static int make_room(struct plat_folder_watch *watch)
{
    if (watch->count == watch->most)
        return PLAT_ERR_NO_SPACE;
    if (watch->count < watch->capacity)
        return 0;
    size_t capacity = watch->capacity ? watch->capacity * 2 : 16;
    struct entry **grown = realloc(watch->entries, capacity * sizeof *grown);
    if (!grown)
        return PLAT_ERR_NO_MEMORY;
    watch->entries = grown;
    watch->capacity = capacity;
    return 0;
}

/* Takes the descriptor over if it returns 0. */
static int insert(struct plat_folder_watch *watch, int fd, const char *name)
{
    size_t size = strlen(name) + 1;
    int rc = make_room(watch);
    if (rc < 0)
        return rc;
    struct entry *entry = malloc(sizeof *entry + size);
    if (!entry)
        return PLAT_ERR_NO_MEMORY;
    entry->fd = fd;
    memcpy(entry->name, name, size);
    struct kevent change = {.ident = (uintptr_t)fd,
                            .filter = EVFILT_VNODE,
                            .flags = EV_ADD | EV_CLEAR,
                            .fflags = NOTES,
                            .udata = entry};
    if (kevent(watch->queue, &change, 1, NULL, 0, NULL) < 0) {
        rc = os_error(errno);
        free(entry);
        return rc;
    }
    size_t at = find(watch, name);
    memmove(watch->entries + at + 1, watch->entries + at,
            (watch->count - at) * sizeof *watch->entries);
    watch->entries[at] = entry;
    watch->count++;
    return 0;
}

/* For events only, which does not keep the volume from being unmounted. */
static int open_folder(const struct plat_folder_watch *watch, const char *name, int *out)
{
    int fd =
        openat(watch->root, *name ? name : ".", O_EVTONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE ? PLAT_ERR_NO_SPACE : os_error(errno);
    *out = fd;
    return 0;
}

int plat_folder_watch_add(struct plat_folder_watch *watch, const char *name)
{
    int fd = -1;
    int rc = open_folder(watch, name, &fd);
    if (rc < 0)
        return rc;
    size_t at = find(watch, name);
    if (at < watch->count && strcmp(watch->entries[at]->name, name) == 0) {
        if (is_same_folder(fd, watch->entries[at]->fd)) {
            close(fd);
            return 0;
        }
        drop_tree(watch, name); /* what is below is the other folder's, too */
    }
    rc = insert(watch, fd, name);
    if (rc < 0)
        close(fd);
    return rc;
}

int plat_folder_watch_open(struct plat_folder_watch **out, const char *path)
{
    struct plat_folder_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return PLAT_ERR_NO_MEMORY;
    watch->most = folders_most();
    watch->root = -1;
    watch->queue = kqueue();
    if (watch->queue >= 0 && fcntl(watch->queue, F_SETFD, FD_CLOEXEC) == 0)
        watch->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = watch->root < 0 ? os_error(errno) : plat_folder_watch_add(watch, "");
    if (rc < 0) {
        plat_folder_watch_close(watch);
        return rc;
    }
    *out = watch;
    return 0;
}

int plat_folder_watch_next(struct plat_folder_watch *watch, char *name, size_t size)
{
    const struct timespec at_once = {0, 0};
    struct kevent event;
    /* One event at a time: an entry that an earlier one drops must not be named by a later one. */
    while (kevent(watch->queue, NULL, 0, &event, 1, &at_once) > 0) {
        const struct entry *entry = event.udata;
        bool is_gone = event.fflags & GONE;
        bool is_root = entry->name[0] == '\0';
        if (!is_gone) {
            snprintf(name, size, "%s", entry->name);
            return 0;
        }
        drop_tree(watch, entry->name);
        if (is_root)
            return PLAT_LOST;
        /* The folder above tells of it. */
    }
    return PLAT_AGAIN;
}

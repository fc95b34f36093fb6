#include "content/root.h"

#include <stdlib.h>
#include <string.h>

#include "plat/atomic.h"
#include "plat/thread.h"

struct root_folder {
    struct plat_folder *folder;
    unsigned users; /* under the root's mutex; one for being the present folder */
};

struct root {
    char *path;
    struct plat_mutex mutex;
    struct root_folder *present; /* under the mutex, as is what follows; may be NULL */
    uint64_t generation;
    struct plat_atomic_u64 changes;
};

static int open_folder(const char *path, bool make, bool *made, struct root_folder **out)
{
    struct root_folder *folder = malloc(sizeof *folder);
    if (!folder)
        return PLAT_ERR_NO_MEMORY;
    int rc = plat_folder_open(&folder->folder, path, make, made);
    if (rc < 0) {
        free(folder);
        return rc;
    }
    folder->users = 1;
    *out = folder;
    return 0;
}

int root_open(struct root **out, const char *path, bool *made)
{
    struct root *root = calloc(1, sizeof *root);
    if (!root)
        return PLAT_ERR_NO_MEMORY;
    root->path = malloc(strlen(path) + 1);
    int rc = root->path ? open_folder(path, true, made, &root->present) : PLAT_ERR_NO_MEMORY;
    if (rc < 0) {
        free(root->path);
        free(root);
        return rc;
    }
    strcpy(root->path, path);
    root->generation = 1;
    plat_mutex_init(&root->mutex);
    *out = root;
    return 0;
}

const char *root_path(const struct root *root)
{
    return root->path;
}

struct root_folder *root_acquire(struct root *root)
{
    plat_mutex_lock(&root->mutex);
    struct root_folder *folder = root->present;
    if (folder)
        folder->users++;
    plat_mutex_unlock(&root->mutex);
    return folder;
}

void root_release(struct root *root, struct root_folder *folder)
{
    if (!folder)
        return;
    plat_mutex_lock(&root->mutex);
    bool last = --folder->users == 0;
    plat_mutex_unlock(&root->mutex);
    if (!last)
        return;
    plat_folder_close(folder->folder);
    free(folder);
}

struct plat_folder *root_folder_plat(const struct root_folder *folder)
{
    return folder->folder;
}

bool root_means_gone(int error)
{
    return error == PLAT_ERR_NOT_FOUND || error == PLAT_ERR_NOT_FOLDER || error == PLAT_ERR_LINK ||
           error == PLAT_ERR_ACCESS;
}

bool root_has_moved(struct root *root)
{
    struct root_folder *folder = root_acquire(root);
    bool moved = !folder || !plat_folder_is_at(folder->folder, root->path);
    root_release(root, folder);
    return moved;
}

uint64_t root_generation(struct root *root)
{
    plat_mutex_lock(&root->mutex);
    uint64_t generation = root->generation;
    plat_mutex_unlock(&root->mutex);
    return generation;
}

uint64_t root_changes(const struct root *root)
{
    return plat_atomic_load(&root->changes);
}

void root_note_change(struct root *root)
{
    plat_atomic_add(&root->changes, 1);
}

int root_reopen(struct root *root)
{
    struct root_folder *folder = NULL;
    if (!root_has_moved(root))
        return 0;
    int rc = open_folder(root->path, false, NULL, &folder);
    if (rc < 0 && !root_means_gone(rc))
        return rc;
    plat_mutex_lock(&root->mutex);
    struct root_folder *before = root->present;
    root->present = folder;
    root->generation += before || folder;
    plat_mutex_unlock(&root->mutex);
    root_note_change(root);
    root_release(root, before);
    return rc;
}

void root_close(struct root *root)
{
    if (!root)
        return;
    root_release(root, root->present);
    plat_mutex_fini(&root->mutex);
    free(root->path);
    free(root);
}

#include "content/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "proto/limits.h"
#include "proto/name.h"

static struct slice last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slice_text(slash ? slash + 1 : path);
}

static struct slice folder_name(const void *item)
{
    return last_part(((const struct tree_folder *)item)->name);
}

static bool has_name(const void *item, const void *key)
{
    return slice_is(*(const struct slice *)key, ((const struct tree_file *)item)->name);
}

/* These names are chosen by whoever owns the folder, so the key need not be secret. */
static uint32_t hash_name(struct slice name)
{
    static const struct hash_key key = {0, 0};
    return (uint32_t)hash_bytes(&key, name);
}

static struct tree_folder *new_folder(struct tree_folder *parent, struct slice path)
{
    struct tree_folder *folder = calloc(1, sizeof *folder + path.size);
    if (!folder)
        return NULL;
    folder->parent = parent;
    folder->folders = (struct sorted)SORTED_INIT(folder_name);
    slice_copy(path, folder->name, path.size + 1);
    return folder;
}

int tree_init(struct tree *tree, const struct tree_events *events)
{
    *tree = (struct tree){.events = events};
    tree->root = new_folder(NULL, slice_text(""));
    return tree->root ? 0 : PLAT_ERR_NO_MEMORY;
}

size_t tree_path(const struct tree_file *file, char *path, size_t size)
{
    size_t folder = strlen(file->folder->name), name = strlen(file->name);
    size_t between = folder > 0;
    if (folder + between + name >= size)
        return 0;
    memcpy(path, file->folder->name, folder);
    if (between)
        path[folder] = '/';
    memcpy(path + folder + between, file->name, name + 1);
    return folder + between + name;
}

static void set_pending(struct tree *tree, struct tree_file *file, bool pending)
{
    if (pending == (file->pending_link != NULL))
        return;
    if (pending) {
        file->next_pending = tree->pending;
        if (tree->pending)
            tree->pending->pending_link = &file->next_pending;
        tree->pending = file;
        file->pending_link = &tree->pending;
        return;
    }
    *file->pending_link = file->next_pending;
    if (file->next_pending)
        file->next_pending->pending_link = file->pending_link;
    file->pending_link = NULL;
}

static void announce(struct tree *tree, struct tree_file *file)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    file->announced = true;
    file->announced_size = file->stamp.size;
    if (tree_path(file, path, sizeof path) > 0)
        tree->events->on_file(tree->events->arg, path, &file->stamp);
}

static void withdraw(struct tree *tree, struct tree_file *file)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    if (!file->announced)
        return;
    file->announced = false;
    if (tree_path(file, path, sizeof path) > 0)
        tree->events->on_gone(tree->events->arg, path);
}

/* Frees the file; its folder must not hold it any more. */
static void free_file(struct tree *tree, struct tree_file *file)
{
    set_pending(tree, file, false);
    free(file);
}

static void remove_file(struct tree *tree, struct tree_file *file)
{
    withdraw(tree, file);
    table_remove(&file->folder->files, hash_name(slice_text(file->name)), file);
    free_file(tree, file);
}

/* Frees a folder and all below, which is as deep as a path has parts. */
static void free_folder(struct tree *tree, struct tree_folder *folder, bool tell)
{
    for (size_t i = 0; i < folder->folders.count; i++)
        free_folder(tree, sorted_at(&folder->folders, i), tell);
    struct tree_file *file;
    for (size_t at = 0; (file = table_next(&folder->files, &at)) != NULL;) {
        if (tell)
            withdraw(tree, file);
        free_file(tree, file);
    }
    sorted_fini(&folder->folders);
    table_fini(&folder->files);
    free(folder);
}

void tree_fini(struct tree *tree)
{
    if (tree->root)
        free_folder(tree, tree->root, false);
    tree->root = NULL;
}

void tree_remove_folder(struct tree *tree, struct tree_folder *folder)
{
    assert(folder->parent);
    sorted_remove(&folder->parent->folders, folder);
    free_folder(tree, folder, true);
}

void tree_list_begin(struct tree *tree)
{
    tree->listing++;
}

/* Being written to is what a modification time of just now shows; one from the future shows
 * nothing. */
static bool is_fresh(const struct plat_file_info *info, int64_t unix_ms)
{
    int64_t age_ms = unix_ms - info->mtime_ns / 1000000;
    return age_ms >= -TREE_SETTLE_MS && age_ms < TREE_SETTLE_MS;
}

/* A file server's clock may differ from ours, so that modification times say nothing: a file that
 * was seen to change twice within a short time is being written to, until it has rested for as
 * long. */
static void note_rest(struct tree_file *file, bool changed, uint64_t now_ms)
{
    bool shortly = now_ms - file->changed_ms < TREE_REST_MS;
    if (!shortly)
        file->restless = false;
    else if (changed && file->changed_ms > 0)
        file->restless = true;
    if (changed)
        file->changed_ms = now_ms;
}

/* Decides about a file by what it looks like now. */
static void judge(struct tree *tree, struct tree_file *file, const struct plat_file_info *info,
                  uint64_t now_ms, int64_t unix_ms)
{
    struct stamp stamp = stamp_of(info);
    bool changed = !stamp_equal(&file->stamp, &stamp);
    note_rest(file, changed, now_ms);
    bool fresh = is_fresh(info, unix_ms) || file->restless;
    file->stamp = stamp;
    if (fresh && !file->pending_link)
        file->unsettled_ms = now_ms;
    if (!fresh && (changed || file->pending_link || !file->announced))
        announce(tree, file);
    else if (fresh && file->announced && file->announced_size != stamp.size &&
             now_ms - file->unsettled_ms >= TREE_WITHDRAW_MS)
        withdraw(tree, file);
    set_pending(tree, file, fresh && (changed || file->pending_link || !file->announced));
}

void tree_look_again(struct tree *tree, struct tree_file *file, const struct plat_file_info *info,
                     uint64_t now_ms, int64_t unix_ms)
{
    if (info && info->kind == PLAT_KIND_FILE && info->readable)
        judge(tree, file, info, now_ms, unix_ms);
    else
        remove_file(tree, file);
}

static bool may_be_served(const struct tree_file *file)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    size_t size = tree_path(file, path, sizeof path);
    return size > 0 && name_is_file(slice_of(path, size)) && plat_file_check_name(path) == 0;
}

static void refuse(struct tree *tree, struct tree_file *file)
{
    char path[FILE_NAME_SIZE_MAX * 2];
    file->refused = true;
    if (tree_path(file, path, sizeof path) > 0)
        tree->events->on_refused(tree->events->arg, path);
    else
        tree->events->on_refused(tree->events->arg, file->name);
}

static struct tree_file *add_file(struct tree *tree, struct tree_folder *folder, struct slice name)
{
    struct tree_file *file = calloc(1, sizeof *file + name.size);
    if (!file)
        return NULL;
    file->folder = folder;
    slice_copy(name, file->name, name.size + 1);
    if (table_add(&folder->files, hash_name(name), file) < 0) {
        free(file);
        return NULL;
    }
    if (!may_be_served(file))
        refuse(tree, file);
    return file;
}

static int show_file(struct tree *tree, struct tree_folder *folder, struct slice name,
                     const struct plat_file_info *info, uint64_t now_ms, int64_t unix_ms)
{
    if (!info->readable)
        return 0; /* not seen: an announced one that lost its permission is gone */
    struct tree_file *file = table_find(&folder->files, hash_name(name), has_name, &name);
    if (!file)
        file = add_file(tree, folder, name);
    if (!file)
        return PLAT_ERR_NO_MEMORY;
    file->seen = tree->listing;
    if (!file->refused)
        judge(tree, file, info, now_ms, unix_ms);
    return 0;
}

static int show_folder(struct tree *tree, struct tree_folder *parent, struct slice name,
                       struct tree_folder **out)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    struct tree_folder *folder = sorted_find(&parent->folders, name);
    size_t before = strlen(parent->name);
    if (!folder) {
        if (before + 1 + name.size >= FILE_NAME_SIZE_MAX)
            return 0; /* no file below could be named */
        memcpy(path, parent->name, before);
        if (before > 0)
            path[before++] = '/';
        memcpy(path + before, name.data, name.size);
        folder = new_folder(parent, slice_of(path, before + name.size));
        if (!folder)
            return PLAT_ERR_NO_MEMORY;
        if (sorted_add(&parent->folders, folder) < 0) {
            free(folder);
            return PLAT_ERR_NO_MEMORY;
        }
    }
    folder->seen = tree->listing;
    *out = folder;
    return 0;
}

int tree_list_entry(struct tree *tree, struct tree_folder *parent, const char *name,
                    const struct plat_file_info *info, uint64_t now_ms, int64_t unix_ms,
                    struct tree_folder **folder)
{
    struct slice last = slice_text(name);
    *folder = NULL;
    if (!name_is_served(last))
        return 0;
    if (info->kind == PLAT_KIND_FILE)
        return show_file(tree, parent, last, info, now_ms, unix_ms);
    if (info->kind == PLAT_KIND_FOLDER)
        return show_folder(tree, parent, last, folder);
    return 0;
}

void tree_list_end(struct tree *tree, struct tree_folder *folder)
{
    struct tree_file *file, *gone = NULL;
    for (size_t at = 0; (file = table_next(&folder->files, &at)) != NULL;) {
        if (file->seen == tree->listing)
            continue;
        file->next_gone = gone;
        gone = file;
    }
    while ((file = gone) != NULL) {
        gone = file->next_gone;
        remove_file(tree, file);
    }
    folder->listed = true;
    for (size_t i = folder->folders.count; i-- > 0;) {
        struct tree_folder *below = sorted_at(&folder->folders, i);
        if (below->seen != tree->listing)
            tree_remove_folder(tree, below);
    }
}

struct tree_folder *tree_find_folder(const struct tree *tree, struct slice path)
{
    struct tree_folder *folder = tree->root;
    while (folder && path.size > 0) {
        const char *slash = memchr(path.data, '/', path.size);
        size_t size = slash ? (size_t)(slash - path.data) : path.size;
        folder = sorted_find(&folder->folders, slice_of(path.data, size));
        path = slash ? slice_of(path.data + size + 1, path.size - size - 1) : slice_of("", 0);
    }
    return folder;
}

/*
 * Looking into the served folders and showing the tree what is there.
 */
#include "content/scanner_parts.h"

#include <stdlib.h>

#include "plat/clock.h"

/* Folders that are still to be listed. */
struct folders {
    struct tree_folder **items;
    size_t count, capacity;
    bool all; /* those that were listed before as well */
};

static int folders_push(struct folders *folders, struct tree_folder *folder)
{
    if (folder->listed && !folders->all)
        return 0;
    if (folders->count == folders->capacity) {
        size_t capacity = folders->capacity ? folders->capacity * 2 : 16;
        struct tree_folder **items = realloc(folders->items, capacity * sizeof(*items));
        if (!items)
            return PLAT_ERR_NO_MEMORY;
        folders->items = items;
        folders->capacity = capacity;
    }
    folders->items[folders->count++] = folder;
    return 0;
}

static int list_entries(struct scanner *scanner, struct tree_folder *folder,
                        struct plat_listing *listing, struct folders *below)
{
    const char *name;
    struct plat_file_info info;
    struct tree_folder *entry;
    uint64_t now_ms = plat_clock_now_ms();
    int64_t unix_ms = plat_clock_unix_ms();
    int rc = 0;
    tree_list_begin(&scanner->tree);
    while (rc == 0 && (rc = plat_listing_next(listing, &name, &info)) == 0) {
        rc = tree_list_entry(&scanner->tree, folder, name, &info, now_ms, unix_ms, &entry);
        if (rc == 0 && entry)
            rc = folders_push(below, entry);
    }
    if (rc == PLAT_END)
        tree_list_end(&scanner->tree, folder);
    return rc == PLAT_END ? 0 : rc;
}

void scanner_warn_unreadable(struct scanner *scanner, const char *path, int error)
{
    log_warn(scanner->log, "Cannot read folder %s: %s", *path ? path : root_path(scanner->root),
             plat_error_text(error));
}

/* Lists a folder and adds those below it that are to be listed, too. */
static void list_folder(struct scanner *scanner, struct tree_folder *folder, struct folders *below)
{
    struct plat_listing *listing;
    scanner_watch_folder(scanner, folder->name);
    int rc = plat_listing_open(&listing, root_folder_plat(scanner->folder), folder->name);
    if (rc == 0) {
        rc = list_entries(scanner, folder, listing, below);
        plat_listing_close(listing);
        if (rc < 0) {
            scanner_warn_unreadable(scanner, folder->name, rc);
            scanner->unfinished = true;
        }
        return;
    }
    if (rc != PLAT_ERR_NOT_FOUND && rc != PLAT_ERR_NOT_FOLDER)
        scanner_warn_unreadable(scanner, folder->name, rc);
    if (!root_means_gone(rc))
        scanner->unfinished = true;
    else if (folder->parent)
        tree_remove_folder(&scanner->tree, folder);
}

void scanner_list_below(struct scanner *scanner, struct tree_folder *folder, bool all)
{
    struct folders todo = {.all = all};
    list_folder(scanner, folder, &todo);
    while (todo.count > 0 && !plat_atomic_load(&scanner->stopping))
        list_folder(scanner, todo.items[--todo.count], &todo);
    free(todo.items);
}

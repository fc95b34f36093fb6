/*
 * What a content server knows of its folder: every file below it, as last looked at. Pure.
 *
 * The caller lists a folder and shows the entries one by one; the tree tells what changed. A file
 * is announced when it has stopped changing, and withdrawn when it keeps changing its size after
 * that.
 */
#ifndef CONTENT_TREE_H
#define CONTENT_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/sorted.h"
#include "base/table.h"
#include "content/stamp.h"
#include "plat/file.h"

enum {
    TREE_SETTLE_MS = 800,   /* a file not written to for so long has stopped changing */
    TREE_REST_MS = 500,     /* two changes within so long show the same */
    TREE_WITHDRAW_MS = 2000 /* an announced one that changes for so long is withdrawn */
};

struct tree_file {
    struct tree_folder *folder;
    struct tree_file *next_pending, **pending_link; /* among those that have not settled */
    struct tree_file *next_gone;                    /* among those that a listing did not see */
    struct stamp stamp;                             /* as last seen */
    uint64_t announced_size;
    uint64_t unsettled_ms;             /* since when it has been changing, by the loop's clock */
    uint64_t changed_ms;               /* when it was last seen to have changed, by that clock */
    uint32_t seen;                     /* the listing that saw it last */
    bool restless, announced, refused; /* refused: its name breaks the rules */
    char name[1];                      /* and more: the last part of its path */
};

struct tree_folder {
    struct tree_folder *parent;
    struct table files;
    struct sorted folders; /* by the last part of their names */
    uint32_t seen;
    bool listed;  /* at least once */
    char name[1]; /* and more: its path below the root, "" for the root itself */
};

struct tree_events {
    /* Announce, also again. */
    void (*on_file)(void *arg, const char *path, const struct stamp *stamp);
    void (*on_gone)(void *arg, const char *path);    /* withdraw */
    void (*on_refused)(void *arg, const char *path); /* a name that breaks the rules, told once */
    void *arg;
};

struct tree {
    const struct tree_events *events;
    struct tree_folder *root;
    struct tree_file *pending; /* files that have not settled */
    /* private */
    uint32_t listing;
};

/* 0, or PLAT_ERR_NO_MEMORY. */
int tree_init(struct tree *tree, const struct tree_events *events);
void tree_fini(struct tree *tree); /* tells nothing */

/* A folder is listed: begin, an entry each, end. Entries not shown in between are gone. For a
 * folder entry *folder is set to it, so that the caller lists it as well; NULL otherwise. unix_ms
 * is the time by the clock of files. */
void tree_list_begin(struct tree *tree);
int tree_list_entry(struct tree *tree, struct tree_folder *parent, const char *name,
                    const struct plat_file_info *info, uint64_t now_ms, int64_t unix_ms,
                    struct tree_folder **folder);
void tree_list_end(struct tree *tree, struct tree_folder *folder);

/* A folder could not be listed because it is not there: it goes with all below. Not for the root.
 */
void tree_remove_folder(struct tree *tree, struct tree_folder *folder);

/* A pending file was looked at again; info NULL: it is not there any more. */
void tree_look_again(struct tree *tree, struct tree_file *file, const struct plat_file_info *info,
                     uint64_t now_ms, int64_t unix_ms);

/* The folder of that path, or NULL. */
struct tree_folder *tree_find_folder(const struct tree *tree, struct slice path);

/* The file's path; returns its size, or 0 if it does not fit. */
size_t tree_path(const struct tree_file *file, char *path, size_t size);

#endif

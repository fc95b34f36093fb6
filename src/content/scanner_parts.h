/*
 * What the parts of the scanner share. For content/scanner*.c only; all of it belongs to the
 * scanner's thread but where it says otherwise.
 */
#ifndef CONTENT_SCANNER_PARTS_H
#define CONTENT_SCANNER_PARTS_H

#include "content/outbox.h"
#include "content/scanner.h"
#include "content/tree.h"
#include "plat/thread.h"
#include "plat/watch.h"

enum { SCANNER_GATHER_MS = 50 }; /* changes before folders are listed again */

struct scanner {
    struct loop *loop;
    struct log *log;
    struct root *root;
    struct root_folder *folder; /* in use by the scan at hand */
    struct plat_thread thread;
    /* the scanner's thread */
    struct tree_events tree_events;
    struct tree tree;
    struct plat_folder_watch *watch;
    struct loop_source source;
    struct timer look_timer, scan_timer, gather_timer, root_timer;
    struct sorted dirty; /* paths of folders to list again */
    bool all_dirty, complete, told_unwatched, root_missing;
    bool unfinished; /* something could not be looked at; try again soon */
    bool retrying;   /* the scan timer is set for that */
    bool unwatched;  /* the present watch does not tell everything */
    uint64_t start_ms;
    uint64_t told_generation; /* of the root of which was told that its scan is complete */
    /* both threads */
    struct outbox *outbox;
    struct plat_atomic_u64 stopping;
};

/* Listing, scanner_listing.c */

/* Lists the folder and what is below it: all of that, or only what is new. Listing one never
 * removes another that is still to come, as those were seen in this scan. */
void scanner_list_below(struct scanner *scanner, struct tree_folder *folder, bool all);

/* "" is the root. */
void scanner_warn_unreadable(struct scanner *scanner, const char *path, int error);

/* Watching, scanner_watch.c */

/* Begins anew to watch the root. Where that fails, everything is looked at from time to time. */
void scanner_open_watch(struct scanner *scanner);
void scanner_close_watch(struct scanner *scanner); /* not open: nothing happens */

/* Watches a folder below, best done before it is listed, so that no change falls in between. */
void scanner_watch_folder(struct scanner *scanner, const char *path);

/* The paths of the folders in which something happened. */
void scanner_init_dirty(struct scanner *scanner);
void scanner_clear_dirty(struct scanner *scanner);

#endif

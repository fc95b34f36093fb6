#include "content/scanner.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "content/outbox.h"
#include "content/tree.h"
#include "plat/clock.h"
#include "plat/thread.h"
#include "plat/watch.h"
#include "proto/limits.h"

enum {
    LOOK_AGAIN_MS = 200,  /* at files that have not settled */
    GATHER_MS = 50,       /* changes before folders are listed again */
    POLL_MS = 1500,       /* where changes are not told: everything is looked at so often */
    CHECK_MS = 60 * 1000, /* where they are, as some file systems forget to tell */
    SCAN_SHARE = 20,      /* looking at everything takes at most this part of the time */
    FIRST_WAIT_MS = 2000, /* for files that are being written when the server starts */
};

/* Folders that are still to be listed. */
struct folders {
    struct tree_folder **items;
    size_t count, capacity;
    bool all; /* those that were listed before as well */
};

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
    /* both threads */
    struct outbox *outbox;
    struct plat_atomic_u64 stopping;
};

static void scan_all(struct scanner *scanner);

static void on_file(void *arg, const char *path, uint64_t size)
{
    struct scanner *scanner = arg;
    log_info(scanner->log, "Found file: %s (%llu bytes)", path, (unsigned long long)size);
    outbox_put(scanner->outbox, path, false, size);
}

static void on_gone(void *arg, const char *path)
{
    struct scanner *scanner = arg;
    log_info(scanner->log, "File is gone: %s", path);
    outbox_put(scanner->outbox, path, true, 0);
}

static void on_refused(void *arg, const char *path)
{
    struct scanner *scanner = arg;
    log_warn(scanner->log, "Not served, its name breaks the rules: %s", path);
}

/* Scanning */

static void tell_unwatched(struct scanner *scanner, int error)
{
    scanner->unwatched = true;
    if (!scanner->told_unwatched)
        log_warn(scanner->log, "Cannot watch all folders: %s; looking at them from time to time",
                 error == PLAT_ERR_NO_SPACE ? "the system's limit is reached"
                                            : plat_error_text(error));
    scanner->told_unwatched = true;
}

/* Watching each folder is best done before listing it, so that no change falls in between. */
static void watch_folder(struct scanner *scanner, const char *path)
{
    if (!scanner->watch)
        return;
    int rc = plat_folder_watch_add(scanner->watch, path);
    if (rc < 0 && rc != PLAT_ERR_NOT_FOUND)
        tell_unwatched(scanner, rc);
}

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

static void warn_unreadable(struct scanner *scanner, const char *path, int error)
{
    log_warn(scanner->log, "Cannot read folder %s: %s", *path ? path : root_path(scanner->root),
             plat_error_text(error));
}

/* Lists a folder and adds those below it that are to be listed, too. */
static void list_folder(struct scanner *scanner, struct tree_folder *folder, struct folders *below)
{
    struct plat_listing *listing;
    watch_folder(scanner, folder->name);
    int rc = plat_listing_open(&listing, root_folder_plat(scanner->folder), folder->name);
    if (rc == 0) {
        rc = list_entries(scanner, folder, listing, below);
        plat_listing_close(listing);
        if (rc < 0) {
            warn_unreadable(scanner, folder->name, rc);
            scanner->unfinished = true;
        }
        return;
    }
    if (rc != PLAT_ERR_NOT_FOUND && rc != PLAT_ERR_NOT_FOLDER)
        warn_unreadable(scanner, folder->name, rc);
    if (!root_means_gone(rc))
        scanner->unfinished = true;
    else if (folder->parent)
        tree_remove_folder(&scanner->tree, folder);
}

/* Lists the folder and what is below it: all of that, or only what is new. Listing one never
 * removes another that is still to come, as those were seen in this scan. */
static void scan_below(struct scanner *scanner, struct tree_folder *folder, bool all)
{
    struct folders todo = {.all = all};
    list_folder(scanner, folder, &todo);
    while (todo.count > 0 && !plat_atomic_load(&scanner->stopping))
        list_folder(scanner, todo.items[--todo.count], &todo);
    free(todo.items);
}

static void begin_use(struct scanner *scanner)
{
    scanner->folder = root_acquire(scanner->root);
}

static void end_use(struct scanner *scanner)
{
    root_release(scanner->root, scanner->folder);
    outbox_send(scanner->outbox, false);
    if (scanner->tree.pending && !timer_is_set(&scanner->look_timer))
        loop_set_timer(scanner->loop, &scanner->look_timer, plat_clock_now_ms() + LOOK_AGAIN_MS);
}

/* The first scan waits a little for files that were written just before, so that they are
 * registered with the others. */
static void complete_if_settled(struct scanner *scanner)
{
    bool waits = scanner->tree.pending && plat_clock_now_ms() - scanner->start_ms < FIRST_WAIT_MS;
    if (scanner->complete || waits)
        return;
    scanner->complete = true;
    outbox_send(scanner->outbox, true);
}

static void on_look_timer(struct timer *timer)
{
    struct scanner *scanner = CONTAINER_OF(timer, struct scanner, look_timer);
    char path[FILE_NAME_SIZE_MAX + 1];
    struct tree_file *next;
    begin_use(scanner);
    for (struct tree_file *file = scanner->tree.pending; file; file = next) {
        struct plat_file_info info;
        next = file->next_pending;
        int rc = PLAT_ERR_NOT_FOUND;
        if (scanner->folder && tree_path(file, path, sizeof path) > 0)
            rc = plat_file_look(root_folder_plat(scanner->folder), path, &info);
        if (rc == 0 || root_means_gone(rc))
            tree_look_again(&scanner->tree, file, rc == 0 ? &info : NULL, plat_clock_now_ms(),
                            plat_clock_unix_ms());
    }
    end_use(scanner);
    complete_if_settled(scanner);
}

/* Watching */

static struct slice dirty_path(const void *item)
{
    return slice_text(item);
}

static void clear_dirty(struct scanner *scanner)
{
    for (size_t i = 0; i < scanner->dirty.count; i++)
        free(sorted_at(&scanner->dirty, i));
    scanner->dirty.count = 0;
}

static void mark_dirty(struct scanner *scanner, const char *path)
{
    if (sorted_find(&scanner->dirty, slice_text(path)))
        return;
    char *copy = malloc(strlen(path) + 1);
    if (copy)
        strcpy(copy, path);
    if (copy && sorted_add(&scanner->dirty, copy) == 0)
        return;
    free(copy);
    scanner->all_dirty = true;
}

static void on_watch_event(struct loop_source *source, unsigned events)
{
    struct scanner *scanner = CONTAINER_OF(source, struct scanner, source);
    char path[FILE_NAME_SIZE_MAX * 2];
    int rc;
    (void)events;
    while ((rc = plat_folder_watch_next(scanner->watch, path, sizeof path)) == 0)
        mark_dirty(scanner, path);
    if (rc != PLAT_AGAIN)
        scanner->all_dirty = true;
    if (!timer_is_set(&scanner->gather_timer))
        loop_set_timer(scanner->loop, &scanner->gather_timer, loop_now(scanner->loop) + GATHER_MS);
}

static void on_gather_timer(struct timer *timer)
{
    struct scanner *scanner = CONTAINER_OF(timer, struct scanner, gather_timer);
    if (scanner->all_dirty) {
        scan_all(scanner);
        return;
    }
    uint64_t start_ms = plat_clock_now_ms();
    begin_use(scanner);
    for (size_t i = 0; i < scanner->dirty.count && scanner->folder; i++) {
        struct slice path = dirty_path(sorted_at(&scanner->dirty, i));
        struct tree_folder *folder = tree_find_folder(&scanner->tree, path);
        if (folder)
            scan_below(scanner, folder, false);
    }
    clear_dirty(scanner);
    end_use(scanner);
    if (scanner->unfinished && !scanner->retrying)
        loop_set_timer(scanner->loop, &scanner->scan_timer, plat_clock_now_ms() + POLL_MS);
    scanner->retrying = scanner->unfinished;
    /* A folder that changes all the time is not listed all the time. */
    uint64_t took_ms = plat_clock_now_ms() - start_ms;
    if (took_ms > GATHER_MS)
        loop_set_timer(scanner->loop, timer, plat_clock_now_ms() + 2 * took_ms);
}

static void close_watch(struct scanner *scanner)
{
    if (!scanner->watch)
        return;
    loop_forget(scanner->loop, &scanner->source);
    plat_folder_watch_close(scanner->watch);
    scanner->watch = NULL;
}

static void open_watch(struct scanner *scanner)
{
    close_watch(scanner);
    int rc = plat_folder_watch_open(&scanner->watch, root_path(scanner->root));
    if (rc < 0) {
        scanner->watch = NULL;
        if (rc != PLAT_ERR_UNSUPPORTED && rc != PLAT_ERR_NOT_FOUND)
            tell_unwatched(scanner, rc);
        return;
    }
    scanner->source = (struct loop_source){
        .watch = PLAT_WATCH_INIT(plat_folder_watch_socket(scanner->watch)),
        .on_event = on_watch_event,
    };
    if (loop_watch(scanner->loop, &scanner->source, PLAT_READ) < 0)
        close_watch(scanner);
}

/* When to look at everything again: often where changes are not told. */
static uint64_t scan_pause_ms(const struct scanner *scanner, uint64_t took_ms)
{
    bool told = !scanner->unfinished && !scanner->root_missing && scanner->watch &&
                !scanner->unwatched && plat_folder_watch_sees_contents();
    uint64_t pause_ms = told ? CHECK_MS : POLL_MS;
    return pause_ms > took_ms * SCAN_SHARE ? pause_ms : took_ms * SCAN_SHARE;
}

/* Opens the folder's path anew, as another folder may stand there now, or none. */
static void reopen_root(struct scanner *scanner)
{
    int rc = root_reopen(scanner->root);
    if (rc < 0 && !root_means_gone(rc)) {
        warn_unreadable(scanner, "", rc);
        scanner->unfinished = true;
        return;
    }
    if (rc < 0 && !scanner->root_missing)
        log_warn(scanner->log, "Cannot open files folder %s: %s; serving nothing until it is back",
                 root_path(scanner->root), plat_error_text(rc));
    if (rc == 0 && scanner->root_missing)
        log_info(scanner->log, "Files folder %s is back", root_path(scanner->root));
    scanner->all_dirty = scanner->all_dirty || scanner->root_missing; /* to watch it again */
    scanner->root_missing = rc < 0;
}

static void forget_all(struct scanner *scanner)
{
    tree_list_begin(&scanner->tree);
    tree_list_end(&scanner->tree, scanner->tree.root);
}

/* Looks at everything. */
static void scan_all(struct scanner *scanner)
{
    uint64_t start_ms = plat_clock_now_ms();
    scanner->unfinished = scanner->retrying = scanner->unwatched = false;
    if (scanner->complete)
        reopen_root(scanner);
    if (scanner->all_dirty || !scanner->complete || !scanner->watch)
        open_watch(scanner);
    scanner->all_dirty = false;
    clear_dirty(scanner);
    begin_use(scanner);
    if (scanner->folder)
        scan_below(scanner, scanner->tree.root, true);
    else
        forget_all(scanner);
    end_use(scanner);
    uint64_t now_ms = plat_clock_now_ms();
    loop_set_timer(scanner->loop, &scanner->scan_timer,
                   now_ms + scan_pause_ms(scanner, now_ms - start_ms));
}

/* A watch tells nothing when the path comes to lead elsewhere, by a link or a folder above it, and
 * nothing of a folder that was removed while we hold it open. */
static void on_root_timer(struct timer *timer)
{
    struct scanner *scanner = CONTAINER_OF(timer, struct scanner, root_timer);
    if (scanner->complete && !scanner->root_missing && root_has_moved(scanner->root)) {
        scanner->all_dirty = true;
        scan_all(scanner);
    }
    loop_set_timer(scanner->loop, timer, plat_clock_now_ms() + POLL_MS);
}

static void on_scan_timer(struct timer *timer)
{
    scan_all(CONTAINER_OF(timer, struct scanner, scan_timer));
}

static void run(void *arg)
{
    struct scanner *scanner = arg;
    scanner->start_ms = plat_clock_now_ms();
    scan_all(scanner);
    complete_if_settled(scanner);
    loop_set_timer(scanner->loop, &scanner->root_timer, plat_clock_now_ms() + POLL_MS);
    (void)loop_run(scanner->loop);
    close_watch(scanner);
}

static void free_scanner(struct scanner *scanner)
{
    loop_close(scanner->loop);
    outbox_close(scanner->outbox);
    clear_dirty(scanner);
    sorted_fini(&scanner->dirty);
    tree_fini(&scanner->tree);
    free(scanner);
}

static int open_parts(struct scanner *scanner, struct loop *main_loop,
                      const struct scanner_events *events)
{
    int rc = tree_init(&scanner->tree, &scanner->tree_events);
    if (rc == 0)
        rc = outbox_open(&scanner->outbox, main_loop, scanner->log, events);
    if (rc == 0)
        rc = loop_open(&scanner->loop);
    if (rc == 0)
        rc = plat_thread_start(&scanner->thread, run, scanner);
    return rc;
}

int scanner_open(struct scanner **out, struct loop *main_loop, struct log *log, struct root *root,
                 const struct scanner_events *events)
{
    struct scanner *scanner = calloc(1, sizeof *scanner);
    if (!scanner)
        return PLAT_ERR_NO_MEMORY;
    scanner->log = log;
    scanner->root = root;
    scanner->tree_events = (struct tree_events){on_file, on_gone, on_refused, scanner};
    scanner->dirty = (struct sorted)SORTED_INIT(dirty_path);
    scanner->look_timer.fire = on_look_timer;
    scanner->scan_timer.fire = on_scan_timer;
    scanner->gather_timer.fire = on_gather_timer;
    scanner->root_timer.fire = on_root_timer;
    int rc = open_parts(scanner, main_loop, events);
    if (rc < 0) {
        free_scanner(scanner);
        return rc;
    }
    *out = scanner;
    return 0;
}

void scanner_close(struct scanner *scanner)
{
    if (!scanner)
        return;
    plat_atomic_store(&scanner->stopping, 1);
    loop_stop(scanner->loop);
    plat_thread_join(&scanner->thread);
    free_scanner(scanner);
}

#include "content/scanner.h"

#include <stdlib.h>

#include "base/container.h"
#include "content/scanner_parts.h"
#include "plat/clock.h"
#include "proto/limits.h"

enum {
    LOOK_AGAIN_MS = 200,  /* at files that have not settled */
    POLL_MS = 1500,       /* where changes are not told: everything is looked at so often */
    CHECK_MS = 60 * 1000, /* where they are, as some file systems forget to tell */
    SCAN_SHARE = 20,      /* looking at everything takes at most this part of the time */
    FIRST_WAIT_MS = 2000, /* for files that are being written when the server starts */
};

static void scan_all(struct scanner *scanner);

static void on_file(void *arg, const char *path, const struct stamp *stamp)
{
    struct scanner *scanner = arg;
    log_info(scanner->log, "Found file: %s (%llu bytes)", path, (unsigned long long)stamp->size);
    root_note_change(scanner->root);
    outbox_put(scanner->outbox, path, CHANGE_FILE, stamp);
}

static void on_gone(void *arg, const char *path)
{
    struct scanner *scanner = arg;
    log_info(scanner->log, "File is gone: %s", path);
    root_note_change(scanner->root);
    outbox_put(scanner->outbox, path, CHANGE_GONE, NULL);
}

static void on_refused(void *arg, const char *path)
{
    struct scanner *scanner = arg;
    log_warn(scanner->log, "Not served, its name breaks the rules: %s", path);
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

/* Tells that all files of this root are told. */
static void tell_complete(struct scanner *scanner)
{
    uint64_t generation = root_generation(scanner->root);
    if (generation == scanner->told_generation)
        return;
    scanner->told_generation = generation;
    outbox_send(scanner->outbox, true);
}

/* The first scan waits a little for files that were written just before, so that they are
 * registered with the others. */
static void complete_if_settled(struct scanner *scanner)
{
    bool waits = scanner->tree.pending && plat_clock_now_ms() - scanner->start_ms < FIRST_WAIT_MS;
    if (scanner->complete || waits)
        return;
    scanner->complete = true;
    tell_complete(scanner);
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
        struct slice path = slice_text(sorted_at(&scanner->dirty, i));
        struct tree_folder *folder = tree_find_folder(&scanner->tree, path);
        if (folder)
            scanner_list_below(scanner, folder, false);
    }
    scanner_clear_dirty(scanner);
    end_use(scanner);
    if (scanner->unfinished && !scanner->retrying)
        loop_set_timer(scanner->loop, &scanner->scan_timer, plat_clock_now_ms() + POLL_MS);
    scanner->retrying = scanner->unfinished;
    /* A folder that changes all the time is not listed all the time. */
    uint64_t took_ms = plat_clock_now_ms() - start_ms;
    if (took_ms > SCANNER_GATHER_MS)
        loop_set_timer(scanner->loop, timer, plat_clock_now_ms() + 2 * took_ms);
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
        scanner_warn_unreadable(scanner, "", rc);
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
        scanner_open_watch(scanner);
    scanner->all_dirty = false;
    scanner_clear_dirty(scanner);
    begin_use(scanner);
    if (scanner->folder)
        scanner_list_below(scanner, scanner->tree.root, true);
    else
        forget_all(scanner);
    end_use(scanner);
    if (scanner->complete)
        tell_complete(scanner);
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
    scanner_close_watch(scanner);
}

static void free_scanner(struct scanner *scanner)
{
    loop_close(scanner->loop);
    outbox_close(scanner->outbox);
    scanner_clear_dirty(scanner);
    sorted_fini(&scanner->dirty);
    tree_fini(&scanner->tree);
    free(scanner);
}

static int open_parts(struct scanner *scanner, struct loop *main_loop,
                      const struct outbox_events *events)
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
                 const struct outbox_events *events)
{
    struct scanner *scanner = calloc(1, sizeof *scanner);
    if (!scanner)
        return PLAT_ERR_NO_MEMORY;
    scanner->log = log;
    scanner->root = root;
    scanner->tree_events = (struct tree_events){on_file, on_gone, on_refused, scanner};
    scanner_init_dirty(scanner);
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

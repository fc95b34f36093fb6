/*
 * Hearing of changes in the served folders, and gathering in which ones they were.
 */
#include "content/scanner_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "proto/limits.h"

static void tell_unwatched(struct scanner *scanner, int error)
{
    scanner->unwatched = true;
    if (!scanner->told_unwatched)
        log_warn(scanner->log, "Cannot watch all folders: %s; looking at them from time to time",
                 error == PLAT_ERR_NO_SPACE ? "the system's limit is reached"
                                            : plat_error_text(error));
    scanner->told_unwatched = true;
}

void scanner_watch_folder(struct scanner *scanner, const char *path)
{
    if (!scanner->watch)
        return;
    int rc = plat_folder_watch_add(scanner->watch, path);
    if (rc < 0 && rc != PLAT_ERR_NOT_FOUND)
        tell_unwatched(scanner, rc);
}

static struct slice dirty_path(const void *item)
{
    return slice_text(item);
}

void scanner_init_dirty(struct scanner *scanner)
{
    scanner->dirty = (struct sorted)SORTED_INIT(dirty_path);
}

void scanner_clear_dirty(struct scanner *scanner)
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
    root_note_change(scanner->root);
    while ((rc = plat_folder_watch_next(scanner->watch, path, sizeof path)) == 0)
        mark_dirty(scanner, path);
    if (rc != PLAT_AGAIN)
        scanner->all_dirty = true;
    if (!timer_is_set(&scanner->gather_timer))
        loop_set_timer(scanner->loop, &scanner->gather_timer,
                       loop_now(scanner->loop) + SCANNER_GATHER_MS);
}

void scanner_close_watch(struct scanner *scanner)
{
    if (!scanner->watch)
        return;
    loop_forget(scanner->loop, &scanner->source);
    plat_folder_watch_close(scanner->watch);
    scanner->watch = NULL;
}

void scanner_open_watch(struct scanner *scanner)
{
    scanner_close_watch(scanner);
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
        scanner_close_watch(scanner);
}

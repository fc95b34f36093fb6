/*
 * Noticing changes below a folder with ReadDirectoryChangesW, which watches the whole tree.
 *
 * It reports to a handle, which WSAPoll cannot wait for. So a thread of the watch's own waits,
 * notes the changed folders, and rings a bell that the loop polls.
 */
#include "plat/watch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "os_bell.h"
#include "os_error.h"
#include "os_path.h"
#include "os_system.h"
#include "os_wide.h"
#include "plat/thread.h"

enum {
    WHAT = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME | FILE_NOTIFY_CHANGE_SIZE |
           FILE_NOTIFY_CHANGE_LAST_WRITE,
    REPORT_SIZE = 64 * 1024, /* more is refused for a folder on another machine */
    NOTES_SIZE = 32 * 1024,  /* of folder names not yet taken; beyond, changes are "lost" */
    NAME_SIZE = 4096
};

struct plat_folder_watch {
    HANDLE folder;
    HANDLE done, stop, begun; /* events: a report is there; the thread shall end; it watches */
    struct plat_thread thread;
    bool has_thread;
    int begin_error;
    OVERLAPPED overlapped;
    DWORD report[REPORT_SIZE / sizeof(DWORD)]; /* the thread's own; must be aligned so */

    struct plat_mutex mutex; /* for what follows */
    struct os_bell bell;
    bool lost;
    size_t notes_length;
    char notes[NOTES_SIZE]; /* names, each with its final zero */
};

static bool is_noted(const struct plat_folder_watch *watch, const char *name)
{
    const char *end = watch->notes + watch->notes_length;
    for (const char *at = watch->notes; at < end; at += strlen(at) + 1)
        if (strcmp(at, name) == 0)
            return true;
    return false;
}

/* NULL: anything may have changed. */
static void note(struct plat_folder_watch *watch, const char *name)
{
    plat_mutex_lock(&watch->mutex);
    if (name && !watch->lost && !is_noted(watch, name)) {
        size_t size = strlen(name) + 1;
        if (size <= sizeof watch->notes - watch->notes_length) {
            memcpy(watch->notes + watch->notes_length, name, size);
            watch->notes_length += size;
        } else {
            name = NULL;
        }
    }
    if (!name) {
        watch->lost = true;
        watch->notes_length = 0;
    }
    os_bell_ring(&watch->bell);
    plat_mutex_unlock(&watch->mutex);
}

/* Notes the folder that a changed entry is in. */
static void note_entry(struct plat_folder_watch *watch, const FILE_NOTIFY_INFORMATION *entry)
{
    char name[NAME_SIZE];
    size_t length = entry->FileNameLength / sizeof entry->FileName[0];
    bool may_be_short = false;
    while (length > 0 && entry->FileName[length - 1] != L'\\')
        length--;
    length -= length > 0;
    for (size_t i = 0; i < length; i++)
        may_be_short = may_be_short || entry->FileName[i] == L'~';
    /* The system may tell a name in its short form (PROGRA~1), which the caller would not know. */
    if (may_be_short || os_wide_to_buffer(name, sizeof name, entry->FileName, length) < 0) {
        note(watch, NULL);
        return;
    }
    for (char *at = name; *at; at++)
        if (*at == '\\')
            *at = '/';
    note(watch, name);
}

static void note_report(struct plat_folder_watch *watch, DWORD size)
{
    const char *at = (const char *)watch->report;
    if (size == 0) { /* more than the system's buffer could hold */
        note(watch, NULL);
        return;
    }
    for (;;) {
        const FILE_NOTIFY_INFORMATION *entry = (const void *)at;
        note_entry(watch, entry);
        if (entry->NextEntryOffset == 0)
            return;
        at += entry->NextEntryOffset;
    }
}

static bool begin_report(struct plat_folder_watch *watch)
{
    memset(&watch->overlapped, 0, sizeof watch->overlapped);
    watch->overlapped.hEvent = watch->done;
    return ReadDirectoryChangesW(watch->folder, watch->report, sizeof watch->report, TRUE, WHAT,
                                 NULL, &watch->overlapped, NULL);
}

static void run(void *arg)
{
    struct plat_folder_watch *watch = arg;
    HANDLE either[] = {watch->stop, watch->done};
    DWORD size;
    bool asked = begin_report(watch);
    watch->begin_error = asked ? 0 : os_error_last();
    SetEvent(watch->begun);
    while (asked && WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0 + 1) {
        if (!GetOverlappedResult(watch->folder, &watch->overlapped, &size, FALSE)) {
            asked = false;
            break;
        }
        note_report(watch, size);
        asked = begin_report(watch);
    }
    if (asked) {
        CancelIoEx(watch->folder, &watch->overlapped);
        GetOverlappedResult(watch->folder, &watch->overlapped, &size, TRUE);
    } else if (watch->begin_error == 0) {
        note(watch, NULL); /* the folder itself went away, or its drive */
    }
}

static int open_handle(struct plat_folder_watch *watch, const char *path)
{
    BY_HANDLE_FILE_INFORMATION info;
    wchar_t *full = NULL, *root;
    int rc = os_path_full(&full, path);
    if (rc == 0)
        rc = os_path_below(&root, full, "");
    free(full);
    if (rc < 0)
        return rc;
    watch->folder = CreateFileW(
        root, FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    free(root);
    if (watch->folder == INVALID_HANDLE_VALUE || !GetFileInformationByHandle(watch->folder, &info))
        return os_error_last();
    return info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? 0 : PLAT_ERR_NOT_FOLDER;
}

/* Returns when the system has begun to collect changes: the thread asks it, since a request ends
 * with the thread that made it. */
static int start(struct plat_folder_watch *watch)
{
    watch->done = CreateEventW(NULL, FALSE, FALSE, NULL);
    watch->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    watch->begun = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!watch->done || !watch->stop || !watch->begun)
        return os_error_last();
    int rc = plat_thread_start(&watch->thread, run, watch);
    if (rc < 0)
        return rc;
    watch->has_thread = true;
    WaitForSingleObject(watch->begun, INFINITE);
    return watch->begin_error < 0 ? PLAT_ERR_UNSUPPORTED : 0;
}

int plat_folder_watch_open(struct plat_folder_watch **out, const char *path)
{
    struct plat_folder_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return PLAT_ERR_NO_MEMORY;
    watch->folder = INVALID_HANDLE_VALUE;
    plat_mutex_init(&watch->mutex);
    int rc = os_bell_open(&watch->bell);
    if (rc == 0)
        rc = open_handle(watch, path);
    if (rc == 0)
        rc = start(watch);
    if (rc < 0)
        plat_folder_watch_close(watch);
    else
        *out = watch;
    return rc;
}

static void close_event(HANDLE event)
{
    if (event)
        CloseHandle(event);
}

void plat_folder_watch_close(struct plat_folder_watch *watch)
{
    if (!watch)
        return;
    if (watch->has_thread) {
        SetEvent(watch->stop);
        plat_thread_join(&watch->thread);
    }
    if (watch->folder != INVALID_HANDLE_VALUE)
        CloseHandle(watch->folder);
    close_event(watch->done);
    close_event(watch->stop);
    close_event(watch->begun);
    os_bell_close(&watch->bell);
    plat_mutex_fini(&watch->mutex);
    free(watch);
}

bool plat_folder_watch_sees_contents(void)
{
    return true;
}

plat_socket plat_folder_watch_socket(const struct plat_folder_watch *watch)
{
    return watch->bell.socket;
}

int plat_folder_watch_add(struct plat_folder_watch *watch, const char *name)
{
    (void)watch;
    (void)name; /* the tree is watched already */
    return 0;
}

/* Takes the first note; one that was cut is what the contract promises. */
static void take_note(struct plat_folder_watch *watch, char *name, size_t size)
{
    size_t taken = strlen(watch->notes) + 1;
    size_t length = taken - 1 < size - 1 ? taken - 1 : size - 1;
    memcpy(name, watch->notes, length);
    name[length] = '\0';
    watch->notes_length -= taken;
    memmove(watch->notes, watch->notes + taken, watch->notes_length);
}

int plat_folder_watch_next(struct plat_folder_watch *watch, char *name, size_t size)
{
    int rc = 0;
    plat_mutex_lock(&watch->mutex);
    if (watch->lost) {
        watch->lost = false;
        rc = PLAT_LOST;
    } else if (watch->notes_length > 0) {
        take_note(watch, name, size);
    } else {
        os_bell_silence(&watch->bell);
        rc = PLAT_AGAIN;
    }
    plat_mutex_unlock(&watch->mutex);
    return rc;
}

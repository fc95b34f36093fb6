/*
 * Noticing changes below a folder with ReadDirectoryChangesW, which watches the whole tree.
 *
 * It reports to a handle, which WSAPoll cannot wait for. So a thread of the watch's own waits,
 * notes the changed folders, and rings a bell that the loop polls. It never reports that the
 * watched folder itself was renamed, so the thread looks from time to time whether the folder is
 * still where it was.
 */
#include "plat/watch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "os_error.h"
#include "os_notes.h"
#include "os_path.h"
#include "os_system.h"
#include "os_wide.h"
#include "plat/clock.h"
#include "plat/thread.h"

enum {
    WHAT = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME | FILE_NOTIFY_CHANGE_SIZE |
           FILE_NOTIFY_CHANGE_LAST_WRITE,
    REPORT_SIZE = 64 * 1024, /* more is refused for a folder on another machine */
    NAME_SIZE = 4096,
    LOOK_MS = 1000 /* between two looks at whether the folder is in its place */
};

struct plat_folder_watch {
    HANDLE folder;
    wchar_t *path;            /* with a final backslash */
    HANDLE done, stop, begun; /* events: a report is there; the thread shall end; it watches */
    struct plat_thread thread;
    bool has_thread;
    int begin_error;
    OVERLAPPED overlapped;
    DWORD report[REPORT_SIZE / sizeof(DWORD)]; /* the thread's own; must be aligned so */
    struct os_notes notes;                     /* the changed folders */
};

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
        os_notes_put(&watch->notes, NULL);
        return;
    }
    for (char *at = name; *at; at++)
        if (*at == '\\')
            *at = '/';
    os_notes_put(&watch->notes, name);
}

/* Several entries, one behind the other, at distances that each tells. */
static void note_report(struct plat_folder_watch *watch, DWORD size)
{
    const char *at = (const char *)watch->report;
    if (size == 0) { /* more than the system's buffer could hold */
        os_notes_put(&watch->notes, NULL);
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

/* Between two reports the system collects in a buffer of its own, of the size of ours, which it
 * makes with the first request: so nothing is lost in between unless that runs over. */
static bool begin_report(struct plat_folder_watch *watch)
{
    memset(&watch->overlapped, 0, sizeof watch->overlapped);
    watch->overlapped.hEvent = watch->done;
    return ReadDirectoryChangesW(watch->folder, watch->report, sizeof watch->report, TRUE, WHAT,
                                 NULL, &watch->overlapped, NULL) != 0;
}

static HANDLE open_folder(const wchar_t *path, DWORD access, DWORD flags)
{
    /* All shares: nobody is kept from renaming or removing the folder because it is watched. */
    return CreateFileW(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags, NULL);
}

/* Whether the path still leads to the folder that is watched. By the file's number, since a path
 * tells nothing of what was put in its place. */
static bool is_in_place(const struct plat_folder_watch *watch)
{
    BY_HANDLE_FILE_INFORMATION ours, found;
    HANDLE there = open_folder(watch->path, FILE_READ_ATTRIBUTES, 0);
    if (there == INVALID_HANDLE_VALUE)
        return false;
    bool same = GetFileInformationByHandle(there, &found) &&
                GetFileInformationByHandle(watch->folder, &ours) &&
                found.dwVolumeSerialNumber == ours.dwVolumeSerialNumber &&
                found.nFileIndexHigh == ours.nFileIndexHigh &&
                found.nFileIndexLow == ours.nFileIndexLow;
    CloseHandle(there);
    return same;
}

/* Takes the report that is there and asks for the next one; false if there is none to come. */
static bool take_report(struct plat_folder_watch *watch)
{
    DWORD size;
    if (!GetOverlappedResult(watch->folder, &watch->overlapped, &size, FALSE))
        return false;
    note_report(watch, size);
    return begin_report(watch);
}

/* Returns when the thread shall end, or when the folder went away; *asked is whether a report is
 * still to come then, into memory that must stay until it has come. */
static void take_reports(struct plat_folder_watch *watch, bool *asked)
{
    HANDLE either[] = {watch->stop, watch->done};
    uint64_t looked_ms = plat_clock_now_ms();
    while (*asked) {
        DWORD which = WaitForMultipleObjects(2, either, FALSE, LOOK_MS);
        if (which == WAIT_OBJECT_0 + 1)
            *asked = take_report(watch);
        else if (which != WAIT_TIMEOUT)
            return;
        /* Also where one report follows the other. */
        if (plat_clock_now_ms() - looked_ms < LOOK_MS)
            continue;
        looked_ms = plat_clock_now_ms();
        if (!is_in_place(watch))
            return;
    }
}

/* The thread. Its last request is cancelled and waited for, because the system writes to the buffer
 * until then. */
static void run(void *arg)
{
    struct plat_folder_watch *watch = arg;
    DWORD size;
    bool asked = begin_report(watch);
    watch->begin_error = asked ? 0 : os_error_last();
    SetEvent(watch->begun);
    take_reports(watch, &asked);
    if (asked) {
        CancelIoEx(watch->folder, &watch->overlapped);
        GetOverlappedResult(watch->folder, &watch->overlapped, &size, TRUE);
    }
    /* Nobody asked it to end: the folder went away, or its drive. */
    if (WaitForSingleObject(watch->stop, 0) != WAIT_OBJECT_0)
        os_notes_put(&watch->notes, NULL);
}

static int open_handle(struct plat_folder_watch *watch, const char *path)
{
    BY_HANDLE_FILE_INFORMATION info;
    wchar_t *full = NULL;
    int rc = os_path_full(&full, path);
    if (rc == 0)
        rc = os_path_below(&watch->path, full, "");
    free(full);
    if (rc < 0)
        return rc;
    watch->folder = open_folder(watch->path, FILE_LIST_DIRECTORY, FILE_FLAG_OVERLAPPED);
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

/* Large, for the report and the names in it, and so from calloc: pages that are never written cost
 * nothing. */
int plat_folder_watch_open(struct plat_folder_watch **out, const char *path)
{
    struct plat_folder_watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return PLAT_ERR_NO_MEMORY;
    watch->folder = INVALID_HANDLE_VALUE;
    int rc = os_notes_open(&watch->notes);
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

/* Also of one that was opened halfway. The thread has to end first: it uses all the rest. */
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
    os_notes_close(&watch->notes);
    free(watch->path);
    free(watch);
}

bool plat_folder_watch_sees_contents(void)
{
    return true;
}

plat_socket plat_folder_watch_socket(const struct plat_folder_watch *watch)
{
    return watch->notes.bell.socket;
}

int plat_folder_watch_add(struct plat_folder_watch *watch, const char *name)
{
    (void)watch;
    (void)name; /* the tree is watched already */
    return 0;
}

int plat_folder_watch_next(struct plat_folder_watch *watch, char *name, size_t size)
{
    return os_notes_take(&watch->notes, name, size);
}

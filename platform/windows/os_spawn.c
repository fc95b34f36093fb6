/*
 * Creating a process with chosen standard streams and nothing else of ours.
 *
 * CreateProcessW hands down either no handle or every inheritable one. Other threads may be making
 * such handles for children of their own at this very moment, so each child gets a list.
 */
#include "os_spawn.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "os_command.h"
#include "os_error.h"
#include "os_path.h"
#include "os_wide.h"
#include "plat/random.h"

enum { PIPE_SIZE = 64 * 1024 };

/* The child's ends. */
struct ends {
    HANDLE in, out;
};

/* For handles that are NULL where there is none; CreateFileW's are -1, and are turned into that. */
void os_close_handle(HANDLE *handle)
{
    if (*handle)
        CloseHandle(*handle);
    *handle = NULL;
}

/* A file or pipe by name, of which the child gets the handle. 0, or an error with NULL. */
static int open_for_child(HANDLE *out, const wchar_t *path, DWORD access, DWORD disposition)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE handle =
        CreateFileW(path, access, share, &inherited, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
    *out = handle != INVALID_HANDLE_VALUE ? handle : NULL;
    return *out ? 0 : os_error_last();
}

/* Our end is not inheritable, or the child would hold the writing end of its own stdin, and never
 * see it end. */
static int open_input(struct os_streams *streams, struct ends *ends)
{
    if (!CreatePipe(&ends->in, &streams->in, NULL, PIPE_SIZE))
        return os_error_last();
    return SetHandleInformation(ends->in, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)
               ? 0
               : os_error_last();
}

/* Reading with a time limit needs an overlapped pipe, and only pipes with names can be. Nobody else
 * may have made one of this name first, and none is reachable from other machines. */
static int open_output_pipe(struct os_streams *streams, struct ends *ends)
{
    wchar_t name[64];
    uint64_t unique;
    int rc = plat_random_bytes(&unique, sizeof unique);
    if (rc < 0)
        return rc;
    (void)swprintf(name, sizeof name / sizeof name[0], L"\\\\.\\pipe\\mcdn-%lu-%llx",
                   (unsigned long)GetCurrentProcessId(), (unsigned long long)unique);
    HANDLE pipe = CreateNamedPipeW(
        name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 0, PIPE_SIZE, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        return os_error_last();
    streams->out = pipe;
    return open_for_child(&ends->out, name, GENERIC_WRITE, OPEN_EXISTING);
}

/* Full, with its prefix, because the folder that the child is started in does not count for it. */
static int open_output_file(struct ends *ends, const char *path)
{
    wchar_t *full;
    int rc = os_path_full(&full, path);
    if (rc < 0)
        return rc;
    /* First emptied, then opened for appending, so that others may write to its end too. */
    rc = open_for_child(&ends->out, full, GENERIC_WRITE, CREATE_ALWAYS);
    if (rc == 0) {
        os_close_handle(&ends->out);
        rc = open_for_child(&ends->out, full, FILE_APPEND_DATA | SYNCHRONIZE, OPEN_EXISTING);
    }
    free(full);
    return rc;
}

/* What was opened before a failure is os_spawn's to close. */
static int open_streams(struct os_streams *streams, struct ends *ends, const char *output_path)
{
    int rc = open_input(streams, ends);
    if (rc < 0)
        return rc;
    return output_path ? open_output_file(ends, output_path) : open_output_pipe(streams, ends);
}

/* A list of the handles that the child inherits, instead of all that are inheritable. */
static int make_list(LPPROC_THREAD_ATTRIBUTE_LIST *out, HANDLE *handles, size_t size)
{
    SIZE_T bytes = 0;
    InitializeProcThreadAttributeList(NULL, 1, 0, &bytes);
    LPPROC_THREAD_ATTRIBUTE_LIST list = malloc(bytes);
    if (!list)
        return PLAT_ERR_NO_MEMORY;
    if (!InitializeProcThreadAttributeList(list, 1, 0, &bytes)) {
        int rc = os_error_last();
        free(list);
        return rc;
    }
    if (!UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, size, NULL,
                                   NULL)) {
        int rc = os_error_last();
        DeleteProcThreadAttributeList(list);
        free(list);
        return rc;
    }
    *out = list;
    return 0;
}

/* Suspended until it is in its job. A group of its own, for Ctrl-Break to reach it and not us.
 * Without a console of ours it would get a new one with a window, which nobody asked for. */
static DWORD creation_flags(void)
{
    DWORD flags = CREATE_SUSPENDED | CREATE_NEW_PROCESS_GROUP | EXTENDED_STARTUPINFO_PRESENT;
    return GetConsoleCP() != 0 ? flags : flags | CREATE_NO_WINDOW;
}

/* The command line is not const, because the system writes to it while it looks for the program's
 * name. STARTF_USESTDHANDLES hands the handles over; that they are inheritable alone does not. */
static int create(PROCESS_INFORMATION *made, const struct ends *ends, const wchar_t *program,
                  wchar_t *line, const wchar_t *folder)
{
    HANDLE handles[] = {ends->in, ends->out};
    STARTUPINFOEXW start = {0};
    int rc = make_list(&start.lpAttributeList, handles, sizeof handles);
    if (rc < 0)
        return rc;
    start.StartupInfo.cb = sizeof start;
    start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    start.StartupInfo.hStdInput = ends->in;
    start.StartupInfo.hStdOutput = ends->out;
    start.StartupInfo.hStdError = ends->out;
    if (!CreateProcessW(program, line, NULL, NULL, TRUE, creation_flags(), NULL, folder,
                        &start.StartupInfo, made))
        rc = os_error_last();
    DeleteProcThreadAttributeList(start.lpAttributeList);
    free(start.lpAttributeList);
    return rc;
}

/* The program is looked for by us, so that the system's own search, which begins in our folder, has
 * nothing left to find. */
static int create_from(PROCESS_INFORMATION *made, const struct ends *ends,
                       const struct plat_process_options *options)
{
    wchar_t *program = NULL, *line = NULL, *folder = NULL;
    int rc = os_command_find(&program, options->argv[0]);
    if (rc == 0)
        rc = os_command_line(&line, options->argv);
    if (rc == 0 && options->folder)
        rc = os_wide_from_utf8(&folder, options->folder);
    /* CreateProcessW would say of a missing one that it is no folder. */
    if (rc == 0 && folder && GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES)
        rc = os_error_last();
    if (rc == 0)
        rc = create(made, ends, program, line, folder);
    free(program);
    free(line);
    free(folder);
    return rc;
}

int os_spawn(PROCESS_INFORMATION *made, struct os_streams *streams,
             const struct plat_process_options *options)
{
    struct ends ends = {NULL, NULL};
    streams->in = streams->out = NULL;
    int rc = open_streams(streams, &ends, options->output_path);
    if (rc == 0)
        rc = create_from(made, &ends, options);
    /* Ours must go, or the pipes would never end. */
    os_close_handle(&ends.in);
    os_close_handle(&ends.out);
    if (rc < 0) {
        os_close_handle(&streams->in);
        os_close_handle(&streams->out);
    }
    return rc;
}

/*
 * Other processes: starting, steering and reading them.
 *
 * A process that we start is in a job of its own, which stands in for what POSIX has process groups
 * and the death of a parent for: it takes its children along.
 */
#include "plat/process.h"

#include <stdbool.h>
#include <stdlib.h>

#include "os_error.h"
#include "os_spawn.h"

struct plat_process {
    HANDLE process;
    HANDLE job; /* it and all that it starts; NULL where jobs cannot be had */
    DWORD id;
    struct os_streams streams;
    HANDLE read_done;
    bool suspended;
};

/* What a process's exit code is when it was killed, as a POSIX shell tells it. Windows knows no
 * signals: whoever kills chooses the code. */
enum {
    EXIT_INTERRUPTED = 128 + 2,
    EXIT_ABORTED = 128 + 6,
    EXIT_KILLED = 128 + 9,
    EXIT_CRASHED = 128 + 11
};

/* The process is in the job before it runs; when the last handle of the job is closed, which also
 * happens when this process is killed, the system ends all in it. */
static HANDLE make_job(HANDLE process)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job = CreateJobObjectW(NULL, NULL);
    if (!job)
        return NULL;
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits) &&
        AssignProcessToJobObject(job, process))
        return job;
    CloseHandle(job);
    return NULL;
}

/* Where no job can be had (in a job that forbids it), the process runs all the same: closing then
 * ends it alone. */
int plat_process_start(struct plat_process **out, const struct plat_process_options *options)
{
    PROCESS_INFORMATION made;
    struct plat_process *process = calloc(1, sizeof *process);
    if (!process)
        return PLAT_ERR_NO_MEMORY;
    process->read_done = CreateEventW(NULL, TRUE, FALSE, NULL);
    int rc = process->read_done ? os_spawn(&made, &process->streams, options) : os_error_last();
    if (rc < 0) {
        os_close_handle(&process->read_done);
        free(process);
        return rc;
    }
    process->process = made.hProcess;
    process->id = made.dwProcessId;
    process->job = make_job(made.hProcess);
    ResumeThread(made.hThread);
    CloseHandle(made.hThread);
    *out = process;
    return 0;
}

void plat_process_close(struct plat_process *process)
{
    if (!process)
        return;
    (void)plat_process_kill(process);
    /* TerminateProcess only begins the end; files stay open until it is over. */
    WaitForSingleObject(process->process, INFINITE);
    os_close_handle(&process->job);
    os_close_handle(&process->process);
    os_close_handle(&process->streams.in);
    os_close_handle(&process->streams.out);
    os_close_handle(&process->read_done);
    free(process);
}

/* The system gives a number to the next process as soon as our handle is closed, not before. */
uint64_t plat_process_id(const struct plat_process *process)
{
    return process->id;
}

/* The system's codes for an end by force are errors of the kernel, from 0xc0000000: an exception
 * that nobody caught, or Ctrl-C without a handler. Programs choose smaller ones. */
static int exit_code_of(DWORD code)
{
    if (code < 0xc0000000u)
        return (int)code;
    if (code == (DWORD)STATUS_CONTROL_C_EXIT)
        return EXIT_INTERRUPTED;
    return code == (DWORD)STATUS_ACCESS_VIOLATION ? EXIT_CRASHED : EXIT_ABORTED;
}

/* 259, STILL_ACTIVE, is an exit code like others, so the code alone would not tell that it runs. */
int plat_process_wait(struct plat_process *process, uint32_t timeout_ms, int *exit_code)
{
    DWORD code;
    switch (WaitForSingleObject(process->process, timeout_ms)) {
    case WAIT_OBJECT_0: break;
    case WAIT_TIMEOUT: return PLAT_AGAIN;
    default: return os_error_last();
    }
    if (!GetExitCodeProcess(process->process, &code))
        return os_error_last();
    *exit_code = exit_code_of(code);
    return 0;
}

/* Asked before each request, since the system takes some of them for a process that has ended. */
static bool has_ended(const struct plat_process *process)
{
    return WaitForSingleObject(process->process, 0) == WAIT_OBJECT_0;
}

/* GenerateConsoleCtrlEvent reaches the groups in our own console only. A process in another one, or
 * with none of ours, is only reached by one who joins its console
 * for a moment. */
static int break_in_its_console(const struct plat_process *process)
{
    if (GetConsoleCP() != 0 || !AttachConsole(process->id))
        return PLAT_ERR_UNSUPPORTED;
    bool sent = GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, process->id) != 0;
    FreeConsole();
    return sent ? 0 : PLAT_ERR_UNSUPPORTED;
}

/* Ctrl-C cannot be sent to one group only, so interrupting is Ctrl-Break too. */
static int send_break(const struct plat_process *process)
{
    if (has_ended(process))
        return PLAT_ERR_NOT_FOUND;
    if (GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, process->id))
        return 0;
    return break_in_its_console(process);
}

int plat_process_terminate(struct plat_process *process)
{
    return send_break(process);
}

int plat_process_interrupt(struct plat_process *process)
{
    return send_break(process);
}

/* Nothing of the process runs any more; what it held is the system's to close. */
int plat_process_kill(struct plat_process *process)
{
    if (has_ended(process))
        return PLAT_ERR_NOT_FOUND;
    return TerminateProcess(process->process, EXIT_KILLED) ? 0 : os_error_last();
}

/* NtSuspendProcess and NtResumeProcess are in no header, but have been in every Windows since
 * XP; stopping the threads one by one would miss those that are made meanwhile. */
static int call_on_process(const char *name, HANDLE process)
{
    typedef LONG(NTAPI * call)(HANDLE);
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    FARPROC found = ntdll ? GetProcAddress(ntdll, name) : NULL;
    if (!found)
        return PLAT_ERR_UNSUPPORTED;
    return ((call)(void (*)(void))found)(process) < 0 ? PLAT_ERR_OTHER : 0;
}

/* Suspensions are counted by the system, but not by the contract. */
static int set_suspended(struct plat_process *process, bool suspended)
{
    if (has_ended(process))
        return PLAT_ERR_NOT_FOUND;
    if (process->suspended == suspended)
        return 0;
    int rc = call_on_process(suspended ? "NtSuspendProcess" : "NtResumeProcess", process->process);
    if (rc == 0)
        process->suspended = suspended;
    return rc;
}

/* The handle has all rights, since we made the process. */
int plat_process_suspend(struct plat_process *process)
{
    return set_suspended(process, true);
}

int plat_process_resume(struct plat_process *process)
{
    return set_suspended(process, false);
}

/* The pipe blocks, and a child that does not read makes us wait, as the contract says. */
int plat_process_write(struct plat_process *process, const void *data, size_t size)
{
    enum { MOST = 1 << 30 };
    const char *at = data;
    if (!process->streams.in)
        return PLAT_ERR_RESET;
    while (size > 0) {
        DWORD n;
        if (!WriteFile(process->streams.in, at, size < MOST ? (DWORD)size : MOST, &n, NULL))
            return os_error_last();
        at += n;
        size -= n;
    }
    return 0;
}

void plat_process_close_stdin(struct plat_process *process)
{
    os_close_handle(&process->streams.in);
}

/* 0 with the bytes read, PLAT_END, PLAT_AGAIN for none, or an error. */
static int read_result(BOOL done, DWORD n, size_t *got)
{
    DWORD error = GetLastError();
    if (!done && (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF))
        return PLAT_END;
    if (!done && error != ERROR_OPERATION_ABORTED)
        return os_error(error);
    *got = done ? n : 0;
    return *got > 0 ? 0 : PLAT_AGAIN;
}

/* A pipe cannot be waited for, only a read of it can: so each call begins one and ends it. When the
 * time is over the read is cancelled, which may come too late: then it has its bytes. */
int plat_process_read(struct plat_process *process, void *buffer, size_t size, uint32_t timeout_ms,
                      size_t *got)
{
    enum { MOST = 1 << 20 };
    HANDLE pipe = process->streams.out;
    OVERLAPPED overlapped = {0};
    DWORD n = 0;
    if (!pipe)
        return PLAT_END;
    overlapped.hEvent = process->read_done;
    if (!ReadFile(pipe, buffer, size < MOST ? (DWORD)size : MOST, NULL, &overlapped)) {
        if (GetLastError() != ERROR_IO_PENDING)
            return read_result(FALSE, 0, got);
        if (WaitForSingleObject(process->read_done, timeout_ms) != WAIT_OBJECT_0)
            (void)CancelIoEx(pipe, &overlapped);
    }
    BOOL done = GetOverlappedResult(pipe, &overlapped, &n, TRUE);
    return read_result(done, n, got);
}

/*
 * Creating a process with chosen standard streams and nothing else of ours.
 */
#ifndef OS_SPAWN_H
#define OS_SPAWN_H

#include "os_system.h"
#include "plat/process.h"

/* Our ends of a new process's streams. */
struct os_streams {
    HANDLE in;  /* to write to */
    HANDLE out; /* to read from, overlapped; NULL where the output goes to a file */
};

/* Creates it, not yet running. 0 with the process and its first thread in *made, or an error. */
int os_spawn(PROCESS_INFORMATION *made, struct os_streams *streams,
             const struct plat_process_options *options);

/* NULL is allowed. */
void os_close_handle(HANDLE *handle);

#endif

/*
 * This process (its start and the requests to stop it) and others that it starts.
 */
#ifndef PLAT_PROCESS_H
#define PLAT_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "plat/error.h"

/* Once, first thing in main: makes the arguments UTF-8, the sockets ready, broken pipes an error
 * instead of a signal, and the limit of open files as high as this user may have it. */
int plat_process_init(int *argc, char ***argv);

/* From now on Ctrl-C, Ctrl-Break, SIGINT, SIGTERM and the closing of the console are counted
 * instead of killing; notify(arg) is called for each, perhaps inside a signal handler or on a
 * thread of the system's: plat_poller_wake is what it may do. One pair at a time, a new one
 * replacing the old; NULL gives the system's own behaviour back. */
int plat_process_on_stop(void (*notify)(void *), void *arg);

/* How many such requests came since the start. Any thread. */
unsigned plat_process_stop_requests(void);

/* The number that the system knows this process by. */
uint64_t plat_process_own_id(void);

/* Other processes */

struct plat_process;

struct plat_process_options {
    const char *const *argv; /* UTF-8, ended by NULL; argv[0] is a path or is looked for in PATH */
    const char *output_path; /* stdout and stderr go to this file, made anew; NULL: to a pipe */
    const char *folder;      /* to start it in; NULL: ours */
};

/* Starts a process with a pipe as its stdin. It inherits nothing else of ours. 0, or NOT_FOUND,
 * ACCESS, NO_MEMORY … */
int plat_process_start(struct plat_process **out, const struct plat_process_options *options);

/* Kills it if it runs, waits for its end and frees it. NULL is allowed. */
void plat_process_close(struct plat_process *process);

uint64_t plat_process_id(const struct plat_process *process);

/* Waits for its end for at most timeout_ms (0: only looks). 0 with its exit code, or 128 and the
 * signal's number if one killed it; PLAT_AGAIN while it runs. May be asked again after the end. */
int plat_process_wait(struct plat_process *process, uint32_t timeout_ms, int *exit_code);

/* Asks it to stop (SIGTERM; Ctrl-Break), interrupts it (SIGINT; Ctrl-Break), or ends it at once. */
int plat_process_terminate(struct plat_process *process);
int plat_process_interrupt(struct plat_process *process);
int plat_process_kill(struct plat_process *process);

/* Stops all its threads, and lets them go on. */
int plat_process_suspend(struct plat_process *process);
int plat_process_resume(struct plat_process *process);

/* Writes all to its stdin, blocking; PLAT_ERR_RESET when it reads no more. */
int plat_process_write(struct plat_process *process, const void *data, size_t size);
void plat_process_close_stdin(struct plat_process *process);

/* Reads from its output pipe, waiting for at most timeout_ms. 0 with *got > 0, PLAT_AGAIN,
 * PLAT_END when it and its children have closed it. */
int plat_process_read(struct plat_process *process, void *buffer, size_t size, uint32_t timeout_ms,
                      size_t *got);

#endif

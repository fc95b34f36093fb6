/*
 * Starting tests/unit/plat/child.c and reading what it says. The modes are in child.c.
 */
#ifndef CHILD_PROCESS_H
#define CHILD_PROCESS_H

#include "check.h"
#include "plat/process.h"

enum { CHILD_ARGS_MAX = 16, CHILD_OUTPUT_MAX = 4096 };

struct child {
    struct plat_process *process;
    size_t length;
    char output[CHILD_OUTPUT_MAX]; /* all it said so far, ended by a zero */
};

/* Remembers where the child program lies: beside this one. Call it in main, after
 * plat_process_init. */
void child_beside(const char *argv0);

/* The same for a test that has a child program of its own, of this file name. */
void child_named_beside(const char *argv0, const char *name);

const char *child_path(void);

/* A list of arguments, as child_start and struct plat_process_options take it. */
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Starts the child with these arguments, the first being its mode, the last NULL. */
void child_start(struct child *child, const char *const *args);

/* Reads until the output has this text; fails when it ends without, or at the deadline. */
void child_expect(struct child *child, const char *text);

/* Reads the output to its end. */
void child_read_all(struct child *child);

/* Waits for its end, frees it, and returns its exit code. */
int child_end(struct child *child);

/* Kills it and frees it. */
void child_close(struct child *child);

#endif

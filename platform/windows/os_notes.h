/*
 * Names that one thread notes and another one takes, each once; a bell rings while there are any.
 *
 * There is room for a fixed number of bytes. When it runs out, all that is left to say is that
 * something was lost, which is what plat_folder_watch_next may say at any time.
 */
#ifndef OS_NOTES_H
#define OS_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "os_bell.h"
#include "plat/thread.h"

enum { OS_NOTES_SIZE = 32 * 1024 };

struct os_notes {
    struct os_bell bell;
    struct plat_mutex mutex; /* for what follows */
    bool lost;
    size_t length;
    char names[OS_NOTES_SIZE]; /* each with its final zero */
};

/* 0, or an error with nothing to be closed but by os_notes_close. */
int os_notes_open(struct os_notes *notes);
void os_notes_close(struct os_notes *notes);

/* NULL: something was lost, and whatever was noted before is part of that. */
void os_notes_put(struct os_notes *notes, const char *name);

/* The oldest name, cut to `size` bytes with its final zero. 0, PLAT_LOST, or PLAT_AGAIN with the
 * bell silenced. */
int os_notes_take(struct os_notes *notes, char *name, size_t size);

#endif

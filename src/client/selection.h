/*
 * Which files of the network are meant: names as they are, patterns matched with the index's list,
 * or all of it. Pure; whoever has the list tells it.
 *
 * What is on the list as it was given is a name, whatever it would mean as a pattern. However many
 * patterns a file matches, they select it once, and not at all if its name was given before.
 */
#ifndef CLIENT_SELECTION_H
#define CLIENT_SELECTION_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/slice.h"

/* Of the matching names together: more is PLAT_ERR_TOO_LARGE. */
#define SELECTION_SIZE_MAX (128u * 1024 * 1024)

struct selection {
    /* set by the caller, and his */
    const struct slice *wanted; /* names and patterns */
    size_t wanted_count;
    bool all; /* every file, and wanted is empty */
    /* private: all zeros */
    struct buffer listed; /* names, each between a mark and a zero */
    int error;
    size_t present; /* in wanted */
    size_t at;      /* in listed */
    bool found;     /* some of the present one's matches were given */
};

/* Whether the list is needed to tell. */
bool selection_needs_list(const struct selection *selection);

/* A name of the list, all of which come before selection_next. */
void selection_note(struct selection *selection, struct slice name);

/* 0, or PLAT_ERR_TOO_LARGE, PLAT_ERR_NO_MEMORY: some names were not kept. */
int selection_error(const struct selection *selection);

enum selection_kind {
    SELECTION_END,
    SELECTION_FILE, /* a name, good until selection_fini */
    SELECTION_NONE  /* a pattern that matches nothing; "*" for all */
};

/* The next file, in the order of what was wanted and, within a pattern, of the list. */
enum selection_kind selection_next(struct selection *selection, struct slice *name);

void selection_fini(struct selection *selection);

#endif

/*
 * What Tab completes in interactive mode: the commands, and the network's file names behind those
 * that take one.
 */
#ifndef CLIENT_COMPLETION_H
#define CLIENT_COMPLETION_H

#include "client/index_link.h"
#include "client/name_cache.h"
#include "plat/console.h"

struct completion {
    struct index_link *index;
    struct name_cache *names; /* the caller's */
    /* The command of that number, and whether a file name follows it; NULL behind the last. */
    const char *(*command)(size_t number, bool *takes_file);
};

/* Whether the word is the command, in upper or lower case. */
bool completion_is_command(struct slice word, const char *command);

/* For plat_console_completer, with a struct completion. An index that cannot be reached, or does
 * not answer in time, has no names; nothing is shown of that. */
void completion_complete(void *completion, const char *line, struct plat_offers *offers);

#endif

/*
 * What a user can ask for, once on the command line or again and again in interactive mode.
 */
#ifndef CLIENT_COMMANDS_H
#define CLIENT_COMMANDS_H

#include <stdbool.h>

#include "client/index_link.h"
#include "client/settings.h"

struct client {
    struct work work;
    struct ui ui;
    struct index_link index;
    const struct settings *settings;
};

/* Each returns an exit code of base/exit.h, EXIT_CODE_INTERRUPTED after an interrupt. */
int commands_list(struct client *client);
int commands_servers(struct client *client);

/* Which files: names and patterns, or with `all` every one. */
struct commands_files {
    const struct slice *names;
    size_t count;
    bool all;
};

/* Downloads them, one after the other; those that fail do not keep the rest from being tried. */
int commands_get(struct client *client, const struct commands_files *files);

/* Compares the local ones with the network's. */
int commands_verify(struct client *client, const struct commands_files *files);

#endif

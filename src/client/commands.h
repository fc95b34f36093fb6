/*
 * What a user can ask for, once on the command line and line by line in interactive mode.
 */
#ifndef CLIENT_COMMANDS_H
#define CLIENT_COMMANDS_H

#include <stdbool.h>

#include "client/index_link.h"

struct client {
    struct work work;
    struct ui ui;
    struct index_link index;
    const char *output_dir;
};

/* Each returns an exit code of base/exit.h, EXIT_CODE_INTERRUPTED after an interrupt. */
int commands_get(struct client *client, struct slice name);
int commands_list(struct client *client);
int commands_servers(struct client *client);

/* Reads commands until quit or the end of input. */
int commands_interactive(struct client *client);

#endif

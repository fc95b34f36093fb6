/*
 * Commands that are typed, one a line.
 */
#ifndef CLIENT_INTERACTIVE_H
#define CLIENT_INTERACTIVE_H

#include "client/commands.h"

/* Reads and runs commands until quit or the end of input. An exit code of base/exit.h:
 * EXIT_CODE_INTERRUPTED if the prompt was interrupted. An interrupt during a command ends that
 * command alone, and a command that fails ends nothing. */
int interactive_run(struct client *client);

#endif

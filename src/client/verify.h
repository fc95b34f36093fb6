/*
 * Whether a local file is the one that the network has under its name: by its SHA-256, or by its
 * size alone where no server knows that. For people a line a file, quiet those that are not OK:
 *
 *     downloads/a.iso: OK (629145600 bytes, SHA-256)
 *     downloads/b.iso: DIFFERS (500 bytes here, 600 on the network)
 *     downloads/c.iso: UNKNOWN (the network does not have it)
 *
 * and as JSON
 *
 *     {"type":"verify","name":"a.iso","path":"downloads/a.iso","status":"ok","by":"sha256",
 *      "size":600,"network_size":600}
 */
#ifndef CLIENT_VERIFY_H
#define CLIENT_VERIFY_H

#include "client/index_link.h"

enum verify_status {
    VERIFY_OK,
    VERIFY_DIFFERS,
    VERIFY_UNKNOWN,    /* the network does not have it */
    VERIFY_MISSING,    /* there is no local file */
    VERIFY_UNREADABLE, /* there is, but it cannot be read */
    VERIFY_FAILED,     /* the index could not be asked, which has been shown */
    VERIFY_INTERRUPTED
};

/* Compares folder/local with the network's file `name` and shows the outcome, but for the last two.
 * folder is a path of the system's own kind, local a name below it. */
enum verify_status verify_file(struct index_link *index, struct slice name, const char *folder,
                               const char *local);

#endif

/*
 * What the network knows of a file: its size and its SHA-256.
 */
#ifndef CLIENT_LOOKUP_H
#define CLIENT_LOOKUP_H

#include "client/holders.h"
#include "client/index_link.h"
#include "proto/limits.h"

struct lookup {
    bool found;
    uint64_t size;                  /* bytes */
    char sha256[SHA256_DIGITS + 1]; /* empty: nobody knows it */
};

/* Asks the index and, where that knows no SHA-256, some holders. Base servers know none. 0, with
 * found; PLAT_AGAIN when interrupted; or an error, which has been shown. */
int lookup_file(struct index_link *index, struct slice name, struct lookup *out);

/* Asks some of the holders whose file has the size in *out, until one knows its SHA-256. 0, with
 * that or without; or PLAT_AGAIN when interrupted. */
int lookup_ask(struct work *work, const struct holders *holders, struct slice name,
               struct lookup *out);

#endif

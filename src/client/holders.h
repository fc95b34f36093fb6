/*
 * Who has a file, as the index tells.
 */
#ifndef CLIENT_HOLDERS_H
#define CLIENT_HOLDERS_H

#include "client/index_link.h"
#include "proto/limits.h"

enum { HOLDERS_MAX = 64 }; /* of more the best are taken */

struct holder {
    char id[SERVER_ID_SIZE_MAX + 1];
    char host[HOST_SIZE_MAX + 1];
    uint16_t port;
    uint64_t size;                  /* bytes of the file */
    char sha256[SHA256_DIGITS + 1]; /* empty: not known */
};

struct holders {
    size_t count;
    struct holder items[HOLDERS_MAX]; /* the best first */
    char answer[80];                  /* the index's last one to GET */
    bool is_by_get; /* it did not answer LOCATE: what it knows of sizes may be old */
};

/* The same server at the same address. */
bool holder_is_same(const struct holder *a, const struct holder *b);

/* Asks the index: an index of ours for all holders, any index for the one to begin with. With
 * `more` a base index, which tells one at a time, is asked some times, since it may name others in
 * turn. 0; PLAT_ERR_NOT_FOUND with the answer; PLAT_AGAIN when interrupted, with the answer of an
 * earlier time; or another error, for index_link_show. */
int holders_locate(struct holders *holders, struct index_link *index, struct slice name, bool more);

/* Asks an index that answers LOCATE for that alone: this is no client that begins, so it takes no
 * turn in the choice. 0, PLAT_ERR_NOT_FOUND, PLAT_AGAIN, or another error. */
int holders_look(struct holders *holders, struct index_link *index, struct slice name);

#endif

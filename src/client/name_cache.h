/*
 * The names of files on the network, kept for some seconds, since Tab is pressed several times for
 * one name. Pure. More names than it takes are not kept at all: part of them would offer less than
 * there is.
 */
#ifndef CLIENT_NAME_CACHE_H
#define CLIENT_NAME_CACHE_H

#include "base/buffer.h"

enum {
    NAME_CACHE_MS = 5 * 1000,
    NAME_CACHE_SIZE_MAX = 1024 * 1024 /* bytes of names, with one more each */
};

/* All zeros: nothing is kept. */
struct name_cache {
    /* private */
    struct buffer names; /* each ended by LF */
    uint64_t until_ms;
    bool is_too_large;
};

void name_cache_fini(struct name_cache *cache);

/* Forgets all; the names that are added from now on are kept from name_cache_end on. */
void name_cache_begin(struct name_cache *cache);
void name_cache_add(struct name_cache *cache, struct slice name);
void name_cache_end(struct name_cache *cache, uint64_t now_ms);

/* Whether there is a list that is new enough. */
bool name_cache_is_fresh(const struct name_cache *cache, uint64_t now_ms);

/* Tells the names in the order in which they were added. */
void name_cache_each(const struct name_cache *cache, void (*on_name)(void *arg, struct slice name),
                     void *arg);

#endif

/*
 * Which file is where: the one narrow door to the index's files, behind which a shared store could
 * stand instead.
 *
 * Each registration of a server makes a list of its own. Its files are added to the shared table
 * at once but are seen only when the list is put in force, which is one store to memory; the list
 * before it is then taken out in steps. A lookup locks one shard of the table for as long as it
 * takes to look at one name, and so waits for nobody's registration.
 *
 * All functions may be called by any thread, but a list is changed by one thread at a time.
 */
#ifndef INDEX_CATALOGUE_H
#define INDEX_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"
#include "plat/atomic.h"
#include "plat/hash.h"
#include "proto/limits.h"

struct catalogue;
struct catalogue_list;

/* A server as lookups see it, embedded in the registry's record of it. */
struct catalogue_server {
    struct plat_atomic_ptr list;  /* the list in force, or NULL */
    struct plat_atomic_u64 alive; /* 0 or 1 */
    struct plat_atomic_u64 load;  /* requests being served, as last told */
    struct plat_atomic_u64 given; /* clients sent there since */
    struct plat_atomic_u64 turn;  /* when that was last, in turns of the catalogue */
};

/* Where a file is. */
struct catalogue_hit {
    char server_id[SERVER_ID_SIZE_MAX + 1];
    char address[HOST_SIZE_MAX + 1];
    uint16_t tcp_port;
    uint64_t size;  /* bytes */
    size_t holders; /* live servers that have this very file */
    bool has_sha256;
    uint8_t sha256[PLAT_HASH_SIZE]; /* of this very file, where any of those has told it */
};

/* One of the places where a file is. */
struct catalogue_source {
    struct catalogue_list *list; /* whose it is */
    bool has_sha256;             /* of its own; it is that of all sources then */
    /* private */
    uint64_t load, turn;
    size_t order;
};

enum { CATALOGUE_SOURCES_FEW = 8 };

/* All places where a file is, best first, as they were at one moment. */
struct catalogue_sources {
    uint64_t size; /* bytes of the file */
    uint8_t sha256[PLAT_HASH_SIZE];
    size_t count;
    struct catalogue_source *items; /* `few`, or from the heap, where there are more */
    struct catalogue_source few[CATALOGUE_SOURCES_FEW];
};

/* 0 or a plat error. records_max: (file, server) pairs. */
int catalogue_open(struct catalogue **out, uint64_t records_max);

/* Every list must have been discarded. NULL is allowed. */
void catalogue_close(struct catalogue *catalogue);

/* A new, empty list for a server at this address; the caller has a reference to it. 0, or
 * PLAT_ERR_NO_MEMORY. */
int catalogue_list_open(struct catalogue_list **out, struct slice id, struct slice address,
                        uint16_t tcp_port);

/* Gives a reference back; the list goes with the last. */
void catalogue_list_unref(struct catalogue_list *list);

/* Whether it was in force and another list has taken its place. */
bool catalogue_list_is_retired(struct catalogue_list *list);

/* Adds a file, or replaces its size and forgets its hash. 0, or PLAT_ERR_NO_SPACE at the limit,
 * PLAT_ERR_NOT_FOUND when the list is retired, PLAT_ERR_NO_MEMORY. */
int catalogue_add(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                  uint64_t size);

/* Tells the SHA-256 of a file that was added before. 0, or PLAT_ERR_NOT_FOUND when it was not or
 * the list is retired, PLAT_ERR_NO_MEMORY. */
int catalogue_set_hash(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                       const uint8_t sha256[PLAT_HASH_SIZE]);

/* Removes a file; whether it was there. */
bool catalogue_remove(struct catalogue *catalogue, struct catalogue_list *list, struct slice name);

/* Puts the list in force for the server, at once, taking a reference; NULL leaves it without one.
 * The list that was in force before is retired and returned with that reference, for
 * catalogue_discard; NULL if there was none, or it is the same. */
struct catalogue_list *catalogue_publish(struct catalogue_server *server,
                                         struct catalogue_list *list);

/* Takes at most `most` files out of a list that is not in force. True when none is left; the
 * caller's reference is then given back. */
bool catalogue_discard(struct catalogue *catalogue, struct catalogue_list *list, size_t most);

struct slice catalogue_list_id(const struct catalogue_list *list);
struct slice catalogue_list_address(const struct catalogue_list *list);
uint16_t catalogue_list_port(const struct catalogue_list *list);

/* Finds a live holder of the file; take_turn counts a client as sent there. Whether there is one.
 */
bool catalogue_find(struct catalogue *catalogue, struct slice name, bool take_turn,
                    struct catalogue_hit *hit);

/* Finds all live holders of the file that catalogue_find would choose among, without taking a turn.
 * 0, or PLAT_ERR_NOT_FOUND, PLAT_ERR_NO_MEMORY. The sources must not be moved while few. */
int catalogue_locate(struct catalogue *catalogue, struct slice name,
                     struct catalogue_sources *sources);

/* After catalogue_locate succeeded. Zero-initialised: nothing happens. */
void catalogue_sources_fini(struct catalogue_sources *sources);

/* Appends names in their order to `out`, each followed by a line feed, beginning after `after`; the
 * dead servers' too. True when those were the last. Memory: some hundred kilobytes, whatever the
 * catalogue's size. */
bool catalogue_names(struct catalogue *catalogue, struct slice after, struct buffer *out);

/* How many (file, server) pairs there are. */
uint64_t catalogue_records(const struct catalogue *catalogue);

#endif

/*
 * Which file is where: the one narrow door to the index's files, behind which a shared store could
 * stand instead.
 *
 * Each registration of a server makes a list of its own. Its files are added to the shared table
 * at once but are seen only when the list is put in force, which is one store to memory; the list
 * before it is then taken out in steps. Lookups take no lock, and so wait for nobody.
 *
 * All functions may be called by any thread, but a list is changed by one thread at a time, and a
 * reader belongs to one.
 */
#ifndef INDEX_CATALOGUE_H
#define INDEX_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"
#include "index/epochs.h"
#include "index/place.h"
#include "plat/atomic.h"
#include "plat/hash.h"
#include "proto/limits.h"

struct catalogue;
struct catalogue_list;
struct catalogue_reader;

/* A server as lookups see it, embedded in the registry's record of it. */
struct catalogue_server {
    struct plat_atomic_ptr list;  /* the list in force, or NULL */
    struct plat_atomic_u64 alive; /* 0 or 1 */
    struct plat_atomic_u64 load;  /* requests being served, as last told */
    struct plat_atomic_u64 given; /* clients sent there since */
    struct plat_atomic_u64 turn;  /* when that was last, in turns of the catalogue */
};

/* Names that are looked up at once, so that they wait for memory together. */
enum { CATALOGUE_NAMES_MOST = 32 };

/* Where a client is sent for a file. */
struct catalogue_hit {
    bool found;
    uint64_t size; /* bytes */
    struct place place;
};

/* What is known of a file. */
struct catalogue_stat {
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

/* What it may grow to. */
struct catalogue_limits {
    uint64_t records;    /* (file, server) pairs, in force or not */
    uint64_t name_bytes; /* of all files' names */
};

/* readers: threads that look up. 0 or a plat error. */
int catalogue_open(struct catalogue **out, const struct catalogue_limits *limits, size_t readers);

/* Every list must have been discarded, and nobody looks anything up. NULL is allowed. */
void catalogue_close(struct catalogue *catalogue);

/* The reader of that number, from 0 on. */
struct catalogue_reader *catalogue_reader(struct catalogue *catalogue, size_t number);

/* A new, empty list for a server at this address; the caller has a reference to it. 0, or
 * PLAT_ERR_NO_MEMORY. */
int catalogue_list_open(struct catalogue *catalogue, struct catalogue_list **out, struct slice id,
                        struct slice address, uint16_t tcp_port);

/* Gives a reference back; the list goes with the last. */
void catalogue_list_unref(struct catalogue_list *list);

/* Whether it was in force and another list has taken its place. */
bool catalogue_list_is_retired(struct catalogue_list *list);

/* Where its server is. */
const struct place *catalogue_list_place(const struct catalogue_list *list);
struct slice catalogue_list_id(const struct catalogue_list *list);

/* Adds a file, or replaces its size and forgets its hash. 0, or PLAT_ERR_NO_SPACE at the limit,
 * PLAT_ERR_NOT_FOUND when the list is retired, PLAT_ERR_NO_MEMORY. */
int catalogue_add(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                  uint64_t size);

/* Tells the SHA-256 of a file that was added before. 0, or PLAT_ERR_NOT_FOUND when it was not or
 * the list is retired, PLAT_ERR_NO_MEMORY. */
int catalogue_set_hash(struct catalogue *catalogue, struct catalogue_list *list, struct slice name,
                       const uint8_t sha256[PLAT_HASH_SIZE]);

/* Removes a file. 0, or PLAT_ERR_NOT_FOUND when it is not there, PLAT_ERR_NO_MEMORY. */
int catalogue_remove(struct catalogue *catalogue, struct catalogue_list *list, struct slice name);

/* Puts the list in force for the server, at once, taking a reference; NULL leaves it without one.
 * The list that was in force before is retired and returned with that reference, for
 * catalogue_discard; NULL if there was none, or it is the same. */
struct catalogue_list *catalogue_publish(struct catalogue_server *server,
                                         struct catalogue_list *list);

/* Takes at most `most` files out of a list that is not in force. True when none is left; the
 * caller's reference is then given back. Out of memory, fewer. */
bool catalogue_discard(struct catalogue *catalogue, struct catalogue_list *list, size_t most);

/* free()s the item, of so many bytes, when no lookup can be using it any more: of a server whose
 * list is discarded. */
void catalogue_bury(struct catalogue *catalogue, struct limbo_item *item, size_t size);

/* Finds a live holder of each file, at most CATALOGUE_NAMES_MOST of them, and counts a client as
 * sent there. */
void catalogue_find(struct catalogue_reader *reader, const struct slice *names, size_t count,
                    struct catalogue_hit *hits);

/* What is known of the file that catalogue_find would choose; no client is counted. Whether there
 * is one. */
bool catalogue_look(struct catalogue_reader *reader, struct slice name,
                    struct catalogue_stat *stat);

/* Finds all live holders of the file that catalogue_find would choose among; no client is counted.
 * 0, or PLAT_ERR_NOT_FOUND, PLAT_ERR_NO_MEMORY. The sources must not be moved while few. */
int catalogue_locate(struct catalogue *catalogue, struct slice name,
                     struct catalogue_sources *sources);

/* After catalogue_locate succeeded. */
void catalogue_sources_fini(struct catalogue_sources *sources);

/* Appends names in their order to `out`, each followed by a line feed, beginning after `after`; the
 * dead servers' too. True when those were the last. Memory: some hundred kilobytes, whatever the
 * catalogue's size. */
bool catalogue_names(struct catalogue *catalogue, struct slice after, struct buffer *out);

/* How many (file, server) pairs there are. */
uint64_t catalogue_records(const struct catalogue *catalogue);

#endif

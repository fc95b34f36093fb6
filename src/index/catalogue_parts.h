/*
 * The catalogue's inside, which its parts share. For catalogue*.c only.
 */
#ifndef INDEX_CATALOGUE_PARTS_H
#define INDEX_CATALOGUE_PARTS_H

#include "base/hash.h"
#include "index/catalogue.h"
#include "index/choice.h"
#include "index/shard.h"

enum { CATALOGUE_SHARDS = 256 };

struct catalogue_reader {
    struct catalogue *catalogue;
    struct epochs_reader *epoch;
};

/* What lookups read comes first, and what is written all the time last, on other cache lines. */
struct catalogue {
    struct hash_key key;
    struct catalogue_reader *readers;
    struct catalogue_limits limits;
    struct epochs epochs;
    struct shard shards[CATALOGUE_SHARDS];
    struct plat_mutex mutex;
    struct limbo limbo; /* under the mutex: lists and servers */
    struct plat_atomic_u64 records;
    struct plat_atomic_u64 name_bytes;
    struct plat_atomic_u64 registrations;
    char apart[64];
    struct plat_atomic_u64 turns;
};

/* What is read by lookups comes first. */
struct catalogue_list {
    struct limbo_item limbo;
    struct plat_atomic_ptr server; /* a struct catalogue_server, once published */
    struct place place;
    struct catalogue *catalogue;
    struct plat_atomic_u64 refs;
    struct plat_mutex mutex;
    /* below: under the mutex */
    uint64_t *names; /* the hashes of its files' names, by their records' positions */
    uint32_t count, capacity;
    bool retired; /* on its way out, nothing is added any more */
};

static inline struct shard *catalogue_shard(struct catalogue *catalogue, uint64_t hash)
{
    return &catalogue->shards[hash >> 56];
}

/* Makes room for a name more in the list. 0, or PLAT_ERR_NO_MEMORY. */
int catalogue_list_reserve(struct catalogue_list *list);

/* The file of that name, within an epoch or with its shard's mutex held; NULL if there is none. */
struct file *catalogue_file(struct catalogue *catalogue, uint64_t hash, struct slice name);

/*
 * Lists may be put in force while a lookup goes on: then a record was passed over, or stands in a
 * newer file than the lookup's, and the one of the list before it is met too late. So who finds
 * nothing, and has passed a record whose list was not in force, looks again. To miss a file all the
 * same, its server would have to put another list in force within each of these looks.
 */
enum { CATALOGUE_LOOKS_MOST = 16 };

/* The server of a record if lookups see that: its list is in force and the server alive. */
struct catalogue_server *catalogue_sees(const struct record *record, bool *passed);

/* What the choice has to know of a record and its server. */
struct choice_candidate catalogue_candidate(const struct record *record,
                                            const struct catalogue_server *server);

/* Chooses among the holders of a file that lookups see; NULL if there are none. *passed becomes
 * true if a record's list was not in force. */
const struct choice_group *catalogue_choose(const struct file *file, struct choice *choice,
                                            bool *passed);

#endif

/*
 * One of the catalogue's parts: the names that hash to it, and who holds each. For catalogue.c
 * only.
 *
 * Everything here is done with the shard's mutex held. A record also stands in its list's chain,
 * which is under the list's mutex; that one is locked first.
 */
#ifndef INDEX_SHARD_H
#define INDEX_SHARD_H

#include "base/table.h"
#include "index/catalogue.h"
#include "plat/thread.h"

struct file;

/* One server's copy of one file. */
struct record {
    struct record *next_holder;     /* of the same file: by size, then by hash */
    struct record *next, *previous; /* in the list */
    struct catalogue_list *list;
    struct file *file;
    uint64_t size;
    uint64_t registered;
    uint8_t *sha256; /* PLAT_HASH_SIZE bytes, or NULL where it is not known */
};

struct file {
    struct record *records; /* never NULL */
    uint16_t name_size;
    char name[1]; /* and more */
};

struct catalogue_list {
    char id[SERVER_ID_SIZE_MAX + 1];
    char address[HOST_SIZE_MAX + 1];
    uint16_t tcp_port;
    struct plat_atomic_ptr server; /* a struct catalogue_server, once published */
    struct plat_atomic_u64 refs;
    struct plat_mutex mutex;
    struct record *records; /* under the mutex */
    bool retired;           /* under the mutex: on its way out, nothing is added any more */
};

struct shard {
    struct plat_mutex mutex;
    /* private */
    struct table files;
    struct file **order; /* all files by name; made when a listing asks for it */
    size_t order_capacity;
    bool is_ordered;
};

void shard_init(struct shard *shard);
void shard_fini(struct shard *shard); /* frees the files and records that are left */

static inline struct slice file_name(const struct file *file)
{
    return slice_of(file->name, file->name_size);
}

/* NULL if nobody holds it. */
struct file *shard_find(const struct shard *shard, uint32_t hash, struct slice name);

/* The record of that list, or NULL. */
struct record *shard_find_record(const struct shard *shard, uint32_t hash, struct slice name,
                                 const struct catalogue_list *list);

/* Takes the record in; its file is made if it is the first. 0, or PLAT_ERR_NO_MEMORY. */
int shard_add(struct shard *shard, uint32_t hash, struct slice name, struct record *record);

/* Takes the record out and frees it, and its file if it was the last. */
void shard_remove(struct shard *shard, uint32_t hash, struct record *record);

/* Gives the record another size, and so another place among the holders, and forgets its hash. */
void shard_resize(struct record *record, uint64_t size, uint64_t registered);

/* Gives the record this hash, and so another place among the holders. 0, or PLAT_ERR_NO_MEMORY. */
int shard_set_hash(struct record *record, const uint8_t sha256[PLAT_HASH_SIZE]);

/* Appends at most `most` names after `after`, in their order and nothing between them, to `bytes`,
 * and writes their sizes. How many; fewer too when memory runs out, which `bytes` shows. */
size_t shard_names(struct shard *shard, struct slice after, size_t most, struct buffer *bytes,
                   size_t *sizes);

#endif

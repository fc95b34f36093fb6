/*
 * What the parts of the hasher share. For content/hasher*.c only.
 */
#ifndef CONTENT_HASHER_PARTS_H
#define CONTENT_HASHER_PARTS_H

#include "content/digests.h"
#include "content/hasher.h"
#include "plat/thread.h"

enum {
    HASHER_JOBS_MAX = 8, /* files open at a time: one being hashed, others that had to make way */
    HASHER_PIECE_SIZE = 256 * 1024 /* bytes of a file that are read at a time */
};

/* A file on its way through the hashers. */
struct hash_job {
    char *name; /* NULL: free */
    struct stamp stamp;
    struct plat_file file;
    bool opened;
    uint64_t done;                        /* bytes */
    struct plat_hash *whole, *chunk_hash; /* kept for the next file */
    struct buffer digests;                /* of the chunks so far */
};

struct hasher {
    struct log *log;
    struct root *root;
    struct outbox *outbox;
    struct plat_thread thread;
    struct plat_mutex mutex;
    struct plat_cond cond;
    struct plat_atomic_u64 stopping;
    /* under the mutex */
    struct digests digests;
    bool started; /* the folder was listed, and its cache is still to be read */
    /* the thread */
    struct hash_store *store; /* NULL: none can be written */
    uint64_t generation;      /* of the root whose files are hashed; 0: none */
    struct hash_job jobs[HASHER_JOBS_MAX];
    char *piece;
    bool pausing; /* out of memory or descriptors */
    bool told_no_store;
    uint32_t compactions;
    uint64_t compact_from; /* bytes of the store from which on it is tried again */
    size_t hashed_files;   /* since the last time that nothing was left to do */
    uint64_t hashed_bytes;
};

/* Jobs, hasher_jobs.c. All on the thread. */

/* The job to go on with, or NULL. Under the mutex. */
struct hash_job *hasher_choose_job(struct hasher *hasher);

/* Hashes one more chunk of the file. Without the mutex. */
void hasher_go_on(struct hasher *hasher, struct hash_job *job);

/* Closes what the jobs have open; their files wait again. Without the mutex. */
void hasher_drop_jobs(struct hasher *hasher);

/* When the thread has ended. */
void hasher_free_jobs(struct hasher *hasher);

/* The cache, hasher_cache.c. All on the thread, without the mutex. */

/* Opens the folder's cache and takes from it what it knows of the files. */
void hasher_open_cache(struct hasher *hasher);
void hasher_close_cache(struct hasher *hasher);

/* Keeps the hash of a file and of its chunks, which *chunks is set to, in the cache or in memory.
 * 0, or PLAT_ERR_NO_MEMORY. */
int hasher_keep(struct hasher *hasher, const struct hash_record *record,
                const unsigned char *digests, struct chunk_list *chunks);

/* hasher_compact.c. On the thread. */

/* Whether most of the cache is about files that are gone or have changed. Under the mutex. */
bool hasher_compaction_is_due(struct hasher *hasher);

/* Writes it anew without those. Without the mutex. */
void hasher_compact(struct hasher *hasher);

#endif

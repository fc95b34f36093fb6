/*
 * The engine of a download: it does what the planner says with real connections, files and hashes.
 *
 * What is fetched is one file, known by its size and, where anybody knows it, its SHA-256. Only
 * sources whose file is known to be this one are mixed; one of which that is not known helps where
 * each chunk can be checked, or alone: then the file is what this one source has.
 */
#ifndef CLIENT_ENGINE_H
#define CLIENT_ENGINE_H

#include "client/download.h"
#include "client/holders.h"
#include "client/landing.h"

/* Which file it is. */
struct engine_file {
    struct slice name;              /* on the network */
    uint64_t size;                  /* bytes */
    char sha256[SHA256_DIGITS + 1]; /* empty: not known */
};

enum engine_outcome {
    ENGINE_DONE,
    ENGINE_FAILED,  /* nobody delivers it */
    ENGINE_DISK,    /* our own disk failed, or our memory */
    ENGINE_ANOTHER, /* the file on the network is another one by now: `another` */
    ENGINE_INTERRUPTED
};

struct engine_options {
    struct index_link *index;
    const struct download_options *download; /* with no defaults left to be filled in */
    struct landing *landing;                 /* open */
    struct engine_file file;
};

struct engine;

/* Nothing is fetched yet. 0, or PLAT_ERR_NO_MEMORY and others. */
int engine_open(struct engine **out, const struct engine_options *options);

/* Closes all connections; turns the loop. NULL is allowed. */
void engine_close(struct engine *engine);

/* What the index has told of the holders; again: what it tells now. */
void engine_merge(struct engine *engine, const struct holders *holders);

/* Takes over what an earlier run has left, if it is of this file. False: it is of another one, or
 * of none that could be known again, and was dropped. */
bool engine_resume(struct engine *engine);

/* Begins with an empty part file and journal, and reserves the disk space. 0 or a plat error. */
int engine_begin(struct engine *engine);

/* Downloads. Turns the loop until it is over, and asks the index when no source is left. */
enum engine_outcome engine_run(struct engine *engine);

/* Notes what is there for another run. */
void engine_note(struct engine *engine);

/* What came of it: sizes, shares, proof, reason. */
void engine_tell(struct engine *engine, struct download_result *result);

/* After ENGINE_DISK: the error. */
int engine_error(const struct engine *engine);

/* After ENGINE_ANOTHER: which file it is now. */
const struct engine_file *engine_another(const struct engine *engine);

/* Whether anything is there that another run could use. */
bool engine_has_anything(const struct engine *engine);

/* The file's time where it came from, Unix seconds; 0: not known. */
int64_t engine_mtime_s(const struct engine *engine);

#endif

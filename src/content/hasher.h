/*
 * Hashes the served files on a thread of its own, at low priority, and knows the results: the
 * SHA-256 of each file and of each of its chunks.
 *
 * Nobody waits for it: what is not known yet is simply not known. It keeps what it finds in the
 * folder's hash cache, so that a restart hashes only what has changed; where that cannot be
 * written, it does without.
 */
#ifndef CONTENT_HASHER_H
#define CONTENT_HASHER_H

#include "base/log.h"
#include "content/changes.h"
#include "content/chunk_list.h"
#include "content/outbox.h"
#include "content/root.h"

struct hasher;

/* Starts the thread, which tells `events` of each CHANGE_HASHED. The others outlive it. 0 or a plat
 * error. */
int hasher_open(struct hasher **out, struct loop *main_loop, struct log *log, struct root *root,
                const struct outbox_events *events);

/* Stops the thread, which takes as long as one read of a disk. NULL is allowed. */
void hasher_close(struct hasher *hasher);

/* Files have come, changed or gone; the changes are only looked at. */
void hasher_note(struct hasher *hasher, const struct changes *changes);

/* All files of the folder that is served now have been noted: hashing may begin. */
void hasher_start(struct hasher *hasher);

/* Any thread, from here on. */

/* Whether the hash of this version of a file is known, and what it is. */
bool hasher_find(struct hasher *hasher, struct slice name, const struct stamp *stamp,
                 unsigned char sha256[PLAT_HASH_SIZE]);

/* The same with the hashes of the chunks, whose reference is the caller's then; a file of one chunk
 * has none but its own. */
bool hasher_find_chunks(struct hasher *hasher, struct slice name, const struct stamp *stamp,
                        unsigned char sha256[PLAT_HASH_SIZE], struct chunk_list *chunks);

/* Somebody asked for a hash that is not known yet: it is one of the next. */
void hasher_ask(struct hasher *hasher, struct slice name);

/* What was found of this file turned out to be damaged: it is hashed again. */
void hasher_distrust(struct hasher *hasher, struct slice name);

#endif

/*
 * The served folder itself, which may be replaced by another one under the same path while files
 * of the old one are being opened.
 */
#ifndef CONTENT_ROOT_H
#define CONTENT_ROOT_H

#include <stdbool.h>

#include "plat/file.h"

struct root;

/* Opens the folder; makes it if it is missing, which *made tells. 0 or a plat error. */
int root_open(struct root **out, const char *path, bool *made);
void root_close(struct root *root); /* NULL is allowed */

const char *root_path(const struct root *root);

/* Whether an error means that something is not there, or not for us; others, such as being out of
 * descriptors, say nothing about it. Pure. */
bool root_means_gone(int error);

/* Opens the path anew. 0, or an error: when it means gone, there is no folder to be served now; it
 * is not made, since whoever moves one away may be about to put another in its place. After other
 * errors the folder stays. */
int root_reopen(struct root *root);

/* Whether the path leads to another folder than before, or to none, or to one where there was none.
 */
bool root_has_moved(struct root *root);

/* A number that grows whenever another folder, or none, has taken the place of the one before. Any
 * thread. */
uint64_t root_generation(struct root *root);

/* Another number, that grows whenever something in the folder may have changed, as soon as that is
 * told. Any thread. */
uint64_t root_changes(const struct root *root);
void root_note_change(struct root *root);

/* The folder, for plat functions, until it is given back; NULL when there is none. Any thread. */
struct root_folder *root_acquire(struct root *root);
void root_release(struct root *root, struct root_folder *folder);
struct plat_folder *root_folder_plat(const struct root_folder *folder);

#endif

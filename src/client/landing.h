/*
 * Where a download lands: a temporary file beside its target, which takes the target's name once
 * it is whole. Nothing outside the output folder is touched, whatever the name says.
 */
#ifndef CLIENT_LANDING_H
#define CLIENT_LANDING_H

#include <stdint.h>

#include "base/slice.h"
#include "plat/file.h"
#include "proto/limits.h"

struct landing {
    /* public, to read: what is worked on, below the output folder */
    char part[FILE_NAME_SIZE_MAX + 32];
    char name[FILE_NAME_SIZE_MAX + 1];
    /* private */
    struct plat_folder *folder;
    struct plat_file file;
};

/* Makes the output folder and the file's folders where they are missing, and an empty temporary
 * file with room for `size` bytes reserved. The name has passed name_is_file. 0, or a plat error:
 * BUSY when another process is downloading the same file. */
int landing_open(struct landing *landing, const char *output_dir, struct slice name, uint64_t size);

/* Begins anew with another size. */
int landing_restart(struct landing *landing, uint64_t size);

int landing_write(struct landing *landing, struct slice bytes, uint64_t offset);

/* The file is whole: gives it its name. 0, or a plat error after which it is gone. */
int landing_commit(struct landing *landing);

/* Removes the temporary file. */
void landing_abandon(struct landing *landing);

#endif

/*
 * Where a download lands: a part file beside its target, which takes the target's name once it is
 * whole, and a journal beside that. Nothing outside the output folder is touched, whatever the
 * name says.
 */
#ifndef CLIENT_LANDING_H
#define CLIENT_LANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "plat/file.h"
#include "proto/limits.h"

struct landing {
    /* public, to read: what is worked on, below the output folder */
    char part[FILE_NAME_SIZE_MAX + 48];
    char note[FILE_NAME_SIZE_MAX + 48]; /* the journal's name */
    char name[FILE_NAME_SIZE_MAX + 1];
    struct plat_file file; /* the part */
    struct plat_file journal;
    bool is_new; /* there was no part file */
    /* private */
    struct plat_folder *folder;
    uint64_t reserved; /* bytes that we have made room for */
};

/* Makes the output folder and the file's folders where they are missing, and the part file and
 * journal, or takes those of an earlier run as they are. The name has passed name_is_file. 0, or a
 * plat error: BUSY when another process is downloading the same file. */
int landing_open(struct landing *landing, const char *output_dir, struct slice name);

/* False: there is not room for so many bytes, even with what the part has already. To be asked
 * before any memory is taken for a file whose size somebody has told. */
bool landing_has_room(const struct landing *landing, uint64_t size);

/* Reserves room for `size` bytes in all. 0, NO_SPACE, TOO_LARGE. */
int landing_reserve(struct landing *landing, uint64_t size);

/* Empties the part file; what is reserved for one that is empty stays so. */
int landing_restart(struct landing *landing);

int landing_write(struct landing *landing, struct slice bytes, uint64_t offset);

/* The file is whole with its first `size` bytes: cuts what is behind them, gives it its time,
 * unless that is 0 or beyond what can be said in nanoseconds, and its name, and removes the
 * journal. 0, or a plat error after which the part keeps its name. Closes in any case. */
int landing_commit(struct landing *landing, uint64_t size, int64_t mtime_s);

/* Closes, and leaves part and journal for another run. */
void landing_keep(struct landing *landing);

/* Closes and removes both. */
void landing_discard(struct landing *landing);

#endif

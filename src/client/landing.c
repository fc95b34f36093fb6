#include "client/landing.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "proto/name.h"

/* What file systems take as one part of a path. */
enum { PART_SIZE_MAX = 255, HASH_DIGITS = 16, OPEN_MOST = 10 };

/* "name.mcdn-part"; where that would be too long for a part of a path, as much of the name as fits,
 * cut between characters, and a hash of the whole. */
static void make_part_name(struct landing *landing)
{
    static const struct hash_key key = {0, 0};
    const char *slash = strrchr(landing->name, '/');
    size_t folder = slash ? (size_t)(slash - landing->name) + 1 : 0;
    size_t last = strlen(landing->name) - folder;
    const size_t suffix = sizeof NAME_PART_SUFFIX - 1;
    char hash[HASH_DIGITS + 2] = "";
    if (last + suffix > PART_SIZE_MAX) {
        last = PART_SIZE_MAX - suffix - HASH_DIGITS - 1;
        while (last > 0 && ((unsigned char)landing->name[folder + last] & 0xc0) == 0x80)
            last--;
        snprintf(hash, sizeof hash, "-%016llx",
                 (unsigned long long)hash_bytes(&key, slice_text(landing->name)));
    }
    snprintf(landing->part, sizeof landing->part, "%.*s%s%s", (int)(folder + last), landing->name,
             hash, NAME_PART_SUFFIX);
}

/* Whether the open file still has its name. Another client that was faster may have given it the
 * target's name since we opened it. */
static bool is_still_named(struct landing *landing)
{
    struct plat_file_info named, opened;
    return plat_file_look(landing->folder, landing->part, &named) == 0 &&
           plat_file_info(landing->file, &opened) == 0 && named.id == opened.id;
}

/* Opens and locks the temporary file. 0, PLAT_AGAIN when it lost its name meanwhile, or an error.
 */
static int open_once(struct landing *landing)
{
    int rc = plat_file_create(&landing->file, landing->folder, landing->part);
    if (rc < 0)
        return rc;
    rc = plat_file_lock(landing->file);
    if (rc == 0 && !is_still_named(landing))
        rc = PLAT_AGAIN;
    if (rc != 0)
        plat_file_close(landing->file);
    return rc;
}

static int open_part(struct landing *landing)
{
    int rc = plat_folder_make_parents(landing->folder, landing->name);
    if (rc < 0)
        return rc;
    for (int i = 0; i < OPEN_MOST; i++) {
        rc = open_once(landing);
        if (rc != PLAT_AGAIN)
            return rc;
    }
    return PLAT_ERR_BUSY;
}

/* A target that could not be replaced is better known before the download than after it. */
static int check_target(struct landing *landing)
{
    struct plat_file_info info;
    int rc = plat_file_look(landing->folder, landing->name, &info);
    if (rc == 0 && info.kind != PLAT_KIND_FILE)
        return PLAT_ERR_NOT_FILE;
    return rc == PLAT_ERR_NOT_FOUND ? 0 : rc;
}

int landing_open(struct landing *landing, const char *output_dir, struct slice name, uint64_t size)
{
    slice_copy(name, landing->name, sizeof landing->name);
    make_part_name(landing);
    int rc = plat_folder_open(&landing->folder, output_dir, true, NULL);
    if (rc < 0)
        return rc;
    rc = open_part(landing);
    if (rc < 0) {
        plat_folder_close(landing->folder);
        return rc;
    }
    rc = check_target(landing);
    if (rc == 0)
        rc = landing_restart(landing, size);
    if (rc < 0)
        landing_abandon(landing);
    return rc;
}

int landing_restart(struct landing *landing, uint64_t size)
{
    int rc = plat_file_resize(landing->file, 0);
    if (rc == 0)
        rc = plat_file_reserve(landing->file, size);
    return rc;
}

int landing_write(struct landing *landing, struct slice bytes, uint64_t offset)
{
    return plat_file_write(landing->file, bytes.data, bytes.size, offset);
}

/* Renames and removes before it closes, because the lock goes with closing: nobody else may come to
 * this file while it has the temporary name. */
int landing_commit(struct landing *landing)
{
    int rc = plat_file_sync(landing->file);
    if (rc == 0)
        rc = plat_file_rename(landing->folder, landing->part, landing->name);
    if (rc < 0)
        (void)plat_file_remove(landing->folder, landing->part);
    plat_file_close(landing->file);
    plat_folder_close(landing->folder);
    return rc;
}

void landing_abandon(struct landing *landing)
{
    (void)plat_file_remove(landing->folder, landing->part);
    plat_file_close(landing->file);
    plat_folder_close(landing->folder);
}

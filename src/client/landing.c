#include "client/landing.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "proto/name.h"

/* What file systems take as one part of a path. */
enum { PART_SIZE_MAX = 255, HASH_DIGITS = 16, OPEN_MOST = 10 };

enum { NS_PER_S = 1000000000 };

/* The name and the suffix; where that would be too long for a part of a path, as much of the name
 * as fits, cut between characters, and a hash of the whole. */
static void make_name(const char *name, const char *suffix, char *out, size_t out_size)
{
    static const struct hash_key key = {0, 0};
    const char *slash = strrchr(name, '/');
    size_t folder = slash ? (size_t)(slash - name) + 1 : 0;
    size_t last = strlen(name) - folder;
    char hash[HASH_DIGITS + 2] = "";
    if (last + strlen(suffix) > PART_SIZE_MAX) {
        last = PART_SIZE_MAX - strlen(suffix) - HASH_DIGITS - 1;
        while (last > 0 && ((unsigned char)name[folder + last] & 0xc0) == 0x80)
            last--;
        snprintf(hash, sizeof hash, "-%016llx",
                 (unsigned long long)hash_bytes(&key, slice_text(name)));
    }
    snprintf(out, out_size, "%.*s%s%s", (int)(folder + last), name, hash, suffix);
}

/* Whether the open file still has its name. Another client that was faster may have given it the
 * target's name since we opened it. */
static bool is_still_named(struct landing *landing)
{
    struct plat_file_info named, opened;
    return plat_file_look(landing->folder, landing->part, &named) == 0 &&
           plat_file_info(landing->file, &opened) == 0 && named.id == opened.id;
}

/* Opens and locks the part file. 0, PLAT_AGAIN when it lost its name meanwhile, or an error. */
static int open_once(struct landing *landing)
{
    struct plat_file_info info;
    landing->is_new = plat_file_look(landing->folder, landing->part, &info) == PLAT_ERR_NOT_FOUND;
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

static void close_all(struct landing *landing)
{
    plat_file_close(landing->journal);
    plat_file_close(landing->file);
    plat_folder_close(landing->folder);
}

int landing_open(struct landing *landing, const char *output_dir, struct slice name)
{
    *landing = (struct landing){.file = PLAT_FILE_NONE, .journal = PLAT_FILE_NONE};
    slice_copy(name, landing->name, sizeof landing->name);
    make_name(landing->name, NAME_PART_SUFFIX, landing->part, sizeof landing->part);
    make_name(landing->name, NAME_JOURNAL_SUFFIX, landing->note, sizeof landing->note);
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
        rc = plat_file_create(&landing->journal, landing->folder, landing->note);
    if (rc < 0 && landing->is_new)
        landing_discard(landing);
    else if (rc < 0)
        landing_keep(landing);
    return rc;
}

bool landing_has_room(const struct landing *landing, uint64_t size)
{
    struct plat_file_info info;
    uint64_t space;
    if (size <= landing->reserved)
        return true;
    if (plat_folder_space(landing->folder, &space) < 0 || plat_file_info(landing->file, &info) < 0)
        return true;
    return size <= space || size - space <= info.size;
}

static bool is_empty(const struct landing *landing)
{
    struct plat_file_info info;
    return plat_file_info(landing->file, &info) == 0 && info.size == 0;
}

/* Cuts the file to nothing, and what is reserved with it. */
static int give_back(struct landing *landing)
{
    landing->reserved = 0;
    return plat_file_resize(landing->file, 0);
}

/* Not every system and volume can reserve; what is left says something there, too. Of what an
 * earlier run has reserved it would say the wrong thing. */
int landing_reserve(struct landing *landing, uint64_t size)
{
    uint64_t space;
    if (size == landing->reserved)
        return 0;
    if (size < landing->reserved && is_empty(landing)) {
        int rc = give_back(landing);
        if (rc < 0)
            return rc;
    }
    if (landing->is_new && plat_folder_space(landing->folder, &space) == 0 &&
        space + landing->reserved < size)
        return PLAT_ERR_NO_SPACE;
    int rc = plat_file_reserve(landing->file, size);
    if (rc == 0)
        landing->reserved = size;
    return rc;
}

/* To give back what was just reserved, and to reserve it again, takes as long as a third of the
 * download on a memory disk. */
int landing_restart(struct landing *landing)
{
    return landing->reserved > 0 && is_empty(landing) ? 0 : give_back(landing);
}

int landing_write(struct landing *landing, struct slice bytes, uint64_t offset)
{
    return plat_file_write(landing->file, bytes.data, bytes.size, offset);
}

/* An earlier run, or somebody else, may have left more than the file has; no check looks there. */
static int cut(struct landing *landing, uint64_t size)
{
    struct plat_file_info info;
    int rc = plat_file_info(landing->file, &info);
    return rc == 0 && info.size > size ? plat_file_resize(landing->file, size) : rc;
}

/* Renames and removes before it closes, because the lock goes with closing: nobody else may come to
 * this file while it has the temporary name. */
int landing_commit(struct landing *landing, uint64_t size, int64_t mtime_s)
{
    int rc = cut(landing, size);
    if (rc == 0)
        rc = plat_file_sync(landing->file);
    if (rc == 0 && mtime_s > 0 && mtime_s <= INT64_MAX / NS_PER_S)
        (void)plat_file_set_time(landing->file, mtime_s * NS_PER_S);
    if (rc == 0)
        rc = plat_file_rename(landing->folder, landing->part, landing->name);
    if (rc == 0)
        (void)plat_file_remove(landing->folder, landing->note);
    close_all(landing);
    return rc;
}

void landing_keep(struct landing *landing)
{
    close_all(landing);
}

void landing_discard(struct landing *landing)
{
    (void)plat_file_remove(landing->folder, landing->part);
    (void)plat_file_remove(landing->folder, landing->note);
    close_all(landing);
}

#include "testdir.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "plat/random.h"

enum { NAME_SIZE = 2048 };

int testdir_setup(void **state)
{
    struct testdir *dir = calloc(1, sizeof(*dir));
    uint64_t number = 0;

    assert_non_null(dir);
    assert_status(PLAT_OK, plat_random_bytes(&number, sizeof(number)));
    snprintf(dir->path, sizeof(dir->path), "plat-tmp/%016llx", (unsigned long long)number);
    assert_status(PLAT_OK, plat_folder_open(&dir->folder, dir->path, true, NULL));
    *state = dir;
    return 0;
}

void testdir_path(const struct testdir *dir, const char *name, char *out, size_t size)
{
    assert_true(snprintf(out, size, "%s/%s", dir->path, name) < (int)size);
}

/* remove() takes empty folders on POSIX systems and refuses them elsewhere; either will do. */
static bool remove_entry(const struct testdir *dir, const char *name, enum plat_file_kind kind)
{
    char path[NAME_SIZE + sizeof(dir->path) + 1];

    if (kind != PLAT_KIND_FOLDER && plat_file_remove(dir->folder, name) == PLAT_OK) {
        return true;
    }
    snprintf(path, sizeof(path), "%s/%s", dir->path, name);
    return remove(path) == 0;
}

static void empty_folder(const struct testdir *dir, const char *below);

/* Removing while listing hides entries on some systems, so passes are made until one is idle. */
static bool empty_pass(const struct testdir *dir, const char *below)
{
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    bool removed = false;

    if (plat_listing_open(&listing, dir->folder, below) != PLAT_OK) {
        return false;
    }
    while (plat_listing_next(listing, &entry, &info) == PLAT_OK) {
        char name[NAME_SIZE];
        snprintf(name, sizeof(name), "%s%s%s", below, below[0] ? "/" : "", entry);
        if (info.kind == PLAT_KIND_FOLDER) {
            empty_folder(dir, name);
        }
        removed |= remove_entry(dir, name, info.kind);
    }
    plat_listing_close(listing);
    return removed;
}

/* A file that a failed test has left open goes on being listed after its removal on some systems.
 */
static void empty_folder(const struct testdir *dir, const char *below)
{
    enum { PASSES_MAX = 20 };

    for (int passes = 0; passes < PASSES_MAX && empty_pass(dir, below); passes++) {
    }
}

int testdir_teardown(void **state)
{
    struct testdir *dir = *state;

    empty_folder(dir, "");
    plat_folder_close(dir->folder);
    (void)remove(dir->path);
    free(dir);
    return 0;
}

void testdir_put(const struct testdir *dir, const char *name, const void *data, size_t size)
{
    struct plat_file file = PLAT_FILE_NONE;

    assert_status(PLAT_OK, plat_file_create(&file, dir->folder, name));
    assert_status(PLAT_OK, plat_file_resize(file, 0));
    assert_status(PLAT_OK, plat_file_write(file, data, size, 0));
    plat_file_close(file);
}

void testdir_make(const struct testdir *dir, const char *name)
{
    char below[NAME_SIZE];

    snprintf(below, sizeof(below), "%s/x", name);
    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, below));
}

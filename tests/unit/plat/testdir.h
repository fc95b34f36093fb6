/*
 * A folder of a test's own, made below the working directory and emptied afterwards.
 *
 * The contract removes files only, so on some systems empty folders stay behind in the build tree.
 */
#ifndef TESTDIR_H
#define TESTDIR_H

#include "plat/file.h"

struct testdir {
    struct plat_folder *folder;
    char path[128];
};

/* cmocka's setup and teardown, with *state as the struct testdir. */
int testdir_setup(void **state);
int testdir_teardown(void **state);

/* Makes a file with these contents, or replaces its contents; fails the test if it cannot. */
void testdir_put(const struct testdir *dir, const char *name, const void *data, size_t size);

/* Makes a folder below, and those on the way. */
void testdir_make(const struct testdir *dir, const char *name);

/* Writes the path of a name below into `out`, which holds `size` bytes. */
void testdir_path(const struct testdir *dir, const char *name, char *out, size_t size);

#endif

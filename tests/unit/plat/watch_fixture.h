/*
 * A watched test folder, for the tests of plat/watch.h.
 */
#ifndef WATCH_FIXTURE_H
#define WATCH_FIXTURE_H

#include "check.h"
#include "plat/watch.h"
#include "testdir.h"

enum { NAME_SIZE = 256 };

/* The folder has the folders "sub", "sub/below" and "other"; nothing was added to the watch. */
struct fixture {
    struct testdir *dir;
    struct plat_folder_watch *watch; /* NULL: the system has none, and has said so */
};

/* cmocka's setup and teardown, with *state as the struct fixture. */
int watch_setup(void **state);
int watch_teardown(void **state);
#define watch_test(f) cmocka_unit_test_setup_teardown(f, watch_setup, watch_teardown)

/* Adds a folder as programs do, who open it for listing next; both must succeed. */
void watch_add(const struct fixture *f, const char *name);

/* Makes or changes a file. */
void watch_put(const struct fixture *f, const char *name);

/* Waits, as a program would, until the folder of this name is told. */
void watch_expect(const struct fixture *f, const char *name);

/* Expects nothing to be told for a while. */
void watch_expect_silence(const struct fixture *f);

/* Lets late reports of what a test did before arrive, and drops them. */
void watch_settle(const struct fixture *f);

#endif

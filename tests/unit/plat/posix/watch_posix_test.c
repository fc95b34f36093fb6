/* Conformance of plat/watch.h when a folder is removed, which C can do on POSIX systems only. */
#include "plat/watch.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "pair.h"
#include "plat/process.h"
#include "testdir.h"

struct fixture {
    struct testdir *dir;
    struct plat_folder_watch *watch; /* NULL: the system has none */
};

/* Watches the folder "root" of a test folder, so that it can be removed; it has a folder "sub". */
static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    void *dir = NULL;
    char path[256];
    int rc;

    assert_non_null(f);
    testdir_setup(&dir);
    f->dir = dir;
    testdir_make(f->dir, "root/sub");
    testdir_path(f->dir, "root", path, sizeof(path));
    rc = plat_folder_watch_open(&f->watch, path);
    if (rc != PLAT_OK) {
        assert_status(PLAT_ERR_UNSUPPORTED, rc);
        f->watch = NULL;
    }
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    void *dir = f->dir;

    plat_folder_watch_close(f->watch);
    testdir_teardown(&dir);
    free(f);
    return 0;
}

static void remove_folder(const struct fixture *f, const char *name)
{
    char path[256];
    testdir_path(f->dir, name, path, sizeof(path));
    assert_int_equal(remove(path), 0);
}

/* Waits until the folder of this name is told, or for PLAT_LOST if there is no name. */
static void expect_change(const struct fixture *f, const char *name)
{
    for (;;) {
        char next[256];
        int rc;
        assert_true(wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, DEADLINE_MS) != 0);
        while ((rc = plat_folder_watch_next(f->watch, next, sizeof(next))) != PLAT_AGAIN) {
            assert_true(rc == PLAT_OK || rc == PLAT_LOST);
            if (rc == PLAT_LOST || (name != NULL && strcmp(next, name) == 0)) {
                return;
            }
        }
    }
}

static void removed_folder_is_told_and_may_come_again(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    assert_status(PLAT_OK, plat_folder_watch_add(f->watch, "sub"));
    for (int i = 0; i < 20; i++) {
        remove_folder(f, "root/sub");
        expect_change(f, "");
        assert_status(PLAT_ERR_NOT_FOUND, plat_folder_watch_add(f->watch, "sub"));
        testdir_make(f->dir, "root/sub");
        expect_change(f, "");
        assert_status(PLAT_OK, plat_folder_watch_add(f->watch, "sub"));
        testdir_put(f->dir, "root/sub/file", "x", 1);
        expect_change(f, "sub");
        assert_status(PLAT_OK, plat_file_remove(f->dir->folder, "root/sub/file"));
    }
}

static void end_of_the_watched_folder_is_lost(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    remove_folder(f, "root/sub");
    remove_folder(f, "root");
    expect_change(f, NULL);
}

static void watched_folder_that_moves_away_is_lost(void **state)
{
    struct fixture *f = *state;
    char from[256], to[256];

    if (f->watch == NULL) {
        return;
    }
    testdir_path(f->dir, "root", from, sizeof(from));
    testdir_path(f->dir, "moved", to, sizeof(to));
    assert_int_equal(rename(from, to), 0);
    expect_change(f, NULL);
}

#define watch_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        watch_test(removed_folder_is_told_and_may_come_again),
        watch_test(end_of_the_watched_folder_is_lost),
        watch_test(watched_folder_that_moves_away_is_lost),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/watch on POSIX", tests, NULL, NULL);
}

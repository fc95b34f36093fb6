/* Conformance of plat/watch.h when folders move. Where a system has no such service, each test ends
 * once that has been said as documented. */
#include "plat/watch.h"

#include <stdio.h>

#include "pair.h"
#include "plat/process.h"
#include "watch_fixture.h"
#include "wine.h"

/* What happens in a folder that was renamed while it was watched. */
#define skip_old_names_of_wine()                                                                   \
    skip_under_wine("ReadDirectoryChangesW goes on telling a folder by its old name",              \
                    "tells the new one")

static void move_folder(const struct fixture *f, const char *from, const char *to)
{
    char old_path[NAME_SIZE], new_path[NAME_SIZE];

    testdir_path(f->dir, from, old_path, sizeof(old_path));
    testdir_path(f->dir, to, new_path, sizeof(new_path));
    assert_int_equal(rename(old_path, new_path), 0);
}

/* The plat contract moves no folders; C's own rename() does, on every system. */
static void new_folder_of_an_old_name_is_watched(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "other");
    move_folder(f, "other", "moved");
    watch_expect(f, "");
    testdir_make(f->dir, "other");
    watch_expect(f, "");
    watch_add(f, "other");
    watch_settle(f);
    watch_put(f, "other/file");
    watch_expect(f, "other");
}

static void moved_folder_is_watched_under_its_new_name(void **state)
{
    struct fixture *f = *state;

    skip_old_names_of_wine();
    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "other");
    move_folder(f, "other", "moved");
    watch_expect(f, "");
    watch_add(f, "moved");
    watch_settle(f);
    watch_put(f, "moved/file");
    watch_expect(f, "moved");
}

/* The caller may add on the first word of a move, before the watch has read that the folder itself
 * moved. */
static void folder_added_early_after_its_move_stays_watched(void **state)
{
    struct fixture *f = *state;
    char name[NAME_SIZE];
    int rc;

    skip_old_names_of_wine();
    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "other");
    move_folder(f, "other", "moved");
    assert_true(wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, DEADLINE_MS) != 0);
    rc = plat_folder_watch_next(f->watch, name, sizeof(name));
    assert_true(rc == PLAT_OK || rc == PLAT_LOST);
    watch_add(f, "moved");
    watch_settle(f);
    watch_put(f, "moved/file");
    watch_expect(f, "moved");
}

/* What lies below a moved folder has new names as well. */
static void folders_below_a_moved_one_are_watched_again(void **state)
{
    struct fixture *f = *state;

    skip_old_names_of_wine();
    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "other");
    testdir_make(f->dir, "other/deep");
    watch_add(f, "other/deep");
    move_folder(f, "other", "moved");
    watch_expect(f, "");
    watch_add(f, "moved");
    watch_add(f, "moved/deep");
    watch_settle(f);
    watch_put(f, "moved/deep/file");
    watch_expect(f, "moved/deep");
}

/* A program that goes on as if nothing had happened would serve what is not there any more. */
static void watched_folder_that_moves_away_is_lost(void **state)
{
    struct fixture *f = *state;
    char name[NAME_SIZE], away[NAME_SIZE];
    int rc;

    if (f->watch == NULL) {
        return;
    }
    snprintf(away, sizeof(away), "%s-away", f->dir->path);
    assert_int_equal(rename(f->dir->path, away), 0);
    do {
        assert_true(wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, DEADLINE_MS) != 0);
        rc = plat_folder_watch_next(f->watch, name, sizeof(name));
    } while (rc == PLAT_OK || rc == PLAT_AGAIN);
    assert_int_equal(rename(away, f->dir->path), 0);
    assert_status(PLAT_LOST, rc);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        watch_test(new_folder_of_an_old_name_is_watched),
        watch_test(moved_folder_is_watched_under_its_new_name),
        watch_test(folder_added_early_after_its_move_stays_watched),
        watch_test(folders_below_a_moved_one_are_watched_again),
        watch_test(watched_folder_that_moves_away_is_lost),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/watch: moves", tests, NULL, NULL);
}

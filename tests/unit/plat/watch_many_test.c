/* Conformance of plat/watch.h under many changes. Where a system has no such service, each test
 * ends once that has been said as documented. */
#include "plat/watch.h"

#include <stdio.h>
#include <string.h>

#include "pair.h"
#include "plat/process.h"
#include "watch_fixture.h"

/* Changes 60 files in each of 20 folders, taking nothing meanwhile. */
static void many_changes_are_told_or_lost_aloud(void **state)
{
    enum { FOLDERS = 20, FILES = 60 };
    struct fixture *f = *state;
    char name[64];

    if (f->watch == NULL) {
        return;
    }
    for (int i = 0; i < FOLDERS; i++) {
        snprintf(name, sizeof(name), "folder%d", i);
        testdir_make(f->dir, name);
        watch_add(f, name);
    }
    watch_settle(f);
    for (int i = 0; i < FOLDERS * FILES; i++) {
        snprintf(name, sizeof(name), "folder%d/file%d", i % FOLDERS, i / FOLDERS);
        watch_put(f, name);
    }
    bool told[FOLDERS] = {false}, lost = false;
    size_t count = 0;
    while (count < FOLDERS && !lost) {
        assert_true(wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, DEADLINE_MS) != 0);
        int rc = plat_folder_watch_next(f->watch, name, sizeof(name));
        int number = rc == PLAT_OK && strncmp(name, "folder", 6) == 0 ? atoi(name + 6) : -1;
        lost = rc == PLAT_LOST;
        if (number >= 0 && !told[number]) {
            told[number] = true;
            count++;
        }
    }
}

/* More than any queue holds; afterwards it works as before. */
static void flood_of_changes_leaves_the_watch_working(void **state)
{
    struct fixture *f = *state;
    char name[32];

    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "sub");
    for (int i = 0; i < 8000; i++) {
        snprintf(name, sizeof(name), "sub/file%d", i % 100);
        watch_put(f, name);
        if (i % 100 == 99) {
            assert_status(PLAT_OK, plat_file_remove(f->dir->folder, name));
        }
    }
    watch_expect(f, "sub");
    watch_settle(f);
    watch_put(f, "sub/one more");
    watch_expect(f, "sub");
    watch_settle(f);
    watch_expect_silence(f);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        watch_test(many_changes_are_told_or_lost_aloud),
        watch_test(flood_of_changes_leaves_the_watch_working),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/watch: many", tests, NULL, NULL);
}

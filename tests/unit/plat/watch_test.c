/* Conformance of plat/watch.h. Where a system has no such service, each test ends
 * once that has been said as documented. */
#include "plat/watch.h"

#include <string.h>

#include "pair.h"
#include "plat/process.h"
#include "watch_fixture.h"

static void missing_folder_is_not_found(void **state)
{
    struct plat_folder_watch *watch;
    int rc = plat_folder_watch_open(&watch, "no-such-folder");
    (void)state;
    assert_true(rc == PLAT_ERR_NOT_FOUND || rc == PLAT_ERR_UNSUPPORTED);
    plat_folder_watch_close(NULL);
}

static void nothing_is_told_when_nothing_changes(void **state)
{
    struct fixture *f = *state;
    struct plat_file_info info;
    struct plat_listing *listing;
    const char *entry;

    if (f->watch == NULL) {
        return;
    }
    watch_expect_silence(f);
    watch_add(f, "");
    watch_add(f, "sub");
    watch_expect_silence(f);
    assert_status(PLAT_OK, plat_listing_open(&listing, f->dir->folder, ""));
    while (plat_listing_next(listing, &entry, &info) == PLAT_OK) {
    }
    plat_listing_close(listing);
    watch_expect_silence(f);
}

/* Serving a file must not look like a change of it. */
static void reading_is_no_change(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    char text[4];
    size_t got;

    if (f->watch == NULL) {
        return;
    }
    watch_put(f, "file");
    watch_expect(f, "");
    watch_settle(f);
    assert_status(PLAT_OK, plat_file_open(&file, f->dir->folder, "file", &info));
    assert_status(PLAT_OK, plat_file_read(file, text, sizeof(text), 0, &got));
    plat_file_close(file);
    watch_expect_silence(f);
}

static void changes_in_the_folder_itself_are_told(void **state)
{
    struct fixture *f = *state;
    struct plat_folder *folder = f->dir->folder;

    if (f->watch == NULL) {
        return;
    }
    watch_put(f, "file");
    watch_expect(f, "");
    watch_settle(f);
    if (plat_folder_watch_sees_contents()) {
        watch_put(f, "file"); /* other contents */
        watch_expect(f, "");
        watch_settle(f);
    }
    assert_status(PLAT_OK, plat_file_rename(folder, "file", "renamed"));
    watch_expect(f, "");
    watch_settle(f);
    assert_status(PLAT_OK, plat_file_remove(folder, "renamed"));
    watch_expect(f, "");
    watch_settle(f);
    testdir_make(f->dir, "new folder");
    watch_expect(f, "");
}

static void changes_below_are_told_by_folder(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "sub");
    watch_add(f, "sub/below");
    watch_put(f, "sub/file");
    watch_expect(f, "sub");
    watch_settle(f);
    watch_put(f, "sub/below/file");
    watch_expect(f, "sub/below");
    watch_settle(f);
    assert_status(PLAT_OK, plat_file_rename(f->dir->folder, "sub/file", "sub/below/other"));
    watch_expect(f, "sub");
}

static void moving_between_folders_tells_both(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    watch_put(f, "sub/file");
    watch_add(f, "sub");
    watch_add(f, "other");
    watch_settle(f);
    assert_status(PLAT_OK, plat_file_rename(f->dir->folder, "sub/file", "other/file"));
    watch_expect(f, "sub");
    assert_status(PLAT_OK, plat_file_rename(f->dir->folder, "other/file", "sub/file"));
    watch_expect(f, "other");
}

static void adding_again_does_nothing(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    for (int i = 0; i < 1000; i++) {
        watch_add(f, "");
        watch_add(f, "sub");
    }
    watch_expect_silence(f);
    watch_put(f, "sub/file");
    watch_expect(f, "sub");
}

/* Whole-tree systems have nothing to add and need not look. */
static void adding_a_missing_folder_is_not_found(void **state)
{
    struct fixture *f = *state;
    int rc;

    if (f->watch == NULL) {
        return;
    }
    rc = plat_folder_watch_add(f->watch, "missing");
    assert_true(rc == PLAT_ERR_NOT_FOUND || rc == PLAT_OK);
    watch_put(f, "file");
    watch_expect(f, "");
}

static void utf8_names_are_told(void **state)
{
    struct fixture *f = *state;

    if (f->watch == NULL) {
        return;
    }
    testdir_make(f->dir, "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2");
    watch_add(f, "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2");
    watch_put(f, "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2/file");
    watch_expect(f, "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2");
}

/* Added before it is listed, a new folder can hide no file. */
static void file_made_around_the_add_is_told_or_listed(void **state)
{
    struct fixture *f = *state;
    struct plat_file_info info;

    if (f->watch == NULL) {
        return;
    }
    testdir_make(f->dir, "new");
    watch_expect(f, "");
    watch_put(f, "new/before");
    watch_add(f, "new");
    watch_put(f, "new/after");
    assert_status(PLAT_OK, plat_file_look(f->dir->folder, "new/before", &info));
    watch_expect(f, "new");
}

static void long_name_is_cut_to_the_buffer(void **state)
{
    struct fixture *f = *state;
    char name[8];
    int rc;

    if (f->watch == NULL) {
        return;
    }
    watch_add(f, "sub");
    watch_add(f, "sub/below");
    watch_put(f, "sub/below/file");
    assert_true(wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, DEADLINE_MS) != 0);
    memset(name, '?', sizeof(name));
    rc = plat_folder_watch_next(f->watch, name, 5);
    if (rc != PLAT_LOST) { /* a watched whole tree may tell of "sub" first */
        assert_status(PLAT_OK, rc);
        assert_true(strcmp(name, "sub/") == 0 || strcmp(name, "sub") == 0 || name[0] == '\0');
    }
    assert_int_equal(name[5], '?');
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_folder_is_not_found),
        watch_test(nothing_is_told_when_nothing_changes),
        watch_test(reading_is_no_change),
        watch_test(changes_in_the_folder_itself_are_told),
        watch_test(changes_below_are_told_by_folder),
        watch_test(moving_between_folders_tells_both),
        watch_test(adding_again_does_nothing),
        watch_test(adding_a_missing_folder_is_not_found),
        watch_test(utf8_names_are_told),
        watch_test(file_made_around_the_add_is_told_or_listed),
        watch_test(long_name_is_cut_to_the_buffer),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/watch", tests, NULL, NULL);
}

/* Conformance of plat/file.h: renaming, replacing, removing. */
#include "plat/file.h"

#include <string.h>

#include "check.h"
#include "plat/process.h"
#include "testfile.h"

static void put(const struct testdir *dir, const char *name, const char *text)
{
    testdir_put(dir, name, text, strlen(text));
}

static uint64_t id_of(const struct testdir *dir, const char *name)
{
    struct plat_file_info info;
    assert_status(PLAT_OK, plat_file_look(dir->folder, name, &info));
    return info.id;
}

static void renamed_file_has_its_new_name_alone(void **state)
{
    struct testdir *dir = *state;

    put(dir, "a", "text");
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "a", "b"));
    testfile_expect_missing(dir, "a");
    testfile_expect_text(dir, "b", "text");
}

static void renaming_replaces(void **state)
{
    struct testdir *dir = *state;
    uint64_t id;

    put(dir, "old", "old contents");
    put(dir, "new", "new");
    id = id_of(dir, "new");
    assert_true(id != id_of(dir, "old"));
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "new", "old"));
    testfile_expect_missing(dir, "new");
    testfile_expect_text(dir, "old", "new");
    assert_true(id_of(dir, "old") == id);
}

static void file_moves_between_folders(void **state)
{
    struct testdir *dir = *state;

    testdir_make(dir, "a/b");
    testdir_make(dir, "c");
    put(dir, "a/b/file", "text");
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "a/b/file", "c/other"));
    testfile_expect_text(dir, "c/other", "text");
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "c/other", "top"));
    testfile_expect_text(dir, "top", "text");
    testfile_expect_missing(dir, "a/b/file");
}

static void renaming_needs_source_and_target_folder(void **state)
{
    struct testdir *dir = *state;

    put(dir, "file", "text");
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_rename(dir->folder, "missing", "x"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_rename(dir->folder, "file", "missing/x"));
    testfile_expect_text(dir, "file", "text");
}

static void folder_is_not_replaced(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    put(dir, "file", "text");
    testdir_make(dir, "sub");
    assert_error(plat_file_rename(dir->folder, "file", "sub"));
    testfile_expect_text(dir, "file", "text");
    assert_status(PLAT_OK, plat_file_look(dir->folder, "sub", &info));
    assert_int_equal(info.kind, PLAT_KIND_FOLDER);
}

static void removed_file_is_gone(void **state)
{
    struct testdir *dir = *state;

    testdir_make(dir, "sub");
    put(dir, "sub/a", "text");
    put(dir, "sub/b", "text");
    assert_status(PLAT_OK, plat_file_remove(dir->folder, "sub/a"));
    testfile_expect_missing(dir, "sub/a");
    testfile_expect_text(dir, "sub/b", "text");
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_remove(dir->folder, "sub/a"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_remove(dir->folder, "missing/a"));
}

static void folder_is_not_removed(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    testdir_make(dir, "sub");
    assert_error(plat_file_remove(dir->folder, "sub"));
    assert_status(PLAT_OK, plat_file_look(dir->folder, "sub", &info));
}

static void new_file_of_an_old_name_is_told_apart(void **state)
{
    struct testdir *dir = *state;
    uint64_t id;

    put(dir, "file", "text");
    id = id_of(dir, "file");
    put(dir, "file", "other");
    assert_true(id_of(dir, "file") == id); /* still the same file, with other contents */
    put(dir, "new", "text");
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "new", "file"));
    assert_true(id_of(dir, "file") != id);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(renamed_file_has_its_new_name_alone),
        dir_test(renaming_replaces),
        dir_test(file_moves_between_folders),
        dir_test(renaming_needs_source_and_target_folder),
        dir_test(folder_is_not_replaced),
        dir_test(removed_file_is_gone),
        dir_test(folder_is_not_removed),
        dir_test(new_file_of_an_old_name_is_told_apart),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file: renaming", tests, NULL, NULL);
}

/* Conformance of plat/file.h: opening and making folders, looking at names. */
#include "plat/file.h"

#include "check.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "testdir.h"

/* Opens a path below the test's folder and closes it again. */
static int open_below(const struct testdir *dir, const char *name, bool make, bool *made)
{
    struct plat_folder *folder;
    char path[512];
    int rc;

    testdir_path(dir, name, path, sizeof(path));
    rc = plat_folder_open(&folder, path, make, made);
    if (rc == PLAT_OK) {
        plat_folder_close(folder);
    }
    return rc;
}

static void missing_folder_is_not_found(void **state)
{
    bool made = true;
    assert_status(PLAT_ERR_NOT_FOUND, open_below(*state, "missing", false, &made));
    assert_status(PLAT_ERR_NOT_FOUND, open_below(*state, "missing/below", false, NULL));
}

static void missing_folder_is_made_once(void **state)
{
    bool made = false;

    assert_status(PLAT_OK, open_below(*state, "new", true, &made));
    assert_true(made);
    assert_status(PLAT_OK, open_below(*state, "new", true, &made));
    assert_false(made);
    made = true;
    assert_status(PLAT_OK, open_below(*state, "new", false, &made));
    assert_false(made);
}

static void folders_on_the_way_are_made(void **state)
{
    bool made = false;

    assert_status(PLAT_OK, open_below(*state, "a/b/c/d", true, &made));
    assert_true(made);
    assert_status(PLAT_OK, open_below(*state, "a/b", true, &made));
    assert_false(made);
    assert_status(PLAT_OK, open_below(*state, "a/b/e", true, NULL));
    assert_status(PLAT_OK, open_below(*state, "a/b/e", false, NULL));
}

static void file_is_no_folder(void **state)
{
    testdir_put(*state, "file", "x", 1);
    assert_status(PLAT_ERR_NOT_FOLDER, open_below(*state, "file", false, NULL));
    assert_status(PLAT_ERR_NOT_FOLDER, open_below(*state, "file", true, NULL));
    assert_status(PLAT_ERR_NOT_FOLDER, open_below(*state, "file/below", true, NULL));
}

static void working_directory_is_a_folder(void **state)
{
    struct plat_folder *folder;
    (void)state;

    assert_status(PLAT_OK, plat_folder_open(&folder, ".", false, NULL));
    plat_folder_close(folder);
    plat_folder_close(NULL);
}

static void folder_may_have_a_utf8_name(void **state)
{
    bool made = false;
    assert_status(PLAT_OK, open_below(*state, "\xe6\xbc\xa2 \xc3\xbc", true, &made));
    assert_true(made);
    assert_status(PLAT_OK, open_below(*state, "\xe6\xbc\xa2 \xc3\xbc", false, NULL));
}

static void expect_kind(const struct testdir *dir, const char *name, enum plat_file_kind kind)
{
    struct plat_file_info info;
    assert_status(PLAT_OK, plat_file_look(dir->folder, name, &info));
    assert_int_equal(info.kind, kind);
}

static void parents_are_made(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, "a/b/c"));
    expect_kind(dir, "a", PLAT_KIND_FOLDER);
    expect_kind(dir, "a/b", PLAT_KIND_FOLDER);
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "a/b/c", &info));
    testdir_put(dir, "a/b/c", "x", 1);
    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, "a/b/c"));
    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, "a/d/e"));
    expect_kind(dir, "a/b/c", PLAT_KIND_FILE);
    expect_kind(dir, "a/d", PLAT_KIND_FOLDER);
}

static void name_without_folders_needs_no_parents(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, "file"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "file", &info));
}

static void parent_that_is_a_file_is_no_folder(void **state)
{
    struct testdir *dir = *state;

    testdir_put(dir, "file", "x", 1);
    assert_status(PLAT_ERR_NOT_FOLDER, plat_folder_make_parents(dir->folder, "file/x"));
    assert_status(PLAT_ERR_NOT_FOLDER, plat_folder_make_parents(dir->folder, "file/x/y"));
}

static void looking_tells_kind_size_and_time(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;
    int64_t now_ns = plat_clock_unix_ms() * 1000000, day_ns = 86400000000000;

    testdir_make(dir, "sub");
    testdir_put(dir, "sub/file", "12345", 5);
    expect_kind(dir, "sub", PLAT_KIND_FOLDER);
    assert_status(PLAT_OK, plat_file_look(dir->folder, "sub/file", &info));
    assert_int_equal(info.kind, PLAT_KIND_FILE);
    assert_true(info.size == 5);
    assert_true(info.mtime_ns > now_ns - day_ns && info.mtime_ns < now_ns + day_ns);
}

static void looking_for_what_is_missing_is_not_found(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "missing", &info));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "missing/below", &info));
}

static void folder_tells_the_space_that_is_left(void **state)
{
    struct testdir *dir = *state;
    uint64_t free_bytes = 0;

    assert_status(PLAT_OK, plat_folder_space(dir->folder, &free_bytes));
    assert_true(free_bytes > 0); /* this test could not be there */
    assert_true(free_bytes < UINT64_C(1) << 60);
}

static void last_part_of_a_path_is_behind_its_last_slash(void **state)
{
    (void)state;
    assert_int_equal(plat_path_last("name"), 0);
    assert_int_equal(plat_path_last(""), 0);
    assert_int_equal(plat_path_last("a/name"), 2);
    assert_int_equal(plat_path_last("../b/name"), 5);
    assert_int_equal(plat_path_last("/name"), 1);
    assert_int_equal(plat_path_last("a/"), 2);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(missing_folder_is_not_found),
        dir_test(missing_folder_is_made_once),
        dir_test(folders_on_the_way_are_made),
        dir_test(file_is_no_folder),
        cmocka_unit_test(working_directory_is_a_folder),
        cmocka_unit_test(last_part_of_a_path_is_behind_its_last_slash),
        dir_test(folder_may_have_a_utf8_name),
        dir_test(parents_are_made),
        dir_test(name_without_folders_needs_no_parents),
        dir_test(parent_that_is_a_file_is_no_folder),
        dir_test(looking_tells_kind_size_and_time),
        dir_test(looking_for_what_is_missing_is_not_found),
        dir_test(folder_tells_the_space_that_is_left),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file: folders", tests, NULL, NULL);
}

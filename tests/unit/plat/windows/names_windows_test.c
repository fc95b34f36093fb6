/* Conformance of plat/file.h about names, where names in two cases are one and some are devices. */
#include "plat/file.h"

#include <string.h>

#include "check.h"
#include "plat/process.h"
#include "testfile.h"
#include "wine.h"

static void put(const struct testdir *dir, const char *name, const char *text)
{
    struct plat_file file = testfile_create(dir, name);
    size_t size = strlen(text);

    assert_status(PLAT_OK, plat_file_write(file, text, size, 0));
    plat_file_close(file);
}

static size_t count_entries(const struct testdir *dir)
{
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *name;
    size_t count = 0;

    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, ""));
    while (plat_listing_next(listing, &name, &info) == PLAT_OK) {
        count++;
    }
    plat_listing_close(listing);
    return count;
}

/* Neither made, nor opened, nor looked at, nor anything else made on the way. */
static void what_windows_drops_or_reads_otherwise_is_a_bad_name(void **state)
{
    static const char *const names[] = {
        "CON",        "con",         "Con.txt", "nul.tar.gz", "PRN",    "aux",     "COM1",
        "lpt9.log",   "COM\xc2\xb9", "CONIN$",  "conout$",    "NUL .a", "new/aux", "new/CON/file",
        "a:b",        "a::$DATA",    "C:",      "C:/file",    "tail.",  "tail ",   "tail. .",
        "new/dot./f", "new/ ",       "a\\b",    "..\\a",      "a*",     "a?",      "a<",
        "a>",         "a|",          "a\"b",    "a\x01",      "new/.",  "..",      "../a",
    };
    struct testdir *dir = *state;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct plat_file file = PLAT_FILE_NONE;
        struct plat_file_info info;
        assert_status(PLAT_ERR_BAD_NAME, plat_file_check_name(names[i]));
        assert_status(PLAT_ERR_BAD_NAME, plat_file_create(&file, dir->folder, names[i]));
        assert_status(PLAT_ERR_BAD_NAME, plat_file_open(&file, dir->folder, names[i], &info));
        assert_status(PLAT_ERR_BAD_NAME, plat_file_look(dir->folder, names[i], &info));
        assert_status(PLAT_ERR_BAD_NAME, plat_folder_make_parents(dir->folder, names[i]));
        assert_int_equal(count_entries(dir), 0);
    }
}

static void what_only_resembles_a_device_is_a_name(void **state)
{
    static const char *const names[] = {
        "CONS",  "CON1",         "COM",  "COM0", "COM10", "LPT",
        "comma", "nul-and-void", "xCON", ".con", "NUL_",
    };
    struct testdir *dir = *state;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_status(PLAT_OK, plat_file_check_name(names[i]));
        put(dir, names[i], "text");
        testfile_expect_text(dir, names[i], "text");
        assert_status(PLAT_OK, plat_file_remove(dir->folder, names[i]));
    }
}

static void name_in_another_case_is_told_and_left_alone(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    put(dir, "Readme", "the first");
    put(dir, "other", "the second");
    assert_status(PLAT_ERR_EXISTS, plat_file_create(&file, dir->folder, "README"));
    assert_status(PLAT_ERR_EXISTS, plat_file_look(dir->folder, "readme", &info));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_open(&file, dir->folder, "readme", &info));
    assert_status(PLAT_ERR_EXISTS, plat_file_rename(dir->folder, "other", "README"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_rename(dir->folder, "OTHER", "third"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_remove(dir->folder, "README"));
    testfile_expect_text(dir, "Readme", "the first");
    testfile_expect_text(dir, "other", "the second");
    assert_int_equal(count_entries(dir), 2);
}

static void folder_in_another_case_is_told_and_left_alone(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    struct plat_listing *listing;

    testdir_make(dir, "Folder");
    put(dir, "Folder/file", "text");
    assert_status(PLAT_ERR_EXISTS, plat_folder_make_parents(dir->folder, "folder/new"));
    assert_error(plat_file_create(&file, dir->folder, "FOLDER/new"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_open(&file, dir->folder, "folder/file", &info));
    assert_status(PLAT_ERR_NOT_FOUND, plat_listing_open(&listing, dir->folder, "folder"));
    testfile_expect_text(dir, "Folder/file", "text");
}

/* The one rename onto a name in another case that is meant. */
static void case_of_a_name_can_be_changed(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    skip_under_wine("MoveFileExW from readme to README says it succeeded and changes nothing",
                    "changes the name");
    put(dir, "readme", "text");
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "readme", "README"));
    testfile_expect_text(dir, "README", "text");
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_open(&file, dir->folder, "readme", &info));
}

static void last_part_of_a_path_may_be_behind_a_backslash_or_a_drive(void **state)
{
    (void)state;
    assert_int_equal(plat_path_last("a\\name"), 2);
    assert_int_equal(plat_path_last("a\\b/name"), 4);
    assert_int_equal(plat_path_last("C:\\name"), 3);
    assert_int_equal(plat_path_last("C:name"), 2);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(what_windows_drops_or_reads_otherwise_is_a_bad_name),
        dir_test(what_only_resembles_a_device_is_a_name),
        dir_test(name_in_another_case_is_told_and_left_alone),
        dir_test(folder_in_another_case_is_told_and_left_alone),
        dir_test(case_of_a_name_can_be_changed),
        cmocka_unit_test(last_part_of_a_path_may_be_behind_a_backslash_or_a_drive),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file on Windows: names", tests, NULL, NULL);
}

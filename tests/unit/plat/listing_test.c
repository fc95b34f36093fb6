/* Conformance of plat/file.h: listing a folder. */
#include "plat/file.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "plat/process.h"
#include "testdir.h"

/* Counts the entries of a folder; `wanted` must be among them unless it is NULL. */
static size_t list(const struct testdir *dir, const char *name, const char *wanted,
                   struct plat_file_info *found)
{
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    size_t count = 0, hits = 0;
    int rc;

    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, name));
    while ((rc = plat_listing_next(listing, &entry, &info)) == PLAT_OK) {
        assert_string_not_equal(entry, ".");
        assert_string_not_equal(entry, "..");
        count++;
        if (wanted != NULL && strcmp(entry, wanted) == 0) {
            hits++;
            *found = info;
        }
    }
    assert_status(PLAT_END, rc);
    assert_status(PLAT_END, plat_listing_next(listing, &entry, &info));
    plat_listing_close(listing);
    assert_int_equal(hits, wanted != NULL);
    return count;
}

static void empty_folder_has_no_entries(void **state)
{
    struct testdir *dir = *state;

    assert_int_equal(list(dir, "", NULL, NULL), 0);
    testdir_make(dir, "sub");
    assert_int_equal(list(dir, "sub", NULL, NULL), 0);
    plat_listing_close(NULL);
}

static void listing_tells_kind_and_size(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info, looked;

    testdir_put(dir, "empty", "", 0);
    testdir_put(dir, "file", "0123456789", 10);
    testdir_put(dir, ".hidden", "x", 1);
    testdir_make(dir, "sub");
    assert_int_equal(list(dir, "", "empty", &info), 4);
    assert_true(info.kind == PLAT_KIND_FILE && info.size == 0);
    list(dir, "", ".hidden", &info);
    assert_true(info.kind == PLAT_KIND_FILE && info.size == 1);
    list(dir, "", "sub", &info);
    assert_int_equal(info.kind, PLAT_KIND_FOLDER);
    list(dir, "", "file", &info);
    assert_true(info.kind == PLAT_KIND_FILE && info.size == 10);
    assert_status(PLAT_OK, plat_file_look(dir->folder, "file", &looked));
    assert_true(looked.size == 10 && looked.id == info.id && looked.mtime_ns == info.mtime_ns);
    assert_true(looked.volume == info.volume);
}

/* Some systems note a file's size in its folder only when the file is closed. */
static void file_that_is_being_written_has_its_size_of_now(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    uint64_t size = 0;

    assert_status(PLAT_OK, plat_file_create(&file, dir->folder, "file"));
    for (int i = 0; i < 3; i++) {
        assert_status(PLAT_OK, plat_file_write(file, "0123456789", 10, size));
        size += 10;
        list(dir, "", "file", &info);
        assert_true(info.kind == PLAT_KIND_FILE && info.size == size);
    }
    plat_file_close(file);
}

static void folder_below_is_listed(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    testdir_make(dir, "a/b");
    testdir_put(dir, "a/b/file", "xy", 2);
    testdir_put(dir, "elsewhere", "x", 1);
    assert_int_equal(list(dir, "a/b", "file", &info), 1);
    assert_true(info.size == 2);
    assert_int_equal(list(dir, "a", "b", &info), 1);
    assert_int_equal(list(dir, "", "a", &info), 2);
}

static void two_listings_do_not_disturb_each_other(void **state)
{
    struct testdir *dir = *state;
    struct plat_listing *first;
    struct plat_file_info info;
    const char *entry;

    testdir_put(dir, "a", "x", 1);
    testdir_put(dir, "b", "x", 1);
    assert_status(PLAT_OK, plat_listing_open(&first, dir->folder, ""));
    assert_status(PLAT_OK, plat_listing_next(first, &entry, &info));
    assert_int_equal(list(dir, "", NULL, NULL), 2);
    assert_status(PLAT_OK, plat_listing_next(first, &entry, &info));
    assert_status(PLAT_END, plat_listing_next(first, &entry, &info));
    plat_listing_close(first);
}

static void names_come_back_byte_for_byte(void **state)
{
    static const char *const names[] = {
        "plain.txt",
        "two words",
        "gr\xc3\xbc\xc3\x9f.bin",
        "\xe6\xbc\xa2\xe5\xad\x97",
        "\xf0\x9f\x98\x80",
        "a-b_c+d,e;f=g@h#i%j",
        "(x)[y]{z}!$&'`~^",
    };
    struct testdir *dir = *state;
    struct plat_file_info info;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        testdir_put(dir, names[i], "x", 1);
        assert_int_equal(list(dir, "", names[i], &info), i + 1);
    }
}

static void every_entry_of_a_large_folder_is_listed_once(void **state)
{
    enum { FILES = 1000 };
    struct testdir *dir = *state;
    struct plat_listing *listing;
    struct plat_file_info info;
    static unsigned char seen[FILES];
    const char *entry;
    char name[64];

    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "a file with a long name, so that pages fill up, %d", i);
        testdir_put(dir, name, "x", 1);
    }
    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, ""));
    while (plat_listing_next(listing, &entry, &info) == PLAT_OK) {
        int i = atoi(strrchr(entry, ' ') + 1);
        assert_true(i >= 0 && i < FILES);
        seen[i]++;
    }
    plat_listing_close(listing);
    for (int i = 0; i < FILES; i++) {
        assert_int_equal(seen[i], 1);
    }
}

static void entries_that_vanish_are_left_out(void **state)
{
    enum { FILES = 100 };
    struct testdir *dir = *state;
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    char name[32];
    int rc;

    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "file %d", i);
        testdir_put(dir, name, "x", 1);
    }
    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, ""));
    assert_status(PLAT_OK, plat_listing_next(listing, &entry, &info));
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "file %d", i);
        assert_status(PLAT_OK, plat_file_remove(dir->folder, name));
    }
    do { /* on some systems, what was read ahead is still there */
        rc = plat_listing_next(listing, &entry, &info);
    } while (rc == PLAT_OK);
    assert_status(PLAT_END, rc);
    plat_listing_close(listing);
    assert_int_equal(list(dir, "", NULL, NULL), 0);
}

static void only_folders_are_listed(void **state)
{
    struct testdir *dir = *state;
    struct plat_listing *listing;

    testdir_put(dir, "file", "x", 1);
    assert_status(PLAT_ERR_NOT_FOLDER, plat_listing_open(&listing, dir->folder, "file"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_listing_open(&listing, dir->folder, "missing"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_listing_open(&listing, dir->folder, "missing/x"));
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(empty_folder_has_no_entries),
        dir_test(listing_tells_kind_and_size),
        dir_test(file_that_is_being_written_has_its_size_of_now),
        dir_test(folder_below_is_listed),
        dir_test(two_listings_do_not_disturb_each_other),
        dir_test(names_come_back_byte_for_byte),
        dir_test(every_entry_of_a_large_folder_is_listed_once),
        dir_test(entries_that_vanish_are_left_out),
        dir_test(only_folders_are_listed),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file: listings", tests, NULL, NULL);
}

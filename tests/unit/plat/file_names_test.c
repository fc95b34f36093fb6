/* Conformance of plat/file.h: names, long, foreign and odd. */
#include "plat/file.h"

#include <string.h>

#include "check.h"
#include "plat/process.h"
#include "testfile.h"

static void put(const struct testdir *dir, const char *name, const char *text)
{
    testdir_put(dir, name, text, strlen(text));
}

/* Makes, reads, renames and removes one file of the name. */
static void check_name(const struct testdir *dir, const char *name)
{
    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, name));
    put(dir, name, "text");
    testfile_expect_text(dir, name, "text");
    assert_status(PLAT_OK, plat_file_rename(dir->folder, name, "elsewhere"));
    testfile_expect_missing(dir, name);
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "elsewhere", name));
    testfile_expect_text(dir, name, "text");
    assert_status(PLAT_OK, plat_file_remove(dir->folder, name));
    testfile_expect_missing(dir, name);
}

static void utf8_names_work_everywhere(void **state)
{
    static const char *const names[] = {
        "gr\xc3\xbc\xc3\x9f.txt",     "\xe6\xbc\xa2\xe5\xad\x97/\xe3\x81\x8b\xe3\x81\xaa",
        "\xf0\x9f\x98\x80.bin",       " leading",
        "two words/three words here",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        check_name(*state, names[i]);
    }
}

/* Fills `name` with parts of `part` bytes, `size` bytes in all. */
static void make_name(char *name, size_t size, size_t part)
{
    memset(name, 'n', size);
    name[size] = '\0';
    for (size_t at = part; at + 1 < size; at += part + 1) {
        name[at] = '/';
    }
}

static void name_of_1024_bytes_works(void **state)
{
    static const size_t parts[] = {8, 10, 49, 200, 254};
    char name[1025];

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        make_name(name, 1024, parts[i]);
        check_name(*state, name);
    }
}

static void listing_reaches_a_deep_folder(void **state)
{
    struct testdir *dir = *state;
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    char name[1025];

    make_name(name, 1024, 9);
    assert_status(PLAT_OK, plat_folder_make_parents(dir->folder, name));
    put(dir, name, "text");
    *strrchr(name, '/') = '\0';
    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, name));
    assert_status(PLAT_OK, plat_listing_next(listing, &entry, &info));
    assert_int_equal(info.kind, PLAT_KIND_FILE);
    assert_true(info.size == 4);
    assert_status(PLAT_END, plat_listing_next(listing, &entry, &info));
    plat_listing_close(listing);
}

static void part_of_255_bytes_works(void **state)
{
    char name[256];
    make_name(name, 255, 255);
    check_name(*state, name);
}

static void too_long_part_is_a_bad_name(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    char name[305];

    make_name(name, 300, 300);
    assert_status(PLAT_ERR_BAD_NAME, plat_file_create(&file, dir->folder, name));
    assert_status(PLAT_ERR_BAD_NAME, plat_file_open(&file, dir->folder, name, &info));
    assert_status(PLAT_ERR_BAD_NAME, plat_file_look(dir->folder, name, &info));
    put(dir, "file", "text");
    assert_status(PLAT_ERR_BAD_NAME, plat_file_rename(dir->folder, "file", name));
    memcpy(name + 298, "/x", 3);
    assert_status(PLAT_ERR_BAD_NAME, plat_folder_make_parents(dir->folder, name));
    assert_status(PLAT_ERR_BAD_NAME, plat_file_create(&file, dir->folder, name));
}

/* Whether the test's folder lists exactly this name. */
static bool lists(const struct testdir *dir, const char *name)
{
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    bool found = false;

    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, ""));
    while (plat_listing_next(listing, &entry, &info) == PLAT_OK) {
        found |= strcmp(entry, name) == 0;
    }
    plat_listing_close(listing);
    return found;
}

/* What some systems cannot hold, or hold as another file or a device: it works exactly, or it is a
 * bad name. */
static void odd_name_is_exact_or_bad(void **state)
{
    static const char *const names[] = {
        "a:b",         "a:b:$DATA",   "NUL",          "nul.txt",   "CON",     "COM1",
        "back\\slash", "..\\up",      "tail.",        "tail ",     "tail...", "que?ry",
        "st*r",        "pi|pe",       "<angle>",      "\"quote\"", "\x01_",   "new\nline",
        "\xff\xfe",    "cut\xe6\xbc", "\xed\xa0\x80", "\xc0\xaf",
    };
    struct testdir *dir = *state;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct plat_file file = PLAT_FILE_NONE;
        struct plat_file_info info;
        int rc = plat_file_create(&file, dir->folder, names[i]);
        assert_true(rc == PLAT_OK || rc == PLAT_ERR_BAD_NAME);
        /* What it refuses by the name alone, it refuses to make. */
        assert_true(rc == PLAT_ERR_BAD_NAME || plat_file_check_name(names[i]) == PLAT_OK);
        if (rc != PLAT_OK) {
            rc = plat_file_open(&file, dir->folder, names[i], &info);
            assert_true(rc == PLAT_ERR_BAD_NAME || rc == PLAT_ERR_NOT_FOUND);
            continue;
        }
        plat_file_close(file);
        assert_true(lists(dir, names[i]));
        assert_status(PLAT_OK, plat_file_remove(dir->folder, names[i]));
    }
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(utf8_names_work_everywhere),    dir_test(name_of_1024_bytes_works),
        dir_test(listing_reaches_a_deep_folder), dir_test(part_of_255_bytes_works),
        dir_test(too_long_part_is_a_bad_name),   dir_test(odd_name_is_exact_or_bad),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file: names", tests, NULL, NULL);
}

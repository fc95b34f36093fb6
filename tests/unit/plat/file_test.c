/* Conformance of plat/file.h: the bytes of one open file. */
#include "plat/file.h"

#include <string.h>

#include "check.h"
#include "plat/process.h"
#include "testfile.h"

#define GIB ((uint64_t)1 << 30)

static void created_file_is_empty(void **state)
{
    struct plat_file file = testfile_create(*state, "new");

    assert_true(testfile_size(file) == 0);
    testfile_expect_end(file, 0);
    plat_file_close(file);
}

static void created_file_keeps_its_contents(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file;

    testdir_put(dir, "file", "contents", 8);
    file = testfile_create(dir, "file");
    assert_true(testfile_size(file) == 8);
    testfile_expect(file, 0, "contents", 8);
    plat_file_close(file);
}

static void opened_file_tells_about_itself(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info opened, asked, looked;

    testdir_put(dir, "file", "contents", 8);
    assert_status(PLAT_OK, plat_file_open(&file, dir->folder, "file", &opened));
    assert_status(PLAT_OK, plat_file_info(file, &asked));
    assert_status(PLAT_OK, plat_file_look(dir->folder, "file", &looked));
    assert_true(opened.kind == PLAT_KIND_FILE && opened.size == 8);
    assert_true(asked.kind == PLAT_KIND_FILE && asked.size == 8);
    assert_true(opened.id == asked.id && opened.id == looked.id);
    assert_true(opened.volume == asked.volume && opened.volume == looked.volume);
    assert_true(opened.mtime_ns == asked.mtime_ns && opened.mtime_ns == looked.mtime_ns);
    testfile_expect(file, 0, "contents", 8);
    plat_file_close(file);
}

static void missing_file_is_not_found(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    assert_status(PLAT_ERR_NOT_FOUND, plat_file_open(&file, dir->folder, "missing", &info));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_open(&file, dir->folder, "a/b", &info));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_create(&file, dir->folder, "missing/file"));
}

static void folder_is_no_file(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    testdir_make(dir, "sub");
    assert_status(PLAT_ERR_NOT_FILE, plat_file_open(&file, dir->folder, "sub", &info));
    assert_status(PLAT_ERR_NOT_FILE, plat_file_create(&file, dir->folder, "sub"));
}

static void closing_no_file_is_allowed(void **state)
{
    struct plat_file none = PLAT_FILE_NONE;
    (void)state;
    plat_file_close(none);
}

static void positions_are_explicit(void **state)
{
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_write(file, "world", 5, 6));
    assert_status(PLAT_OK, plat_file_write(file, "hello", 5, 0));
    assert_true(testfile_size(file) == 11);
    testfile_expect(file, 0, "hello\0world", 11); /* the gap reads as zeros */
    testfile_expect(file, 7, "orl", 3);
    testfile_expect(file, 0, "h", 1);
    assert_status(PLAT_OK, plat_file_write(file, "W", 1, 6));
    testfile_expect(file, 4, "o\0World", 7);
    assert_true(testfile_size(file) == 11);
    plat_file_close(file);
}

static void reading_stops_at_the_end(void **state)
{
    struct plat_file file = testfile_create(*state, "file");
    char buffer[] = "????????";
    size_t got = 0;

    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    assert_status(PLAT_OK, plat_file_read(file, buffer, 8, 1, &got));
    assert_int_equal(got, 2);
    assert_memory_equal(buffer, "bc??????", 8);
    testfile_expect_end(file, 3);
    testfile_expect_end(file, 4);
    testfile_expect_end(file, 10 * GIB);
    plat_file_close(file);
}

static void writing_nothing_changes_nothing(void **state)
{
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_write(file, "", 0, 0));
    assert_status(PLAT_OK, plat_file_write(file, "", 0, 100));
    assert_true(testfile_size(file) == 0);
    plat_file_close(file);
}

static void huge_write_is_written_whole(void **state)
{
    enum { SIZE = 9 * 1024 * 1024 + 1 };
    struct plat_file file = testfile_create(*state, "file");
    char *data = malloc(SIZE);

    assert_non_null(data);
    for (size_t i = 0; i < SIZE; i++) {
        data[i] = (char)(i * 31 + (i >> 12));
    }
    assert_status(PLAT_OK, plat_file_write(file, data, SIZE, 3));
    assert_true(testfile_size(file) == SIZE + 3);
    testfile_expect(file, 3, data, SIZE);
    free(data);
    plat_file_close(file);
}

static void resizing_cuts_and_grows(void **state)
{
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_write(file, "abcdef", 6, 0));
    assert_status(PLAT_OK, plat_file_resize(file, 2));
    assert_true(testfile_size(file) == 2);
    testfile_expect_end(file, 2);
    assert_status(PLAT_OK, plat_file_resize(file, 5));
    assert_true(testfile_size(file) == 5);
    testfile_expect(file, 0, "ab\0\0\0", 5); /* what was cut does not come back */
    assert_status(PLAT_OK, plat_file_resize(file, 0));
    testfile_expect_end(file, 0);
    plat_file_close(file);
}

static void contents_can_be_brought_to_the_disk(void **state)
{
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_sync(file));
    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    assert_status(PLAT_OK, plat_file_sync(file));
    plat_file_close(file);
}

/* No file system counts in more than two seconds; and none may round up. */
static bool is_about(int64_t found_ns, int64_t set_ns)
{
    return found_ns <= set_ns && set_ns - found_ns < 2 * INT64_C(1000000000);
}

static void time_can_be_set_and_stays(void **state)
{
    static const int64_t times_ns[] = {INT64_C(1000000000123456789), INT64_C(1700000001999999999),
                                       INT64_C(315576000000000000)};
    struct testdir *dir = *state;

    for (size_t i = 0; i < COUNT_OF(times_ns); i++) {
        struct plat_file file = testfile_create(dir, "file");
        struct plat_file_info before, after;
        assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
        assert_status(PLAT_OK, plat_file_set_time(file, times_ns[i]));
        assert_status(PLAT_OK, plat_file_info(file, &before));
        plat_file_close(file);
        assert_status(PLAT_OK, plat_file_look(dir->folder, "file", &after));
        assert_true(is_about(before.mtime_ns, times_ns[i]));
        assert_true(after.mtime_ns == before.mtime_ns);
        assert_true(after.size == 3 && after.id == before.id);
    }
}

/* Some file systems begin in 1980 or end in 2038: such a time may be refused or be the nearest, but
 * a later one must not come of it. */
static void times_that_a_file_system_may_not_have_do_no_harm(void **state)
{
    static const int64_t times_ns[] = {INT64_MIN, -1, 0, INT64_MAX};
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    for (size_t i = 0; i < COUNT_OF(times_ns); i++) {
        (void)plat_file_set_time(file, times_ns[i]);
        assert_true(testfile_size(file) == 3);
    }
    assert_status(PLAT_OK, plat_file_set_time(file, INT64_C(1000000000000000000)));
    plat_file_close(file);
}

struct aging {
    struct plat_file file;
    int64_t mtime_ns;
};

static bool write_changes_the_time(void *arg)
{
    struct aging *aging = arg;
    struct plat_file_info info;

    assert_status(PLAT_OK, plat_file_write(aging->file, "x", 1, 0));
    assert_status(PLAT_OK, plat_file_info(aging->file, &info));
    return info.mtime_ns > aging->mtime_ns;
}

static void writing_changes_the_time(void **state)
{
    struct aging aging = {.file = testfile_create(*state, "file")};
    struct plat_file_info info;

    assert_status(PLAT_OK, plat_file_write(aging.file, "x", 1, 0));
    assert_status(PLAT_OK, plat_file_info(aging.file, &info));
    aging.mtime_ns = info.mtime_ns;
    assert_eventually(write_changes_the_time, &aging);
    plat_file_close(aging.file);
}

/* What was written just now, or warmed, is in the system's memory; so is what is not there at all.
 */
static void warmed_bytes_are_at_hand(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = testfile_create(dir, "file");

    assert_true(plat_file_is_at_hand(file, 0));
    assert_true(plat_file_is_at_hand(file, 1));
    assert_status(PLAT_OK, plat_file_write(file, "0123456789", 10, 0));
    assert_true(plat_file_is_at_hand(file, 10));
    assert_status(PLAT_OK, plat_file_resize(file, 3000000));
    plat_file_warm(file, 0, 3000000, 1000000);
    assert_true(plat_file_is_at_hand(file, 3000000));
    assert_true(plat_file_is_at_hand(file, 1500000));
    assert_true(plat_file_is_at_hand(file, UINT64_MAX));
    testfile_expect(file, 0, "0123456789\0", 11);
    plat_file_close(file);
}

static void warming_what_is_not_there_does_no_harm(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = testfile_create(dir, "file");

    plat_file_warm(file, 0, 0, 0);
    plat_file_warm(file, 0, 1000, 1000);
    plat_file_warm(file, INT64_MAX, 1, UINT64_MAX);
    plat_file_warm(file, UINT64_MAX, UINT64_MAX, 0);
    assert_true(testfile_size(file) == 0);
    plat_file_close(file);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(created_file_is_empty),
        dir_test(created_file_keeps_its_contents),
        dir_test(opened_file_tells_about_itself),
        dir_test(missing_file_is_not_found),
        dir_test(folder_is_no_file),
        cmocka_unit_test(closing_no_file_is_allowed),
        dir_test(positions_are_explicit),
        dir_test(reading_stops_at_the_end),
        dir_test(writing_nothing_changes_nothing),
        dir_test(huge_write_is_written_whole),
        dir_test(resizing_cuts_and_grows),
        dir_test(warmed_bytes_are_at_hand),
        dir_test(warming_what_is_not_there_does_no_harm),
        dir_test(contents_can_be_brought_to_the_disk),
        dir_test(time_can_be_set_and_stays),
        dir_test(times_that_a_file_system_may_not_have_do_no_harm),
        dir_test(writing_changes_the_time),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file", tests, NULL, NULL);
}

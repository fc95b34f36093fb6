/* Conformance of plat/file.h: reserving space, offsets beyond 4 GiB and beyond every system. */
#include "plat/file.h"

#include "check.h"
#include "plat/process.h"
#include "testfile.h"

#define GIB ((uint64_t)1 << 30)

static void reserving_keeps_size_and_contents(void **state)
{
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_reserve(file, 1));
    assert_status(PLAT_OK, plat_file_reserve(file, (uint64_t)1 << 20));
    assert_true(testfile_size(file) == 0);
    testfile_expect_end(file, 0);
    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    assert_status(PLAT_OK, plat_file_reserve(file, 2));
    assert_status(PLAT_OK, plat_file_reserve(file, 0));
    assert_true(testfile_size(file) == 3);
    testfile_expect(file, 0, "abc", 3);
    plat_file_close(file);
}

/* No disk has an exbibyte; a system that reserves nothing does not mind. */
static void reserving_more_than_there_is_changes_nothing(void **state)
{
    struct plat_file file = testfile_create(*state, "file");
    int rc = plat_file_reserve(file, (uint64_t)1 << 60);

    assert_true(rc == PLAT_OK || rc == PLAT_ERR_NO_SPACE || rc == PLAT_ERR_TOO_LARGE);
    assert_true(testfile_size(file) == 0);
    rc = plat_file_reserve(file, UINT64_MAX);
    assert_true(rc == PLAT_OK || rc == PLAT_ERR_NO_SPACE || rc == PLAT_ERR_TOO_LARGE);
    assert_true(testfile_size(file) == 0);
    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    plat_file_close(file);
}

static void offsets_beyond_4_gib_are_kept_apart(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = testfile_create(dir, "huge");
    struct plat_file_info info;

    assert_status(PLAT_OK, plat_file_resize(file, 5 * GIB));
    assert_true(testfile_size(file) == 5 * GIB);
    assert_status(PLAT_OK, plat_file_write(file, "far", 3, 5 * GIB - 3));
    assert_status(PLAT_OK, plat_file_write(file, "4", 1, 4 * GIB));
    assert_status(PLAT_OK, plat_file_write(file, "2", 1, 2 * GIB));
    testfile_expect(file, 5 * GIB - 4, "\0far", 4);
    testfile_expect(file, 4 * GIB - 1, "\0004\0", 3);
    testfile_expect(file, 2 * GIB - 1, "\0002\0", 3);
    testfile_expect(file, 0, "\0", 1);
    testfile_expect_end(file, 5 * GIB);
    assert_status(PLAT_OK, plat_file_write(file, "x", 1, 5 * GIB));
    assert_status(PLAT_OK, plat_file_look(dir->folder, "huge", &info));
    assert_true(info.size == 5 * GIB + 1);
    plat_file_close(file);
    assert_status(PLAT_OK, plat_file_remove(dir->folder, "huge"));
}

/* Offsets that no system's own type holds must not turn into small or negative ones. */
static void offsets_beyond_every_system_are_errors(void **state)
{
    static const uint64_t offsets[] = {(uint64_t)1 << 63, UINT64_MAX - 1, UINT64_MAX};
    struct plat_file file = testfile_create(*state, "file");

    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    for (size_t i = 0; i < COUNT_OF(offsets); i++) {
        int rc = plat_file_write(file, "x", 1, offsets[i]);
        assert_true(rc == PLAT_ERR_TOO_LARGE || rc == PLAT_ERR_NO_SPACE);
        assert_error(plat_file_resize(file, offsets[i]));
        testfile_expect_end(file, offsets[i]);
    }
    assert_true(testfile_size(file) == 3);
    testfile_expect(file, 0, "abc", 3);
    plat_file_close(file);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(reserving_keeps_size_and_contents),
        dir_test(reserving_more_than_there_is_changes_nothing),
        dir_test(offsets_beyond_4_gib_are_kept_apart),
        dir_test(offsets_beyond_every_system_are_errors),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file: limits", tests, NULL, NULL);
}

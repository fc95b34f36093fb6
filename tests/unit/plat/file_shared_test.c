/* Conformance of plat/file.h: one file in several processes and threads. */
#include "plat/file.h"

#include <string.h>

#include "check.h"
#include "child_process.h"
#include "plat/process.h"
#include "plat/thread.h"
#include "testfile.h"

/* Locks, seen from another process */

static void expect_lock(const struct testdir *dir, int expected)
{
    struct child child;

    child_start(&child, ARGS("lock", dir->path, "file"));
    child_expect(&child, expected == PLAT_OK ? "lock 0\n" : "lock -21\n");
    assert_int_equal(child_end(&child), 0);
}

static void locked_file_is_busy_until_it_is_closed(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = testfile_create(dir, "file");

    expect_lock(dir, PLAT_OK);
    assert_status(PLAT_OK, plat_file_lock(file));
    expect_lock(dir, PLAT_ERR_BUSY);
    plat_file_close(file);
    expect_lock(dir, PLAT_OK);
}

static void file_locked_elsewhere_is_busy(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = testfile_create(dir, "file");
    struct child child;

    child_start(&child, ARGS("lock", dir->path, "file"));
    child_expect(&child, "lock 0\n");
    assert_status(PLAT_ERR_BUSY, plat_file_lock(file));
    child_close(&child); /* killed: its lock ends with it */
    assert_status(PLAT_OK, plat_file_lock(file));
    plat_file_close(file);
}

/* A lock keeps other processes' locks out, not this one's reading and writing. */
static void locked_file_is_written_and_read(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = testfile_create(dir, "file"), reader = PLAT_FILE_NONE;
    struct plat_file_info info;

    assert_status(PLAT_OK, plat_file_lock(file));
    assert_status(PLAT_OK, plat_file_write(file, "abc", 3, 0));
    testfile_expect(file, 0, "abc", 3);
    assert_status(PLAT_OK, plat_file_open(&reader, dir->folder, "file", &info));
    plat_file_close(reader);
    expect_lock(dir, PLAT_ERR_BUSY);
    plat_file_close(file);
}

/* Several threads */

enum { READERS = 4, BLOCKS = 256, BLOCK_SIZE = 512 };

struct reader {
    struct plat_file file;
    size_t first; /* block to begin with */
    int failures;
};

static void read_blocks(void *arg)
{
    struct reader *reader = arg;
    unsigned char block[BLOCK_SIZE];

    for (size_t i = 0; i < BLOCKS * 4; i++) {
        size_t number = (reader->first + i * 7) % BLOCKS, got = 0;
        int rc = plat_file_read(reader->file, block, BLOCK_SIZE, number * BLOCK_SIZE, &got);
        reader->failures += rc != PLAT_OK || got != BLOCK_SIZE || block[0] != number ||
                            block[BLOCK_SIZE - 1] != number;
    }
}

static void threads_read_one_file_at_once(void **state)
{
    struct plat_file file = testfile_create(*state, "file");
    struct plat_thread threads[READERS];
    struct reader readers[READERS];
    unsigned char block[BLOCK_SIZE];

    for (size_t i = 0; i < BLOCKS; i++) {
        memset(block, (int)i, sizeof(block));
        assert_status(PLAT_OK, plat_file_write(file, block, BLOCK_SIZE, i * BLOCK_SIZE));
    }
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.file = file, .first = i * 64};
        assert_status(PLAT_OK, plat_thread_start(&threads[i], read_blocks, &readers[i]));
    }
    for (size_t i = 0; i < READERS; i++) {
        plat_thread_join(&threads[i]);
        assert_int_equal(readers[i].failures, 0);
    }
    plat_file_close(file);
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(locked_file_is_busy_until_it_is_closed),
        dir_test(file_locked_elsewhere_is_busy),
        dir_test(locked_file_is_written_and_read),
        dir_test(threads_read_one_file_at_once),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("plat/file: shared", tests, NULL, NULL);
}

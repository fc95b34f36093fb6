/* Conformance of plat/file.h with what only POSIX systems have: symbolic links, FIFOs, sockets of
 * the file system, names of open files that go away. */
#include "plat/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "plat/process.h"
#include "testdir.h"

/* "real/file" is a file; "link" leads to the folder "real", "real/link" to the file beside it,
 * "dangling" nowhere, "loop" to itself, "fifo" is a FIFO. */
static int setup(void **state)
{
    struct testdir *dir;
    char path[256];

    testdir_setup(state);
    dir = *state;
    testdir_make(dir, "real");
    testdir_put(dir, "real/file", "text", 4);
    testdir_path(dir, "link", path, sizeof(path));
    assert_int_equal(symlink("real", path), 0);
    testdir_path(dir, "real/link", path, sizeof(path));
    assert_int_equal(symlink("file", path), 0);
    testdir_path(dir, "dangling", path, sizeof(path));
    assert_int_equal(symlink("nowhere", path), 0);
    testdir_path(dir, "loop", path, sizeof(path));
    assert_int_equal(symlink("loop", path), 0);
    testdir_path(dir, "fifo", path, sizeof(path));
    assert_int_equal(mkfifo(path, 0600), 0);
    return 0;
}

/* Names that lead over or end in a link. */
static const char *const linked[] = {"link/file", "real/link", "dangling", "loop"};

static void links_are_not_opened(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    for (size_t i = 0; i < COUNT_OF(linked); i++) {
        assert_status(PLAT_ERR_LINK, plat_file_open(&file, dir->folder, linked[i], &info));
    }
}

static void links_are_not_created_through(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    for (size_t i = 0; i < COUNT_OF(linked); i++) {
        assert_status(PLAT_ERR_LINK, plat_file_create(&file, dir->folder, linked[i]));
    }
    assert_status(PLAT_ERR_LINK, plat_file_create(&file, dir->folder, "link/new"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "real/new", &info));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "nowhere", &info));
}

static void parents_are_not_made_through_links(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    assert_status(PLAT_ERR_LINK, plat_folder_make_parents(dir->folder, "link/x"));
    assert_status(PLAT_ERR_LINK, plat_folder_make_parents(dir->folder, "link/new/x"));
    assert_status(PLAT_ERR_LINK, plat_folder_make_parents(dir->folder, "dangling/x"));
    assert_status(PLAT_ERR_LINK, plat_folder_make_parents(dir->folder, "loop/x"));
    assert_status(PLAT_ERR_NOT_FOUND, plat_file_look(dir->folder, "real/new", &info));
}

static void links_on_the_way_are_not_renamed_through(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    assert_status(PLAT_ERR_LINK, plat_file_rename(dir->folder, "link/file", "moved"));
    assert_status(PLAT_ERR_LINK, plat_file_rename(dir->folder, "real/file", "link/moved"));
    assert_status(PLAT_OK, plat_file_look(dir->folder, "real/file", &info));
}

/* The link itself may go, never what it leads to. */
static void replaced_link_leaves_its_target_alone(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    testdir_put(dir, "new", "other contents", 14);
    (void)plat_file_rename(dir->folder, "new", "real/link");
    assert_status(PLAT_OK, plat_file_look(dir->folder, "real/file", &info));
    assert_true(info.kind == PLAT_KIND_FILE && info.size == 4);
}

static void links_on_the_way_are_not_removed_through(void **state)
{
    struct testdir *dir = *state;
    struct plat_file_info info;

    assert_status(PLAT_ERR_LINK, plat_file_remove(dir->folder, "link/file"));
    assert_status(PLAT_OK, plat_file_look(dir->folder, "real/file", &info));
}

static void links_on_the_way_are_not_looked_through(void **state)
{
    struct testdir *dir = *state;
    struct plat_listing *listing;
    struct plat_file_info info;

    assert_status(PLAT_ERR_LINK, plat_file_look(dir->folder, "link/file", &info));
    assert_status(PLAT_ERR_LINK, plat_file_look(dir->folder, "loop/file", &info));
    assert_status(PLAT_ERR_LINK, plat_listing_open(&listing, dir->folder, "link"));
}

static void links_and_fifos_look_like_neither_file_nor_folder(void **state)
{
    static const char *const names[] = {"link", "real/link", "dangling", "loop", "fifo"};
    struct testdir *dir = *state;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct plat_file_info info;
        assert_status(PLAT_OK, plat_file_look(dir->folder, names[i], &info));
        assert_int_equal(info.kind, PLAT_KIND_OTHER);
    }
}

static void links_and_fifos_are_listed_as_other(void **state)
{
    struct testdir *dir = *state;
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    int others = 0;

    assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, ""));
    while (plat_listing_next(listing, &entry, &info) == PLAT_OK) {
        assert_int_equal(info.kind,
                         strcmp(entry, "real") == 0 ? PLAT_KIND_FOLDER : PLAT_KIND_OTHER);
        others += info.kind == PLAT_KIND_OTHER;
    }
    plat_listing_close(listing);
    assert_int_equal(others, 4);
}

/* Opening a FIFO that nobody writes to would block. */
static void fifo_is_not_opened_and_does_not_block(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;

    assert_status(PLAT_ERR_NOT_FILE, plat_file_open(&file, dir->folder, "fifo", &info));
    assert_status(PLAT_ERR_NOT_FILE, plat_file_create(&file, dir->folder, "fifo"));
}

static void device_is_not_opened(void **state)
{
    struct plat_folder *dev;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    (void)state;

    assert_status(PLAT_OK, plat_folder_open(&dev, "/dev", false, NULL));
    assert_status(PLAT_ERR_NOT_FILE, plat_file_open(&file, dev, "null", &info));
    assert_status(PLAT_ERR_NOT_FILE, plat_file_create(&file, dev, "null"));
    assert_status(PLAT_OK, plat_file_look(dev, "null", &info));
    assert_int_equal(info.kind, PLAT_KIND_OTHER);
    plat_folder_close(dev);
}

/* The folder's own path may hold links. */
static void folder_is_opened_through_a_link(void **state)
{
    struct testdir *dir = *state;
    struct plat_folder *folder;
    struct plat_file_info info;
    char path[256];

    testdir_path(dir, "link", path, sizeof(path));
    assert_status(PLAT_OK, plat_folder_open(&folder, path, true, NULL));
    assert_status(PLAT_OK, plat_file_look(folder, "file", &info));
    plat_folder_close(folder);
}

/* A server goes on sending the contents that it began with. */
static void open_file_survives_its_name(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    char text[4];
    size_t got;

    assert_status(PLAT_OK, plat_file_open(&file, dir->folder, "real/file", &info));
    testdir_put(dir, "new", "newer", 5);
    assert_status(PLAT_OK, plat_file_rename(dir->folder, "new", "real/file"));
    assert_status(PLAT_OK, plat_file_read(file, text, 4, 0, &got));
    assert_memory_equal(text, "text", 4);
    assert_status(PLAT_OK, plat_file_remove(dir->folder, "real/file"));
    assert_status(PLAT_OK, plat_file_read(file, text, 4, 0, &got));
    assert_memory_equal(text, "text", 4);
    plat_file_close(file);
}

static void forbidden_file_is_access(void **state)
{
    struct testdir *dir = *state;
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    char path[256];
    int rc;

    testdir_path(dir, "real/file", path, sizeof(path));
    assert_int_equal(chmod(path, 0), 0);
    rc = plat_file_open(&file, dir->folder, "real/file", &info);
    assert_status(geteuid() == 0 ? PLAT_OK : PLAT_ERR_ACCESS, rc); /* root may always */
    if (rc == PLAT_OK) {
        plat_file_close(file);
    }
}

static void forbidden_file_looks_unreadable(void **state)
{
    static const struct {
        mode_t mode;
        bool is_readable; /* by its owner */
    } cases[] = {{0644, true}, {0600, true}, {0200, false}, {0044, false}, {0, false}};
    struct testdir *dir = *state;
    struct plat_listing *listing;
    struct plat_file_info info;
    const char *entry;
    char path[256];

    testdir_path(dir, "real/file", path, sizeof(path));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool expected = cases[i].is_readable || geteuid() == 0;
        assert_int_equal(chmod(path, cases[i].mode), 0);
        assert_status(PLAT_OK, plat_file_look(dir->folder, "real/file", &info));
        assert_int_equal(info.readable, expected);
        assert_status(PLAT_OK, plat_listing_open(&listing, dir->folder, "real"));
        while (plat_listing_next(listing, &entry, &info) == PLAT_OK) {
            assert_int_equal(info.readable, strcmp(entry, "file") == 0 && expected);
        }
        plat_listing_close(listing);
    }
}

/* Beyond what the contract's 64 bits of nanoseconds hold; some file systems end earlier still. */
static void file_of_a_far_year_does_not_look_old(void **state)
{
    struct testdir *dir = *state;
    const struct timespec year_2400[2] = {{.tv_sec = 13569465600}, {.tv_sec = 13569465600}};
    struct plat_file_info info;
    char path[256];

    testdir_path(dir, "real/file", path, sizeof(path));
    if (utimensat(AT_FDCWD, path, year_2400, 0) < 0) {
        skip();
    }
    assert_status(PLAT_OK, plat_file_look(dir->folder, "real/file", &info));
    assert_true(info.mtime_ns > INT64_C(2000000000000000000));
}

#define dir_test(f) cmocka_unit_test_setup_teardown(f, setup, testdir_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        dir_test(links_are_not_opened),
        dir_test(links_are_not_created_through),
        dir_test(parents_are_not_made_through_links),
        dir_test(links_on_the_way_are_not_renamed_through),
        dir_test(replaced_link_leaves_its_target_alone),
        dir_test(links_on_the_way_are_not_removed_through),
        dir_test(links_on_the_way_are_not_looked_through),
        dir_test(links_and_fifos_look_like_neither_file_nor_folder),
        dir_test(links_and_fifos_are_listed_as_other),
        dir_test(fifo_is_not_opened_and_does_not_block),
        cmocka_unit_test(device_is_not_opened),
        dir_test(folder_is_opened_through_a_link),
        dir_test(open_file_survives_its_name),
        dir_test(file_of_a_far_year_does_not_look_old),
        dir_test(forbidden_file_is_access),
        dir_test(forbidden_file_looks_unreadable),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file on POSIX", tests, NULL, NULL);
}

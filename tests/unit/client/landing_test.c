/* client/landing.h: where downloads land. */
#include "client/landing.h"

#include <stdio.h>

#include "check.h"
#include "child_process.h"
#include "expect.h"
#include "plat/process.h"
#include "proto/name.h"
#include "testdir.h"
#include "testfile.h"

#define landing_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

static void open_landing(struct landing *landing, const struct testdir *dir, const char *name)
{
    assert_status(0, landing_open(landing, dir->path, slice_text(name)));
}

static void write_text(struct landing *landing, const char *text, uint64_t offset)
{
    assert_status(0, landing_write(landing, slice_text(text), offset));
}

static void a_download_has_its_name_only_when_it_is_whole(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "file.txt");
    assert_string_equal(landing.name, "file.txt");
    assert_string_equal(landing.part, "file.txt.mcdn-part");
    write_text(&landing, "world", 5);
    write_text(&landing, "hello", 0);
    testfile_expect_missing(dir, "file.txt");
    assert_status(0, landing_commit(&landing, 10, 0));
    testfile_expect_text(dir, "file.txt", "helloworld");
    testfile_expect_missing(dir, "file.txt.mcdn-part");
    testfile_expect_missing(dir, "file.txt.mcdn-journal");
}

static void a_download_that_is_kept_goes_on(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "file.txt");
    assert_true(landing.is_new);
    write_text(&landing, "hello", 0);
    assert_status(0, plat_file_write(landing.journal, "note", 4, 0));
    landing_keep(&landing);
    testfile_expect_missing(dir, "file.txt");
    testfile_expect_text(dir, "file.txt.mcdn-journal", "note");
    open_landing(&landing, dir, "file.txt");
    assert_false(landing.is_new);
    write_text(&landing, "world", 5);
    assert_status(0, landing_commit(&landing, 10, 0));
    testfile_expect_text(dir, "file.txt", "helloworld");
    testfile_expect_missing(dir, "file.txt.mcdn-journal");
}

static void a_file_gets_its_time(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    struct plat_file_info info;
    open_landing(&landing, dir, "file.txt");
    write_text(&landing, "hello", 0);
    assert_status(0, landing_commit(&landing, 5, 1000000000));
    assert_status(0, plat_file_look(dir->folder, "file.txt", &info));
    assert_int_equal(info.mtime_ns, 1000000000 * (int64_t)1000000000);
}

/* Where it has any time: what a source tells may be a number that is none. */
static void a_time_that_cannot_be_is_not_given(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    struct plat_file_info info;
    open_landing(&landing, dir, "file.txt");
    assert_status(0, landing_commit(&landing, 0, INT64_MAX));
    assert_status(0, plat_file_look(dir->folder, "file.txt", &info));
    assert_true(info.mtime_ns > 1000000000 * (int64_t)1000000000);
}

static void it_knows_what_there_is_no_room_for(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "file.txt");
    assert_true(landing_has_room(&landing, 0));
    assert_true(landing_has_room(&landing, 5));
    assert_false(landing_has_room(&landing, INT64_MAX));
    landing_discard(&landing);
}

static void more_than_the_disk_holds_is_told_before(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "file.txt");
    assert_error(landing_reserve(&landing, INT64_MAX));
    assert_status(0, landing_reserve(&landing, 1000));
    landing_discard(&landing);
}

static void room_is_reserved_for_the_size_told_last(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    static const uint64_t sizes[] = {1000000, 1000000, 1000, 2000000};
    open_landing(&landing, dir, "file.txt");
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        assert_status(0, landing_reserve(&landing, sizes[i]));
        assert_true(landing_has_room(&landing, sizes[i]));
        assert_status(0, landing_restart(&landing));
    }
    write_text(&landing, "ab", 0);
    assert_status(0, landing_reserve(&landing, 1));
    assert_status(0, landing_restart(&landing));
    assert_status(0, landing_commit(&landing, 0, 0));
    testfile_expect_text(dir, "file.txt", "");
}

static void a_discarded_download_leaves_nothing(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "file.txt");
    write_text(&landing, "hello", 0);
    landing_discard(&landing);
    testfile_expect_missing(dir, "file.txt");
    testfile_expect_missing(dir, "file.txt.mcdn-part");
}

static void an_empty_file_lands_too(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "empty");
    assert_status(0, landing_commit(&landing, 0, 0));
    testfile_expect_text(dir, "empty", "");
}

static void a_file_that_is_there_is_replaced_at_the_end(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    testdir_put(dir, "file", "before", 6);
    open_landing(&landing, dir, "file");
    write_text(&landing, "after", 0);
    testfile_expect_text(dir, "file", "before");
    assert_status(0, landing_commit(&landing, 5, 0));
    testfile_expect_text(dir, "file", "after");
    open_landing(&landing, dir, "file");
    write_text(&landing, "never", 0);
    landing_discard(&landing);
    testfile_expect_text(dir, "file", "after");
}

static void folders_on_the_way_are_made(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    char path[256];
    testdir_path(dir, "out/put", path, sizeof path);
    assert_status(0, landing_open(&landing, path, slice_text("a/b/my file")));
    assert_string_equal(landing.part, "a/b/my file.mcdn-part");
    write_text(&landing, "ab", 0);
    assert_status(0, landing_commit(&landing, 2, 0));
    testfile_expect_text(dir, "out/put/a/b/my file", "ab");
}

static void what_an_earlier_run_left_can_be_begun_anew(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    testdir_put(dir, "file.mcdn-part", "much more than there will be", 28);
    open_landing(&landing, dir, "file");
    assert_status(0, landing_restart(&landing));
    write_text(&landing, "new", 0);
    assert_status(0, landing_commit(&landing, 3, 0));
    testfile_expect_text(dir, "file", "new");
}

static void what_is_behind_its_end_is_cut(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    testdir_put(dir, "file.mcdn-part", "0123456789", 10);
    open_landing(&landing, dir, "file");
    assert_status(0, landing_commit(&landing, 4, 0));
    testfile_expect_text(dir, "file", "0123");
}

static void restarting_drops_what_was_written(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    open_landing(&landing, dir, "file");
    write_text(&landing, "0123456789", 0);
    assert_status(0, landing_restart(&landing));
    write_text(&landing, "abc", 0);
    assert_status(0, landing_commit(&landing, 3, 0));
    testfile_expect_text(dir, "file", "abc");
}

static void a_folder_of_that_name_is_found_before_the_download(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    testdir_make(dir, "folder");
    assert_status(PLAT_ERR_NOT_FILE, landing_open(&landing, dir->path, slice_text("folder")));
    testfile_expect_missing(dir, "folder.mcdn-part");
}

static void a_file_in_the_place_of_a_folder_is_an_error(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    testdir_put(dir, "a", "x", 1);
    assert_error(landing_open(&landing, dir->path, slice_text("a/b")));
    testfile_expect_text(dir, "a", "x");
}

/* The child has the unfinished file locked, as another client downloading it would. */
static void a_second_download_of_the_same_file_is_busy(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    struct child child;
    child_start(&child, ARGS("lock", dir->path, "file.mcdn-part"));
    child_expect(&child, "lock 0\n");
    assert_status(PLAT_ERR_BUSY, landing_open(&landing, dir->path, slice_text("file")));
    assert_status(0, landing_open(&landing, dir->path, slice_text("other")));
    landing_discard(&landing);
    assert_int_equal(child_end(&child), 0);
    testfile_expect_text(dir, "file.mcdn-part", ""); /* it was not ours to remove */
    open_landing(&landing, dir, "file");
    landing_discard(&landing);
}

/* The last part of a path. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void expect_not_served(const char *name, const char *suffix)
{
    const char *part = last_part(name);
    size_t size = strlen(part), suffix_size = strlen(suffix);
    assert_true(size > suffix_size && size <= 255);
    assert_string_equal(part + size - suffix_size, suffix);
    assert_false(name_is_served(slice_text(name)));
}

static void expect_part_name(const struct landing *landing)
{
    expect_not_served(landing->part, NAME_PART_SUFFIX);
    expect_not_served(landing->note, NAME_JOURNAL_SUFFIX);
    assert_string_not_equal(landing->part, landing->note);
}

static void a_long_name_is_cut_for_the_unfinished_file(void **state)
{
    static const struct {
        size_t size;
        bool whole; /* name and suffix fit into one part of a path */
    } rows[] = {{244, true}, {245, true}, {246, false}, {255, false}};
    const struct testdir *dir = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct landing landing;
        char *name = text_of('n', rows[i].size);
        open_landing(&landing, dir, name);
        expect_part_name(&landing);
        assert_int_equal(strncmp(landing.part, name, rows[i].size) == 0, rows[i].whole);
        write_text(&landing, "x", 0);
        assert_status(0, landing_commit(&landing, 1, 0));
        testfile_expect_text(dir, name, "x");
        free(name);
    }
}

static void long_names_that_begin_alike_do_not_meet(void **state)
{
    const struct testdir *dir = *state;
    struct landing one, two;
    char *name = text_of('n', 255);
    open_landing(&one, dir, name);
    name[254] = 'm';
    open_landing(&two, dir, name);
    assert_string_not_equal(one.part, two.part);
    landing_discard(&one);
    landing_discard(&two);
    free(name);
}

static void a_long_name_is_cut_between_characters(void **state)
{
    const struct testdir *dir = *state;
    for (size_t shift = 0; shift < 3; shift++) {
        struct landing landing;
        char name[256];
        memset(name, 'n', shift);
        for (size_t i = 0; i < 84; i++)
            memcpy(name + shift + i * 3, "\xe2\x82\xac", 3); /* euro signs */
        name[shift + 84 * 3] = '\0';
        open_landing(&landing, dir, name);
        expect_part_name(&landing);
        const char *dash = strchr(landing.part, '-');
        assert_non_null(dash);
        assert_int_equal((size_t)(dash - landing.part - (ptrdiff_t)shift) % 3, 0);
        landing_discard(&landing);
    }
}

static void a_long_name_below_a_folder_keeps_its_folder(void **state)
{
    const struct testdir *dir = *state;
    struct landing landing;
    char *name = text_of('n', 255);
    memcpy(name, "a/b/", 4);
    open_landing(&landing, dir, name);
    assert_memory_equal(landing.part, "a/b/n", 5);
    expect_part_name(&landing);
    landing_discard(&landing);
    free(name);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        landing_test(a_download_has_its_name_only_when_it_is_whole),
        landing_test(a_download_that_is_kept_goes_on),
        landing_test(a_file_gets_its_time),
        landing_test(a_time_that_cannot_be_is_not_given),
        landing_test(it_knows_what_there_is_no_room_for),
        landing_test(more_than_the_disk_holds_is_told_before),
        landing_test(a_discarded_download_leaves_nothing),
        landing_test(an_empty_file_lands_too),
        landing_test(a_file_that_is_there_is_replaced_at_the_end),
        landing_test(folders_on_the_way_are_made),
        landing_test(what_an_earlier_run_left_can_be_begun_anew),
        landing_test(what_is_behind_its_end_is_cut),
        landing_test(room_is_reserved_for_the_size_told_last),
        landing_test(restarting_drops_what_was_written),
        landing_test(a_folder_of_that_name_is_found_before_the_download),
        landing_test(a_file_in_the_place_of_a_folder_is_an_error),
        landing_test(a_second_download_of_the_same_file_is_busy),
        landing_test(a_long_name_is_cut_for_the_unfinished_file),
        landing_test(long_names_that_begin_alike_do_not_meet),
        landing_test(a_long_name_is_cut_between_characters),
        landing_test(a_long_name_below_a_folder_keeps_its_folder),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    child_beside(argv[0]);
    return cmocka_run_group_tests_name("landing", tests, NULL, NULL);
}

/* content/shelf.h: what is kept of small files, and for how long it is trusted. */
#include "content/shelf.h"

#include "expect.h"
#include "seeded.h"

enum { NOW = 1000000, ROOM = 64 * 1024 };
static const int64_t UNIX_MS = 1760000000000;

static struct stamp old_stamp(uint64_t size)
{
    return (struct stamp){size, (UNIX_MS - 3600 * 1000) * 1000000, 7};
}

static struct shelf *open_shelf(size_t size_max)
{
    struct shelf *shelf;
    assert_int_equal(shelf_open(&shelf, size_max), 0);
    return shelf;
}

static void put(struct shelf *shelf, const char *name, const char *contents)
{
    struct stamp stamp = old_stamp(strlen(contents));
    shelf_put(shelf, slice_text(name), &stamp, slice_text(contents), NOW, UNIX_MS, 5);
}

static const struct shelf_file *find(struct shelf *shelf, const char *name)
{
    return shelf_find(shelf, slice_text(name), NOW);
}

static void a_kept_file_is_a_whole_answer(void **state)
{
    struct shelf *shelf = open_shelf(ROOM);
    (void)state;
    assert_null(find(shelf, "a"));
    put(shelf, "a", "contents");
    put(shelf, "pool/b c", "");
    const struct shelf_file *file = find(shelf, "a");
    assert_non_null(file);
    assert_slice(file->answer, "OK 8\ncontents");
    assert_slice(file->contents, "contents");
    assert_true(file->stamp.size == 8);
    assert_slice(find(shelf, "pool/b c")->answer, "OK 0\n");
    assert_int_equal(find(shelf, "pool/b c")->contents.size, 0);
    shelf_close(shelf);
}

static void a_file_read_again_takes_the_old_ones_place(void **state)
{
    struct shelf *shelf = open_shelf(ROOM);
    (void)state;
    put(shelf, "a", "old");
    put(shelf, "a", "newer");
    assert_slice(find(shelf, "a")->contents, "newer");
    shelf_forget(shelf, find(shelf, "a"));
    assert_null(find(shelf, "a"));
    shelf_close(shelf);
}

static void it_is_trusted_for_a_moment_and_until_something_changes(void **state)
{
    struct shelf *shelf = open_shelf(ROOM);
    (void)state;
    put(shelf, "a", "x");
    const struct shelf_file *file = find(shelf, "a");
    assert_true(shelf_is_fresh(file, NOW, 5));
    assert_true(shelf_is_fresh(file, NOW + SHELF_TRUST_MS - 1, 5));
    assert_false(shelf_is_fresh(file, NOW + SHELF_TRUST_MS, 5));
    assert_false(shelf_is_fresh(file, NOW, 6));
    shelf_trust(file, NOW + SHELF_TRUST_MS, 6);
    assert_true(shelf_is_fresh(file, NOW + SHELF_TRUST_MS, 6));
    assert_false(shelf_is_fresh(file, NOW + 2 * SHELF_TRUST_MS, 6));
    shelf_close(shelf);
}

static void it_is_read_again_after_a_while_however_often_it_was_trusted(void **state)
{
    struct shelf *shelf = open_shelf(ROOM);
    uint64_t end = NOW + SHELF_KEEP_MS;
    (void)state;
    put(shelf, "a", "x");
    shelf_trust(find(shelf, "a"), end - 1, 5);
    assert_non_null(shelf_find(shelf, slice_text("a"), end - 1));
    assert_null(shelf_find(shelf, slice_text("a"), end));
    shelf_close(shelf);
}

static void a_file_that_may_change_without_showing_it_is_not_kept(void **state)
{
    static const struct {
        const char *label;
        int64_t age_ms;
        bool kept;
    } rows[] = {{"just now", 0, false},
                {"too lately", SHELF_RACY_MS - 1, false},
                {"long enough ago", SHELF_RACY_MS, true},
                {"in the future", -3600 * 1000, false},
                {"before 1970", 1760000000000 + 1000, true}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct shelf *shelf = open_shelf(ROOM);
        struct stamp stamp = {1, (UNIX_MS - rows[i].age_ms) * 1000000, 7};
        shelf_put(shelf, slice_text("a"), &stamp, slice_text("x"), NOW, UNIX_MS, 5);
        assert_row(rows[i].label, (find(shelf, "a") != NULL) == rows[i].kept);
        shelf_close(shelf);
    }
}

static void large_files_and_torn_ones_are_not_kept(void **state)
{
    struct shelf *shelf = open_shelf(4 * SHELF_FILE_SIZE_MAX);
    char *large = text_of('x', SHELF_FILE_SIZE_MAX + 1);
    struct stamp stamp = old_stamp(3);
    (void)state;
    put(shelf, "large", large);
    assert_null(find(shelf, "large"));
    large[SHELF_FILE_SIZE_MAX] = '\0';
    put(shelf, "largest", large);
    assert_non_null(find(shelf, "largest"));
    shelf_put(shelf, slice_text("torn"), &stamp, slice_text("xx"), NOW, UNIX_MS, 5);
    assert_null(find(shelf, "torn"));
    put(shelf, "largest", "small now");
    shelf_put(shelf, slice_text("largest"), &stamp, slice_text("xx"), NOW, UNIX_MS, 5);
    assert_null(find(shelf, "largest")); /* what was kept is not that any more either */
    free(large);
    shelf_close(shelf);
}

static void those_not_asked_for_make_room(void **state)
{
    char *text = text_of('x', 10000);
    struct shelf *shelf = open_shelf(35000);
    (void)state;
    put(shelf, "a", text);
    put(shelf, "b", text);
    put(shelf, "c", text);
    assert_non_null(find(shelf, "a"));
    put(shelf, "d", text);
    assert_null(find(shelf, "b"));
    assert_non_null(find(shelf, "c"));
    assert_non_null(find(shelf, "a"));
    assert_non_null(find(shelf, "d"));
    put(shelf, "e", text);
    assert_null(find(shelf, "c"));
    free(text);
    shelf_close(shelf);
}

static void a_shelf_without_room_keeps_nothing(void **state)
{
    struct shelf *shelf = open_shelf(10);
    (void)state;
    put(shelf, "a", "x");
    assert_null(find(shelf, "a"));
    shelf_close(shelf);
    shelf_close(NULL);
}

enum { NAMES = 50, STEPS = 20000 };

/* Whatever is found is what was put last under that name. */
static void random_files_match_a_model(void **state)
{
    struct shelf *shelf = open_shelf(20000);
    size_t sizes[NAMES] = {0};
    struct seeded random;
    char *text = text_of('x', 1000);
    (void)state;
    seeded_init(&random, "random_files_match_a_model");
    for (int i = 0; i < STEPS; i++) {
        size_t number = seeded_below(&random, NAMES);
        char name[2] = {(char)('A' + number), '\0'};
        const struct shelf_file *file = find(shelf, name);
        assert_true(!file || file->contents.size == sizes[number]);
        switch (seeded_below(&random, 3)) {
        case 0: {
            sizes[number] = seeded_below(&random, 1000);
            struct stamp stamp = old_stamp(sizes[number]);
            shelf_put(shelf, slice_text(name), &stamp, slice_of(text, sizes[number]), NOW, UNIX_MS,
                      5);
            assert_non_null(find(shelf, name));
            break;
        }
        case 1:
            if (file)
                shelf_forget(shelf, file);
            break;
        default: break;
        }
    }
    free(text);
    shelf_close(shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_file_is_a_whole_answer),
        cmocka_unit_test(a_file_read_again_takes_the_old_ones_place),
        cmocka_unit_test(it_is_trusted_for_a_moment_and_until_something_changes),
        cmocka_unit_test(it_is_read_again_after_a_while_however_often_it_was_trusted),
        cmocka_unit_test(a_file_that_may_change_without_showing_it_is_not_kept),
        cmocka_unit_test(large_files_and_torn_ones_are_not_kept),
        cmocka_unit_test(those_not_asked_for_make_room),
        cmocka_unit_test(a_shelf_without_room_keeps_nothing),
        cmocka_unit_test(random_files_match_a_model),
    };
    return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}

/* content/inventory.h, content/changes.h and content/manifest.h: from changes to registrations. */
#include "content/inventory.h"

#include "content/manifest.h"
#include "expect.h"
#include "seeded.h"

static void add(struct changes *changes, const char *path, bool gone, uint64_t size)
{
    struct stamp stamp = {.size = size};
    enum change_kind kind = gone ? CHANGE_GONE : CHANGE_FILE;
    assert_int_equal(changes_add(changes, slice_text(path), kind, &stamp), 0);
}

static void expect_next(struct changes *changes, const char *path, bool gone, uint64_t size)
{
    struct change *change = changes_take(changes);
    assert_non_null(change);
    assert_string_equal(change->path, path);
    assert_int_equal(change->path_size, strlen(path));
    assert_int_equal(change->kind, gone ? CHANGE_GONE : CHANGE_FILE);
    assert_true(change->stamp.size == size);
    free(change);
}

static void changes_are_taken_in_their_order(void **state)
{
    struct changes changes;
    (void)state;
    changes_init(&changes);
    assert_null(changes_take(&changes));
    add(&changes, "a", false, 1);
    add(&changes, "b/c d", true, 0);
    assert_int_equal(changes.count, 2);
    expect_next(&changes, "a", false, 1);
    add(&changes, "e", false, UINT64_MAX);
    expect_next(&changes, "b/c d", true, 0);
    expect_next(&changes, "e", false, UINT64_MAX);
    assert_null(changes_take(&changes));
    assert_int_equal(changes.count, 0);
    add(&changes, "f", false, 1);
    expect_next(&changes, "f", false, 1);
    changes_fini(&changes);
}

static void moved_changes_follow_those_that_are_there(void **state)
{
    struct changes from, to;
    (void)state;
    changes_init(&from);
    changes_init(&to);
    changes_move(&from, &to); /* nothing */
    add(&to, "1", false, 1);
    add(&from, "2", false, 2);
    add(&from, "3", false, 3);
    changes_move(&from, &to);
    assert_int_equal(from.count, 0);
    assert_int_equal(to.count, 3);
    add(&from, "other", false, 0);
    add(&to, "4", false, 4);
    for (uint64_t i = 1; i <= 4; i++) {
        char path[2] = {(char)('0' + i), '\0'};
        expect_next(&to, path, false, i);
    }
    assert_null(changes_take(&to));
    changes_fini(&to);
    changes_fini(&from); /* frees what is left */
}

static void apply(struct inventory *inventory, const char *path, bool gone, uint64_t size)
{
    struct changes changes;
    changes_init(&changes);
    add(&changes, path, gone, size);
    struct change *change = changes_take(&changes);
    assert_int_equal(inventory_apply(inventory, change), 0);
    free(change);
}

static const struct inventory_file *find(const struct inventory *inventory, const char *name)
{
    const struct inventory_file *file;
    size_t at = 0;
    while ((file = inventory_next(inventory, &at)) != NULL)
        if (slice_is(slice_of(file->name, file->name_size), name))
            return file;
    return NULL;
}

static void changes_make_the_inventory(void **state)
{
    struct inventory inventory = INVENTORY_INIT;
    (void)state;
    apply(&inventory, "a", false, 1);
    apply(&inventory, "b b", false, 2);
    apply(&inventory, "a", false, 3); /* again: another size */
    apply(&inventory, "never", true, 0);
    assert_int_equal(inventory.files.count, 2);
    assert_true(find(&inventory, "a")->stamp.size == 3);
    assert_false(inventory_has_space(find(&inventory, "a")));
    assert_true(inventory_has_space(find(&inventory, "b b")));
    assert_int_equal(inventory_count_spaced(&inventory), 1);
    apply(&inventory, "b b", true, 0);
    assert_null(find(&inventory, "b b"));
    assert_int_equal(inventory_count_spaced(&inventory), 0);
    inventory_fini(&inventory);
}

static void random_changes_match_a_model(void **state)
{
    enum { NAMES = 100 };
    struct inventory inventory = INVENTORY_INIT;
    uint64_t sizes[NAMES] = {0}; /* 0: not there */
    struct seeded random;
    (void)state;
    seeded_init(&random, "inventory");
    for (int step = 0; step < 5000; step++) {
        size_t i = seeded_below(&random, NAMES), count = 0;
        char name[4] = {'n', (char)('0' + i / 10), (char)('0' + i % 10), '\0'};
        sizes[i] = seeded_below(&random, 3);
        apply(&inventory, name, sizes[i] == 0, sizes[i]);
        for (size_t j = 0; j < NAMES; j++)
            count += sizes[j] > 0;
        assert_int_equal(inventory.files.count, count);
        const struct inventory_file *file = find(&inventory, name);
        assert_int_equal(file != NULL, sizes[i] > 0);
        assert_true(!file || file->stamp.size == sizes[i]);
    }
    inventory_fini(&inventory);
}

/* Counts the lines and checks that those of names with a space come last. */
static size_t count_lines(struct slice text, size_t *spaced)
{
    size_t lines = 0;
    *spaced = 0;
    while (text.size > 0) {
        const char *feed = memchr(text.data, '\n', text.size);
        assert_non_null(feed);
        struct slice line = slice_of(text.data, (size_t)(feed - text.data));
        text = slice_of(feed + 1, text.size - line.size - 1);
        assert_slice(slice_take_field(&line), "ADD_FILE");
        assert_slice(slice_take_field(&line), "CS1");
        assert_true(slice_take_last_field(&line).size > 0);
        bool has_space = memchr(line.data, ' ', line.size) != NULL;
        assert_true(has_space || *spaced == 0);
        *spaced += has_space;
        lines++;
    }
    return lines;
}

static void put_all(struct manifest *manifest, struct buffer *out, size_t portion)
{
    bool more = true;
    for (int i = 0; more; i++) {
        struct buffer part = BUFFER_INIT;
        more = manifest_put(manifest, &part, portion);
        assert_true(buffer_size(&part) > 0 || !more);
        assert_true(buffer_size(&part) <= portion + 64);
        buffer_put_slice(out, buffer_content(&part));
        buffer_fini(&part);
        assert_true(i < 10000);
    }
}

static void fill(struct inventory *inventory, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[16] = "f???";
        name[1] = (char)('a' + i / 26 % 26);
        name[2] = (char)('a' + i % 26);
        name[3] = i % 3 == 0 ? ' ' : '_';
        name[4] = 'x';
        apply(inventory, name, false, i);
    }
}

static void a_manifest_names_every_file_with_spaced_names_last(void **state)
{
    static const size_t portions[] = {1, 40, 100, 1000, 100000};
    struct inventory inventory = INVENTORY_INIT;
    (void)state;
    fill(&inventory, 300);
    for (size_t i = 0; i < COUNT_OF(portions); i++) {
        struct manifest manifest;
        struct buffer out = BUFFER_INIT;
        size_t spaced;
        manifest_begin(&manifest, &inventory, "CS1", NULL, false);
        put_all(&manifest, &out, portions[i]);
        assert_int_equal(count_lines(buffer_content(&out), &spaced), 300);
        assert_int_equal(spaced, 100);
        assert_true(manifest.sent_spaced);
        buffer_fini(&out);
    }
    inventory_fini(&inventory);
}

static void a_manifest_may_leave_spaced_names_out(void **state)
{
    struct inventory inventory = INVENTORY_INIT;
    struct manifest manifest;
    struct buffer out = BUFFER_INIT;
    size_t spaced;
    (void)state;
    fill(&inventory, 300);
    manifest_begin(&manifest, &inventory, "CS1", NULL, true);
    put_all(&manifest, &out, 500);
    assert_int_equal(count_lines(buffer_content(&out), &spaced), 200);
    assert_int_equal(spaced, 0);
    assert_false(manifest.sent_spaced);
    buffer_fini(&out);
    inventory_fini(&inventory);
}

/* Every other file's hash is known. */
static bool find_hash(void *arg, const struct inventory_file *file,
                      unsigned char sha256[PLAT_HASH_SIZE])
{
    (void)arg;
    memset(sha256, (int)file->stamp.size, PLAT_HASH_SIZE);
    return file->stamp.size % 2 == 0;
}

static void a_manifest_tells_known_hashes_behind_their_files(void **state)
{
    static const size_t portions[] = {1, 100, 300, 100000};
    static const struct manifest_hashes hashes = {find_hash, NULL};
    struct inventory inventory = INVENTORY_INIT;
    (void)state;
    apply(&inventory, "a", false, 0x1c);
    apply(&inventory, "b", false, 0x1d);
    apply(&inventory, "c d", false, 0x1e);
    for (size_t i = 0; i < COUNT_OF(portions); i++) {
        struct manifest manifest;
        struct buffer out = BUFFER_INIT;
        manifest_begin(&manifest, &inventory, "CS1", &hashes, false);
        for (bool more = true; more;) {
            struct buffer part = BUFFER_INIT;
            more = manifest_put(&manifest, &part, portions[i]);
            buffer_put_slice(&out, buffer_content(&part));
            buffer_fini(&part);
        }
        buffer_put_char(&out, '\0');
        const char *text = buffer_content(&out).data;
        assert_non_null(strstr(text, "ADD_FILE CS1 a 28\n"
                                     "FILE_HASH CS1 1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c"
                                     "1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c a\n"));
        assert_non_null(strstr(text, "ADD_FILE CS1 b 29\n"));
        assert_null(strstr(text, "1d1d"));
        assert_non_null(strstr(text, "ADD_FILE CS1 c d 30\nFILE_HASH CS1 1e1e"));
        buffer_fini(&out);
    }
    inventory_fini(&inventory);
}

static void an_empty_inventory_has_an_empty_manifest(void **state)
{
    struct inventory inventory = INVENTORY_INIT;
    struct manifest manifest;
    struct buffer out = BUFFER_INIT;
    (void)state;
    manifest_begin(&manifest, &inventory, "CS1", NULL, false);
    assert_false(manifest_put(&manifest, &out, 1000));
    assert_int_equal(buffer_size(&out), 0);
    assert_true(manifest_is_small(&inventory, "CS1", 1000));
    inventory_fini(&inventory);
}

static void a_small_manifest_fits_into_half(void **state)
{
    struct inventory inventory = INVENTORY_INIT;
    struct manifest manifest;
    struct buffer out = BUFFER_INIT;
    (void)state;
    fill(&inventory, 100);
    manifest_begin(&manifest, &inventory, "CS1", NULL, false);
    put_all(&manifest, &out, 100000);
    size_t size = buffer_size(&out);
    assert_false(manifest_is_small(&inventory, "CS1", size));
    assert_false(manifest_is_small(&inventory, "CS1", size * 2 - 1));
    assert_true(manifest_is_small(&inventory, "CS1", size * 10));
    buffer_fini(&out);
    inventory_fini(&inventory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_taken_in_their_order),
        cmocka_unit_test(moved_changes_follow_those_that_are_there),
        cmocka_unit_test(changes_make_the_inventory),
        cmocka_unit_test(random_changes_match_a_model),
        cmocka_unit_test(a_manifest_names_every_file_with_spaced_names_last),
        cmocka_unit_test(a_manifest_may_leave_spaced_names_out),
        cmocka_unit_test(a_manifest_tells_known_hashes_behind_their_files),
        cmocka_unit_test(an_empty_inventory_has_an_empty_manifest),
        cmocka_unit_test(a_small_manifest_fits_into_half),
    };
    return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}

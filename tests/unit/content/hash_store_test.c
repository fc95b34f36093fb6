/* content/hash_store.h and content/chunk_list.h: hashes that survive a restart, whatever happened
 * to the file that they are in. */
#include "content/hash_store.h"

#include "content/chunk_list.h"
#include "expect.h"
#include "plat/testdir.h"
#include "plat/testfile.h"
#include "seeded.h"

enum { MANY = 150, RECORDS_MAX = 64 };

/* What was read, by the last character of the name. */
struct seen {
    size_t count;
    char last[RECORDS_MAX];
    uint64_t blocks_at[RECORDS_MAX];
    bool enough;
};

static bool on_record(void *arg, const struct hash_record *record, uint64_t blocks_at)
{
    struct seen *seen = arg;
    assert_true(seen->count < RECORDS_MAX);
    seen->last[seen->count] = record->name.data[record->name.size - 1];
    seen->blocks_at[seen->count++] = blocks_at;
    return !seen->enough;
}

static struct hash_store *open_store(const struct testdir *dir)
{
    struct hash_store *store;
    assert_int_equal(hash_store_open(&store, dir->folder), 0);
    return store;
}

static struct seen read_store(struct hash_store *store, int expected)
{
    struct seen seen = {0};
    struct hash_store_reader reader = {on_record, &seen};
    assert_int_equal(hash_store_read(store, &reader), expected);
    return seen;
}

static void fill_digests(unsigned char *digests, size_t count, unsigned seed)
{
    for (size_t i = 0; i < count * PLAT_HASH_SIZE; i++)
        digests[i] = (unsigned char)(i * 31 + seed + i / 256);
}

/* Appends a record; with many chunks if `chunks` is above 1. */
static uint64_t append(struct hash_store *store, const char *name, uint64_t chunks, unsigned seed)
{
    unsigned char digests[MANY * PLAT_HASH_SIZE];
    struct hash_record record = {.name = slice_text(name), .stamp = {chunks * CHUNK_SIZE, 1, 2}};
    uint64_t blocks_at;
    fill_digests(digests, MANY, seed);
    assert_int_equal(hash_store_append(store, &record, digests, &blocks_at), 0);
    return blocks_at;
}

static void expect_chunks(const struct chunk_list *list, uint64_t total, unsigned seed)
{
    unsigned char digests[MANY * PLAT_HASH_SIZE], block[HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE];
    uint64_t done = 0;
    fill_digests(digests, MANY, seed);
    for (uint64_t number = 0; done < total; number++) {
        size_t count;
        assert_int_equal(chunk_list_read(list, total, number, block, &count), 0);
        assert_memory_equal(block, digests + done * PLAT_HASH_SIZE, count * PLAT_HASH_SIZE);
        done += count;
    }
    assert_true(done == total);
}

static void a_store_keeps_records_over_restarts(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir);
    assert_int_equal(read_store(store, 0).count, 0);
    append(store, "a", 1, 0);
    uint64_t at = append(store, "pool/b", MANY, 5);
    append(store, "c", 0, 0);
    hash_store_unref(store);
    store = open_store(dir);
    struct seen seen = read_store(store, 0);
    assert_int_equal(seen.count, 3);
    assert_memory_equal(seen.last, "abc", 3);
    assert_true(seen.blocks_at[1] == at);
    struct chunk_list list = chunk_list_in_store(store, at);
    expect_chunks(&list, MANY, 5);
    chunk_list_release(&list);
}

static void only_one_process_has_a_store(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir), *other;
    assert_int_equal(hash_store_open(&other, dir->folder), PLAT_ERR_BUSY);
    hash_store_unref(store);
    hash_store_unref(open_store(dir));
    hash_store_unref(NULL);
}

static void reading_can_end_early_without_loss(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir);
    (void)read_store(store, 0);
    append(store, "a", 1, 0);
    append(store, "b", 1, 0);
    struct seen seen = {.enough = true};
    struct hash_store_reader reader = {on_record, &seen};
    assert_int_equal(hash_store_read(store, &reader), 0);
    assert_int_equal(seen.count, 1);
    assert_int_equal(read_store(store, 0).count, 2);
    hash_store_unref(store);
}

static void resize(const struct testdir *dir, uint64_t size)
{
    struct plat_file file = testfile_create(dir, HASH_STORE_NAME);
    assert_int_equal(plat_file_resize(file, size), 0);
    plat_file_close(file);
}

/* Killed at any byte of the last append: what was complete before is there, and it goes on. */
static void a_record_that_was_cut_off_is_taken_away(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir);
    (void)read_store(store, 0);
    append(store, "a", 3, 1);
    uint64_t one = hash_store_size(store);
    append(store, "b", 3, 2);
    uint64_t two = hash_store_size(store);
    hash_store_unref(store);
    for (uint64_t size = two - 1; size >= one; size--) {
        resize(dir, size);
        store = open_store(dir);
        assert_int_equal(read_store(store, 0).count, 1);
        assert_true(hash_store_size(store) == one);
        append(store, "b", 3, 2);
        assert_int_equal(read_store(store, 0).count, 2);
        hash_store_unref(store);
    }
}

static void a_header_that_was_cut_off_is_made_anew(void **state)
{
    struct testdir *dir = *state;
    for (uint64_t size = 0; size <= HASH_FILE_HEADER_SIZE; size++) {
        struct hash_store *store = open_store(dir);
        (void)read_store(store, size > 1 ? PLAT_LOST : 0);
        append(store, "a", 1, 0);
        assert_int_equal(read_store(store, 0).count, 1);
        hash_store_unref(store);
        resize(dir, size);
    }
}

static void what_is_no_store_is_replaced(void **state)
{
    struct testdir *dir = *state;
    testdir_make(dir, ".mcdn");
    testdir_put(dir, HASH_STORE_NAME, "somebody's notes\n", 17);
    struct hash_store *store = open_store(dir);
    assert_int_equal(read_store(store, PLAT_LOST).count, 0);
    append(store, "a", 1, 0);
    assert_int_equal(read_store(store, 0).count, 1);
    hash_store_unref(store);
}

/* A damaged byte anywhere in the middle costs what comes from there on, never what is before. */
static void what_follows_damage_is_lost(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir);
    (void)read_store(store, 0);
    append(store, "a", 1, 0);
    uint64_t at = hash_store_size(store);
    append(store, "b", 1, 0);
    append(store, "c", 1, 0);
    hash_store_unref(store);
    struct plat_file file = testfile_create(dir, HASH_STORE_NAME);
    assert_int_equal(plat_file_write(file, "\0\0\0\0", 4, at), 0);
    plat_file_close(file);
    store = open_store(dir);
    struct seen seen = read_store(store, PLAT_LOST);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last[0], 'a');
    assert_int_equal(read_store(store, 0).count, 1);
    hash_store_unref(store);
}

static void damaged_blocks_are_noticed_when_they_are_read(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir);
    unsigned char block[HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE];
    size_t count;
    (void)read_store(store, 0);
    uint64_t at = append(store, "a", MANY, 9);
    struct chunk_list list = chunk_list_in_store(store, at);
    struct plat_file file = testfile_create(dir, HASH_STORE_NAME);
    assert_int_equal(plat_file_write(file, "??", 2, at + HASH_BLOCK_SIZE + 100), 0);
    plat_file_close(file);
    assert_int_equal(chunk_list_read(&list, MANY, 0, block, &count), 0);
    assert_int_equal(chunk_list_read(&list, MANY, 1, block, &count), PLAT_ERR_IO);
    assert_int_equal(chunk_list_read(&list, MANY, 2, block, &count), 0);
    assert_int_equal(count, MANY - 2 * HASH_BLOCK_CHUNKS);
    chunk_list_release(&list);
}

static void records_move_to_a_new_store_that_takes_the_old_ones_place(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *store = open_store(dir), *anew;
    struct hash_record record = {.name = slice_text("b"),
                                 .stamp = {MANY * (uint64_t)CHUNK_SIZE, 1, 2}};
    uint64_t new_at;
    (void)read_store(store, 0);
    append(store, "a", 100, 0);
    uint64_t at = append(store, "b", MANY, 3);
    assert_int_equal(hash_store_open_new(&anew, dir->folder), 0);
    assert_int_equal(hash_store_copy(anew, &record, store, at, &new_at), 0);
    assert_int_equal(hash_store_put_in_place(anew, dir->folder), 0);
    assert_true(new_at < at);
    struct chunk_list old = chunk_list_in_store(store, at),
                      fresh = chunk_list_in_store(anew, new_at);
    struct chunk_list shared = chunk_list_share(&old);
    chunk_list_release(&old);
    expect_chunks(&shared, MANY, 3); /* who still reads the old one is not disturbed */
    expect_chunks(&fresh, MANY, 3);
    chunk_list_release(&shared);
    chunk_list_release(&fresh);
    store = open_store(dir);
    assert_int_equal(read_store(store, 0).count, 1);
    hash_store_unref(store);
}

static void what_a_killed_writer_left_is_begun_anew(void **state)
{
    struct testdir *dir = *state;
    struct hash_store *anew;
    testdir_make(dir, ".mcdn");
    testdir_put(dir, HASH_STORE_NAME ".new", "half of something", 17);
    assert_int_equal(hash_store_open_new(&anew, dir->folder), 0);
    assert_true(hash_store_size(anew) == HASH_FILE_HEADER_SIZE);
    append(anew, "a", 1, 0);
    assert_int_equal(hash_store_put_in_place(anew, dir->folder), 0);
    assert_int_equal(read_store(anew, 0).count, 1);
    hash_store_unref(anew);
}

/* Records larger than what is read at a time, and many of them. */
static void many_records_of_all_sizes_are_read(void **state)
{
    struct testdir *dir = *state;
    struct seeded random;
    struct hash_store *store = open_store(dir);
    uint64_t at[RECORDS_MAX];
    seeded_init(&random, "many_records_of_all_sizes_are_read");
    (void)read_store(store, 0);
    for (size_t i = 0; i < RECORDS_MAX; i++) {
        char *name = text_of('n', 1 + seeded_below(&random, FILE_NAME_SIZE_MAX));
        at[i] = append(store, name, seeded_below(&random, MANY + 1), (unsigned)i);
        free(name);
    }
    struct seen seen = read_store(store, 0);
    assert_int_equal(seen.count, RECORDS_MAX);
    assert_memory_equal(seen.blocks_at, at, sizeof at);
    hash_store_unref(store);
}

static void chunks_in_memory_are_shared_and_freed(void **state)
{
    unsigned char digests[MANY * PLAT_HASH_SIZE];
    struct chunk_list list, other, none = {0};
    (void)state;
    fill_digests(digests, MANY, 4);
    assert_int_equal(chunk_list_in_memory(&list, digests, MANY), 0);
    other = chunk_list_share(&list);
    chunk_list_release(&list);
    expect_chunks(&other, MANY, 4);
    chunk_list_release(&other);
    chunk_list_release(&other);
    other = chunk_list_share(&none);
    chunk_list_release(&other);
}

#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, testdir_setup, testdir_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_store_keeps_records_over_restarts),
        STORE_TEST(only_one_process_has_a_store),
        STORE_TEST(reading_can_end_early_without_loss),
        STORE_TEST(a_record_that_was_cut_off_is_taken_away),
        STORE_TEST(a_header_that_was_cut_off_is_made_anew),
        STORE_TEST(what_is_no_store_is_replaced),
        STORE_TEST(what_follows_damage_is_lost),
        STORE_TEST(damaged_blocks_are_noticed_when_they_are_read),
        STORE_TEST(records_move_to_a_new_store_that_takes_the_old_ones_place),
        STORE_TEST(what_a_killed_writer_left_is_begun_anew),
        STORE_TEST(many_records_of_all_sizes_are_read),
        cmocka_unit_test(chunks_in_memory_are_shared_and_freed),
    };
    return cmocka_run_group_tests_name("hash_store", tests, NULL, NULL);
}

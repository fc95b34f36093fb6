/* index/buckets.h: a table of files, against a naive model. */
#include "index/buckets.h"

#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "seeded.h"

enum { FILES = 90, BUCKETS = 16 };

static struct file *make_file(int number)
{
    char name[16];
    struct record record = {.size = (uint64_t)number};
    int size = snprintf(name, sizeof name, "%d", number);
    struct file *file = file_new(slice_of(name, (size_t)size), &record);
    assert_non_null(file);
    return file;
}

/* Stands at the file if it is in. */
static bool find(const struct buckets *buckets, uint64_t hash, const struct file *wanted,
                 struct probe *probe)
{
    struct file *file;
    probe_begin(probe, buckets, hash);
    while ((file = probe_next(probe)) != NULL && file != wanted)
        ;
    return file != NULL;
}

static size_t count_files(const struct buckets *buckets)
{
    size_t at = 0, count = 0;
    while (buckets_next(buckets, &at))
        count++;
    return count;
}

static void an_empty_table_has_nothing(void **state)
{
    struct buckets *buckets = buckets_new(1);
    struct probe probe;
    (void)state;
    assert_non_null(buckets);
    probe_begin(&probe, buckets, 0);
    assert_null(probe_next(&probe));
    assert_int_equal(count_files(buckets), 0);
    assert_int_equal(buckets_room(buckets), 6);
    free(buckets);
}

static void buckets_lie_on_cache_lines(void **state)
{
    (void)state;
    for (size_t count = 1; count < 100; count *= 2) {
        struct buckets *buckets = buckets_new(count);
        assert_int_equal((uintptr_t)buckets->all % 64, 0);
        free(buckets);
    }
}

/* Random hashes, and ones that make files crowd: into a few buckets, or with one tag. */
static uint64_t make_hash(struct seeded *random, int how)
{
    uint64_t hash = seeded_next(random);
    if (how == 1)
        return hash & ~(uint64_t)(BUCKETS - 1);
    if (how == 2)
        return (hash & 0xff00ffffffffffffu) | (uint64_t)seeded_below(random, 2) << 48;
    return how == 3 ? 7 : hash;
}

static void expect_as_in_model(const struct buckets *buckets, const uint64_t *hashes,
                               struct file *const *files, const bool *is_in)
{
    size_t count = 0;
    for (int i = 0; i < FILES; i++) {
        struct probe probe;
        assert_int_equal(find(buckets, hashes[i], files[i], &probe), is_in[i]);
        count += is_in[i];
    }
    assert_int_equal(count_files(buckets), count);
}

static void random_changes_agree_with_a_model(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "buckets");
    for (int run = 0; run < 40; run++) {
        struct buckets *buckets = buckets_new(BUCKETS);
        uint64_t hashes[FILES];
        struct file *files[FILES];
        bool is_in[FILES] = {false};
        for (int i = 0; i < FILES; i++) {
            hashes[i] = make_hash(&random, run % 4);
            files[i] = make_file(i);
        }
        for (int step = 0; step < 1000; step++) {
            size_t i = seeded_below(&random, FILES);
            struct probe probe;
            if (!is_in[i]) {
                buckets_add(buckets, hashes[i], files[i]);
            } else {
                assert_true(find(buckets, hashes[i], files[i], &probe));
                buckets_set(&probe, hashes[i], NULL);
            }
            is_in[i] = !is_in[i];
            if (step % 10 == 0)
                expect_as_in_model(buckets, hashes, files, is_in);
        }
        for (int i = 0; i < FILES; i++)
            file_free(files[i]);
        free(buckets);
    }
}

static void another_takes_the_place_of_one(void **state)
{
    struct buckets *buckets = buckets_new(2);
    struct file *one = make_file(1), *two = make_file(2);
    struct probe probe;
    (void)state;
    buckets_add(buckets, 12345, one);
    assert_true(find(buckets, 12345, one, &probe));
    buckets_set(&probe, 12345, two);
    assert_false(find(buckets, 12345, one, &probe));
    assert_true(find(buckets, 12345, two, &probe));
    assert_int_equal(count_files(buckets), 1);
    file_free(one);
    file_free(two);
    free(buckets);
}

/* More than a bucket's counter can count pass it by, come and go. */
static void a_full_counter_loses_nothing(void **state)
{
    enum { MANY = 700 };
    struct buckets *buckets = buckets_new(128);
    struct file **files = calloc(MANY, sizeof(struct file *));
    struct probe probe;
    (void)state;
    assert_non_null(files);
    for (int i = 0; i < MANY; i++) {
        files[i] = make_file(i);
        buckets_add(buckets, 0, files[i]);
    }
    for (int i = 0; i < MANY; i += 2) {
        assert_true(find(buckets, 0, files[i], &probe));
        buckets_set(&probe, 0, NULL);
    }
    for (int i = 0; i < MANY; i++)
        assert_int_equal(find(buckets, 0, files[i], &probe), i % 2);
    for (int i = 0; i < MANY; i++)
        file_free(files[i]);
    free(files);
    free(buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_table_has_nothing),
        cmocka_unit_test(buckets_lie_on_cache_lines),
        cmocka_unit_test(another_takes_the_place_of_one),
        cmocka_unit_test(random_changes_agree_with_a_model),
        cmocka_unit_test(a_full_counter_loses_nothing),
    };
    return cmocka_run_group_tests_name("buckets", tests, NULL, NULL);
}

/* index/file.h: a file's holders, in their order, in memory that does not change. */
#include "index/file.h"

#include <stdlib.h>

#include "check.h"
#include "expect.h"
#include "seeded.h"

enum { LISTS = 40 };

/* Lists are only compared, never looked into. */
static struct catalogue_list *list_of(size_t number)
{
    static char places[LISTS];
    return (void *)&places[number];
}

static struct record record_of(size_t list, uint64_t size, uint8_t hash)
{
    struct record record = {.list = list_of(list), .size = size, .has_sha256 = hash != 0};
    memset(record.sha256, hash, sizeof record.sha256);
    return record;
}

/* Puts the changed file in the place of the old one, and frees what is not needed any more. */
static struct file *settle(struct file *old, const struct file_edit *edit)
{
    free(old);
    free(edit->dropped[0]);
    free(edit->dropped[1]);
    return edit->made;
}

static struct file *with(struct file *file, struct record record)
{
    struct file_edit edit;
    if (!file)
        return file_new(slice_text("a name"), &record);
    assert_status(0, file_add(&edit, file, &record));
    return settle(file, &edit);
}

static struct file *without(struct file *file, size_t list)
{
    struct file_edit edit;
    size_t at = file_find(file, list_of(list));
    assert_true(at < file->count);
    assert_status(0, file_remove(&edit, file, at));
    return settle(file, &edit);
}

static struct file *changed(struct file *file, struct record record)
{
    struct file_edit edit;
    size_t at = file_find(file, record.list);
    assert_true(at < file->count);
    assert_status(0, file_replace(&edit, file, at, &record));
    return settle(file, &edit);
}

static void a_file_with_one_holder_is_one_piece(void **state)
{
    struct record record = record_of(3, 10, 7);
    (void)state;
    for (size_t size = 1; size <= 1024; size = size < 20 ? size + 1 : size * 2) {
        char *name = text_of('n', size);
        struct file *file = file_new(slice_text(name), &record);
        assert_non_null(file);
        assert_slice(file_name(file), name);
        assert_int_equal(file->count, 1);
        assert_int_equal((uintptr_t)file_only(file) % 8, 0);
        assert_true(file_record(file, 0)->size == 10);
        assert_memory_equal(record_sha256(file_record(file, 0)), record.sha256, PLAT_HASH_SIZE);
        assert_int_equal(file_find(file, list_of(3)), 0);
        assert_int_equal(file_find(file, list_of(2)), 1);
        file_free(file);
        free(name);
    }
}

static void holders_come_and_go(void **state)
{
    struct file *file = with(NULL, record_of(1, 10, 0));
    (void)state;
    file = with(file, record_of(2, 10, 0));
    assert_int_equal(file->count, 2);
    file = with(file, record_of(0, 5, 0));
    assert_int_equal(file->count, 3);
    assert_ptr_equal(file_record(file, 0)->list, list_of(0)); /* the smallest size is first */
    assert_slice(file_name(file), "a name");
    file = changed(file, record_of(0, 20, 0));
    assert_ptr_equal(file_record(file, 2)->list, list_of(0));
    file = without(file, 2);
    file = without(file, 1);
    assert_int_equal(file->count, 1);
    assert_ptr_equal(file_only(file)->list, list_of(0));
    assert_true(file_only(file)->size == 20);
    file = changed(file, record_of(0, 21, 3));
    assert_true(file_only(file)->size == 21 && file_only(file)->has_sha256);
    assert_null(record_sha256(&(struct record){.has_sha256 = false}));
    file_free(file);
}

static int rank(const struct record *r)
{
    return (int)(r->size * 1000 + (r->has_sha256 ? r->sha256[0] : 0u));
}

static void expect_as_in_model(const struct file *file, const struct record *model,
                               const bool *is_in)
{
    size_t count = 0;
    for (size_t i = 0; i < LISTS; i++) {
        size_t at = file_find(file, list_of(i));
        assert_int_equal(at < file->count, is_in[i]);
        count += is_in[i];
        if (is_in[i])
            assert_int_equal(rank(file_record(file, at)), rank(&model[i]));
    }
    assert_int_equal(file->count, count);
    for (size_t at = 1; at < file->count; at++)
        assert_true(rank(file_record(file, at - 1)) <= rank(file_record(file, at)));
}

static void random_changes_agree_with_a_model(void **state)
{
    struct seeded random;
    struct record model[LISTS] = {{0}};
    bool is_in[LISTS] = {[0] = true};
    (void)state;
    seeded_init(&random, "file");
    model[0] = record_of(0, 1, 0);
    struct file *file = with(NULL, model[0]);
    for (int step = 0; step < 20000; step++) {
        size_t i = seeded_below(&random, step % 2000 < 1000 ? LISTS : 3);
        struct record record =
            record_of(i, seeded_below(&random, 3), (uint8_t)seeded_below(&random, 4));
        if (!is_in[i]) {
            file = with(file, record);
        } else if (file->count > 1 && seeded_below(&random, 2)) {
            file = without(file, i);
            is_in[i] = false;
            continue;
        } else {
            file = changed(file, record);
        }
        is_in[i] = true;
        model[i] = record;
        expect_as_in_model(file, model, is_in);
    }
    file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_with_one_holder_is_one_piece),
        cmocka_unit_test(holders_come_and_go),
        cmocka_unit_test(random_changes_agree_with_a_model),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}

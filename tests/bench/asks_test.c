/* names.h and asks.h: the catalogue, and who asks for what of it. */
#include "asks.h"

#include <stdio.h>

#include "expect.h"
#include "names.h"
#include "proto/name.h"
#include "testing.h"

static void names_are_equally_long_and_allowed(void **state)
{
    static const uint64_t numbers[] = {0, 1, 999, 1000, 1042, 9999999, NAMES_MAX - 1};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        char text[NAMES_TEXT_SIZE];
        size_t size = names_write(numbers[i], text);
        assert_int_equal(size, strlen("d000/file-00000000.bin"));
        assert_int_equal(strlen(text), size);
        assert_true(name_is_file(slice_of(text, size)));
    }
    char text[NAMES_TEXT_SIZE];
    (void)names_write(1042, text);
    assert_string_equal(text, "d042/file-00001042.bin");
}

static void sizes_differ_and_stay(void **state)
{
    uint64_t most = 0;
    (void)state;
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t size = names_size(i);
        assert_true(size >= 1 && size <= 1 << 20);
        assert_int_equal(size, names_size(i));
        most = size > most ? size : most;
    }
    assert_true(most > 1 << 19);
}

static void asked_in_order_each_file_comes_once(void **state)
{
    enum { THREADS = 3, FILES = 100, LOWEST = 50 };
    bool asked[FILES] = {false};
    (void)state;
    for (unsigned thread = 0; thread < THREADS; thread++) {
        struct asks asks;
        struct asks_plan plan = {.dialect = DIALECT_INDEX,
                                 .lowest = LOWEST,
                                 .files = FILES,
                                 .first = thread,
                                 .step = THREADS,
                                 .in_order = true,
                                 .count = SIZE_MAX};
        assert_int_equal(asks_make(&asks, &plan), 0);
        for (size_t i = 0; i < asks.count; i++) {
            unsigned number = thread + (unsigned)i * THREADS;
            char name[NAMES_TEXT_SIZE], line[64];
            (void)names_write(LOWEST + number, name);
            snprintf(line, sizeof line, "GET %s\n", name);
            assert_slice(asks_text(&asks, i, 1), line);
            assert_int_equal(asks.sizes[i], names_size(LOWEST + number));
            assert_true(number < FILES && !asked[number]);
            asked[number] = true;
        }
        asks_fini(&asks);
    }
    for (size_t i = 0; i < FILES; i++)
        assert_true(asked[i]);
}

static void a_thread_too_many_asks_nothing(void **state)
{
    struct asks asks;
    struct asks_plan plan = {.files = 2, .first = 2, .step = 3, .in_order = true, .count = 9};
    (void)state;
    assert_int_equal(asks_make(&asks, &plan), 0);
    assert_int_equal(asks.count, 0);
    asks_fini(&asks);
}

static void a_seed_is_the_same_row_again(void **state)
{
    struct asks_plan plan = {.files = 1000, .seed = 5, .count = 200, .file_size = 9};
    struct asks a, b, other;
    (void)state;
    assert_int_equal(asks_make(&a, &plan), 0);
    assert_int_equal(asks_make(&b, &plan), 0);
    plan.seed = 6;
    assert_int_equal(asks_make(&other, &plan), 0);
    assert_true(slice_equal(asks_text(&a, 0, 200), asks_text(&b, 0, 200)));
    assert_false(slice_equal(asks_text(&a, 0, 200), asks_text(&other, 0, 200)));
    assert_int_equal(a.sizes[199], 9);
    asks_fini(&a);
    asks_fini(&b);
    asks_fini(&other);
}

static void several_requests_are_one_text(void **state)
{
    struct asks asks;
    struct asks_plan plan = {.dialect = DIALECT_PING, .files = 1, .count = 3};
    (void)state;
    assert_int_equal(asks_make(&asks, &plan), 0);
    assert_slice(asks_text(&asks, 0, 3), "PING\nPING\nPING\n");
    assert_slice(asks_text(&asks, 1, 1), "PING\n");
    asks_fini(&asks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_equally_long_and_allowed),
        cmocka_unit_test(sizes_differ_and_stay),
        cmocka_unit_test(asked_in_order_each_file_comes_once),
        cmocka_unit_test(a_thread_too_many_asks_nothing),
        cmocka_unit_test(a_seed_is_the_same_row_again),
        cmocka_unit_test(several_requests_are_one_text),
    };
    return cmocka_run_group_tests_name("bench/asks", tests, NULL, NULL);
}

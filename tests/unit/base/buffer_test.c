/* base/buffer.h: a growing queue of bytes. */
#include "base/buffer.h"

#include "expect.h"
#include "seeded.h"

static void puts_stand_in_their_order(void **state)
{
    struct buffer buffer = BUFFER_INIT;
    (void)state;
    buffer_put_text(&buffer, "OK ");
    buffer_put_number(&buffer, UINT64_MAX);
    buffer_put_char(&buffer, ' ');
    buffer_put_slice(&buffer, slice_text("name"));
    buffer_put(&buffer, "\0\n", 2);
    assert_slices(buffer_content(&buffer), slice_of("OK 18446744073709551615 name\0\n", 30));
    assert_false(buffer.failed);
    buffer_fini(&buffer);
}

static void an_empty_buffer_has_empty_content(void **state)
{
    struct buffer buffer = BUFFER_INIT;
    (void)state;
    assert_slice(buffer_content(&buffer), "");
    buffer_put(&buffer, NULL, 0);
    buffer_put_slice(&buffer, slice_of(NULL, 0));
    assert_int_equal(buffer_size(&buffer), 0);
    buffer_consume(&buffer, 0);
    assert_false(buffer.failed);
    buffer_fini(&buffer);
}

static void reserved_bytes_count_when_they_are_committed(void **state)
{
    struct buffer buffer = BUFFER_INIT;
    (void)state;
    buffer_put_text(&buffer, "a");
    char *at = buffer_reserve(&buffer, 4000);
    assert_non_null(at);
    memset(at, 'b', 4000);
    assert_int_equal(buffer_size(&buffer), 1);
    buffer_commit(&buffer, 2);
    assert_slice(buffer_content(&buffer), "abb");
    buffer_fini(&buffer);
}

static void what_does_not_fit_into_memory_is_remembered(void **state)
{
    struct buffer buffer = BUFFER_INIT;
    (void)state;
    buffer_put_text(&buffer, "kept");
    assert_null(buffer_reserve(&buffer, SIZE_MAX));
    assert_true(buffer.failed);
    buffer_put_text(&buffer, "dropped");
    buffer_put_char(&buffer, 'x');
    assert_null(buffer_reserve(&buffer, 1));
    assert_slice(buffer_content(&buffer), "kept");
    buffer_fini(&buffer);
    assert_false(buffer.failed);
    buffer_put_text(&buffer, "again");
    assert_slice(buffer_content(&buffer), "again");
    buffer_fini(&buffer);
}

static void a_queue_that_never_holds_much_stays_small(void **state)
{
    struct buffer buffer = BUFFER_INIT;
    (void)state;
    buffer_put_text(&buffer, "held back");
    for (int i = 0; i < 10000; i++) {
        buffer_put_text(&buffer, "0123456789");
        buffer_consume(&buffer, 10);
    }
    assert_int_equal(buffer_size(&buffer), 9);
    assert_true(buffer.capacity <= 1024);
    buffer_fini(&buffer);
}

/* Puts and takes at random and compares with one long array. */
static void random_histories_are_a_queue(void **state)
{
    enum { TOTAL = 200000 };
    unsigned char *model = malloc(TOTAL);
    size_t put = 0, taken = 0;
    struct buffer buffer = BUFFER_INIT;
    struct seeded random;
    (void)state;
    assert_non_null(model);
    seeded_init(&random, "buffer");
    for (size_t i = 0; i < TOTAL; i++)
        model[i] = (unsigned char)seeded_next(&random);
    while (put < TOTAL) {
        size_t size = seeded_below(&random, seeded_below(&random, 10) == 0 ? 5000 : 100);
        if (size > TOTAL - put)
            size = TOTAL - put;
        buffer_put(&buffer, model + put, size);
        put += size;
        size = seeded_below(&random, put - taken + 1);
        buffer_consume(&buffer, size);
        taken += size;
        assert_slices(buffer_content(&buffer), slice_of((char *)model + taken, put - taken));
    }
    buffer_fini(&buffer);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_stand_in_their_order),
        cmocka_unit_test(an_empty_buffer_has_empty_content),
        cmocka_unit_test(reserved_bytes_count_when_they_are_committed),
        cmocka_unit_test(what_does_not_fit_into_memory_is_remembered),
        cmocka_unit_test(a_queue_that_never_holds_much_stays_small),
        cmocka_unit_test(random_histories_are_a_queue),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}

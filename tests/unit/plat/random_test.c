/* Conformance of plat/random.h. */
#include "plat/random.h"

#include <string.h>

#include "check.h"
#include "plat/thread.h"

enum { HUGE_SIZE = 1 << 20 };

static void two_fills_differ(void **state)
{
    unsigned char a[16] = {0}, b[16] = {0};
    (void)state;

    assert_status(PLAT_OK, plat_random_bytes(a, sizeof(a)));
    assert_status(PLAT_OK, plat_random_bytes(b, sizeof(b)));
    assert_memory_not_equal(a, b, sizeof(a));
}

static void no_bytes_change_nothing(void **state)
{
    unsigned char byte = 0x5a;
    (void)state;

    assert_status(PLAT_OK, plat_random_bytes(&byte, 0));
    assert_int_equal(byte, 0x5a);
}

static void one_byte_takes_every_value(void **state)
{
    bool seen[256] = {false};
    (void)state;

    for (int i = 0; i < 20000; i++) {
        unsigned char byte;
        assert_status(PLAT_OK, plat_random_bytes(&byte, 1));
        seen[byte] = true;
    }
    for (int i = 0; i < 256; i++) {
        assert_true(seen[i]);
    }
}

static void bytes_around_the_buffer_stay(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 300; size += 13) {
        unsigned char buffer[302];
        memset(buffer, 0, sizeof(buffer));
        assert_status(PLAT_OK, plat_random_bytes(buffer + 1, size));
        assert_int_equal(buffer[0], 0);
        for (size_t i = size + 1; i < sizeof(buffer); i++) {
            assert_int_equal(buffer[i], 0);
        }
    }
}

/* Some systems give 256 bytes at a time; no part of a large buffer may stay as it was. */
static void huge_buffer_is_filled_throughout(void **state)
{
    unsigned char *buffer = calloc(1, HUGE_SIZE);
    long bits = 0;
    (void)state;

    assert_non_null(buffer);
    assert_status(PLAT_OK, plat_random_bytes(buffer, HUGE_SIZE));
    for (size_t at = 0; at < HUGE_SIZE; at += 16) {
        static const unsigned char zeros[16];
        assert_memory_not_equal(buffer + at, zeros, sizeof(zeros));
    }
    for (size_t at = 0; at < HUGE_SIZE; at++) {
        for (int bit = 0; bit < 8; bit++) {
            bits += buffer[at] >> bit & 1;
        }
    }
    /* Half of the bits, give or take twenty times the deviation to expect. */
    assert_true(labs(bits - HUGE_SIZE * 4L) < 30000);
    free(buffer);
}

struct draw {
    unsigned char bytes[4096];
    int rc;
};

static void draw_bytes(void *arg)
{
    struct draw *draw = arg;
    draw->rc = plat_random_bytes(draw->bytes, sizeof(draw->bytes));
}

static void threads_draw_different_bytes(void **state)
{
    struct plat_thread threads[4];
    struct draw *draws = calloc(4, sizeof(*draws));
    (void)state;

    assert_non_null(draws);
    for (size_t i = 0; i < 4; i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], draw_bytes, &draws[i]));
    }
    for (size_t i = 0; i < 4; i++) {
        plat_thread_join(&threads[i]);
        assert_status(PLAT_OK, draws[i].rc);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(draws[i].bytes, draws[j].bytes, sizeof(draws[i].bytes));
        }
    }
    free(draws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_fills_differ),
        cmocka_unit_test(no_bytes_change_nothing),
        cmocka_unit_test(one_byte_takes_every_value),
        cmocka_unit_test(bytes_around_the_buffer_stay),
        cmocka_unit_test(huge_buffer_is_filled_throughout),
        cmocka_unit_test(threads_draw_different_bytes),
    };
    return cmocka_run_group_tests_name("plat/random", tests, NULL, NULL);
}

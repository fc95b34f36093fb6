/* base/hex.h. */
#include "base/hex.h"

#include "check.h"
#include "expect.h"

#define ALL_DIGITS "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"

static const unsigned char all_bytes[PLAT_HASH_SIZE] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};

static void digest_becomes_64_digits_and_a_zero(void **state)
{
    char text[HEX_DIGITS + 2];
    (void)state;
    memset(text, '?', sizeof text);
    hex_encode(all_bytes, text);
    assert_string_equal(text, ALL_DIGITS);
    assert_int_equal(text[HEX_DIGITS + 1], '?');
}

static void digits_become_the_digest_wherever_they_lie(void **state)
{
    unsigned char digest[PLAT_HASH_SIZE];
    (void)state;
    assert_status(PLAT_OK, hex_decode(slice_text(ALL_DIGITS), digest));
    assert_memory_equal(digest, all_bytes, sizeof digest);
    memset(digest, 0, sizeof digest);
    assert_status(PLAT_OK, hex_decode(slice_of(&("f" ALL_DIGITS "f")[1], HEX_DIGITS), digest));
    assert_memory_equal(digest, all_bytes, sizeof digest);
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        unsigned char digest[PLAT_HASH_SIZE], again[PLAT_HASH_SIZE];
        char text[HEX_DIGITS + 1];
        memset(digest, byte, sizeof digest);
        hex_encode(digest, text);
        assert_status(PLAT_OK, hex_decode(slice_text(text), again));
        assert_memory_equal(again, digest, sizeof digest);
    }
}

static void anything_else_is_refused(void **state)
{
    static const struct slice no_digits = {NULL, 0};
    unsigned char digest[PLAT_HASH_SIZE];
    (void)state;
    memcpy(digest, all_bytes, sizeof digest);
    assert_status(PLAT_ERR_INVALID, hex_decode(no_digits, digest));
    assert_status(PLAT_ERR_INVALID, hex_decode(slice_of(ALL_DIGITS, HEX_DIGITS - 1), digest));
    assert_status(PLAT_ERR_INVALID, hex_decode(slice_of(ALL_DIGITS, HEX_DIGITS - 2), digest));
    assert_status(PLAT_ERR_INVALID, hex_decode(slice_text(ALL_DIGITS "0"), digest));
    assert_status(PLAT_ERR_INVALID, hex_decode(slice_text(ALL_DIGITS "00"), digest));
    for (size_t at = 0; at < HEX_DIGITS; at++) {
        for (int c = 0; c < 256; c++) {
            char text[HEX_DIGITS + 1] = ALL_DIGITS;
            if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
                continue;
            text[at] = (char)c;
            assert_status(PLAT_ERR_INVALID, hex_decode(slice_of(text, HEX_DIGITS), digest));
        }
    }
    assert_memory_equal(digest, all_bytes, sizeof digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_becomes_64_digits_and_a_zero),
        cmocka_unit_test(digits_become_the_digest_wherever_they_lie),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}

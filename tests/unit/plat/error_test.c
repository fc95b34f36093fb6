/* Conformance of plat/error.h. */
#include "plat/error.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "testing.h"

static void statuses_are_positive_and_errors_negative(void **state)
{
    (void)state;
    assert_int_equal(PLAT_OK, 0);
    assert_true(PLAT_AGAIN > 0 && PLAT_END > 0 && PLAT_LOST > 0);
    assert_true(PLAT_ERR_OTHER < 0 && PLAT_ERR_UNSUPPORTED < 0);
}

static void every_error_has_a_text(void **state)
{
    (void)state;
    for (int error = PLAT_ERR_OTHER; error >= PLAT_ERR_UNSUPPORTED; error--) {
        const char *text = plat_error_text(error);
        assert_non_null(text);
        assert_true(strlen(text) > 2);
        assert_true(strlen(text) < 60);
    }
}

static void texts_fit_the_end_of_a_message(void **state)
{
    (void)state;
    for (int error = PLAT_ERR_OTHER; error >= PLAT_ERR_UNSUPPORTED; error--) {
        const char *text = plat_error_text(error);
        size_t length = strlen(text);
        assert_int_not_equal(text[0], ' ');
        assert_true(isalnum((unsigned char)text[length - 1]));
        for (size_t i = 0; i < length; i++) {
            assert_true(isprint((unsigned char)text[i]));
            assert_false(isupper((unsigned char)text[i]));
        }
    }
}

static void texts_tell_errors_apart(void **state)
{
    (void)state;
    for (int a = PLAT_ERR_OTHER; a >= PLAT_ERR_UNSUPPORTED; a--) {
        for (int b = a - 1; b >= PLAT_ERR_UNSUPPORTED; b--) {
            assert_string_not_equal(plat_error_text(a), plat_error_text(b));
        }
    }
}

static void port_in_use_reads_as_the_manual_says(void **state)
{
    (void)state;
    assert_string_equal(plat_error_text(PLAT_ERR_IN_USE), "address in use");
}

static void any_other_number_has_a_text_too(void **state)
{
    static const int numbers[] = {PLAT_OK, PLAT_AGAIN, PLAT_END, PLAT_LOST, 4,
                                  -25,     -1000,      INT_MAX,  INT_MIN};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        assert_non_null(plat_error_text(numbers[i]));
    }
}

static void text_outlives_the_next_call(void **state)
{
    const char *first = plat_error_text(PLAT_ERR_REFUSED);
    char copy[128];
    (void)state;

    strncpy(copy, first, sizeof(copy) - 1);
    copy[sizeof(copy) - 1] = '\0';
    (void)plat_error_text(PLAT_ERR_IO);
    assert_string_equal(first, copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_are_positive_and_errors_negative),
        cmocka_unit_test(every_error_has_a_text),
        cmocka_unit_test(texts_fit_the_end_of_a_message),
        cmocka_unit_test(texts_tell_errors_apart),
        cmocka_unit_test(port_in_use_reads_as_the_manual_says),
        cmocka_unit_test(any_other_number_has_a_text_too),
        cmocka_unit_test(text_outlives_the_next_call),
    };
    return cmocka_run_group_tests_name("plat/error", tests, NULL, NULL);
}

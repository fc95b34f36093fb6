/* Conformance of plat/offers.h. */
#include "plat/offers.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static void put(struct plat_offers *offers, const char *text)
{
    plat_offers_put(offers, text, strlen(text));
}

static void nothing_has_nothing_in_common(void **state)
{
    struct plat_offers offers = {0};
    (void)state;

    assert_null(offers.common);
    plat_offers_fini(&offers);
}

static void offers_have_their_beginning_in_common(void **state)
{
    static const struct {
        const char *texts[4];
        const char *common;
    } rows[] = {
        {{"list"}, "list"},
        {{""}, ""},
        {{"sample_cs1.txt", "sample_cs2.txt"}, "sample_cs"},
        {{"sample_cs1.txt", "sample_cs2.txt", "shared"}, "s"},
        {{"a", "b"}, ""},
        {{"ab", "a"}, "a"},
        {{"a", "ab", "abc"}, "a"},
        {{"same", "same"}, "same"},
        /* Two characters with their first bytes alike. */
        {{"gr\xc3\xbc", "gr\xc3\xb6"}, "gr"},
        {{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81"}, ""},
        {{"\xc3\xbcx", "\xc3\xbcy"}, "\xc3\xbc"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plat_offers offers = {0};
        size_t count = 0;
        for (; count < COUNT_OF(rows[i].texts) && rows[i].texts[count]; count++) {
            put(&offers, rows[i].texts[count]);
        }
        assert_string_equal(offers.common, rows[i].common);
        assert_int_equal(offers.count, count);
        assert_int_equal(offers.shown_count, count);
        assert_string_equal(offers.shown[count - 1], rows[i].texts[count - 1]);
        plat_offers_fini(&offers);
        assert_null(offers.common);
    }
}

static void only_the_first_are_kept(void **state)
{
    struct plat_offers offers = {0};
    char text[32];
    (void)state;

    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof(text), "file-%04d", i);
        put(&offers, text);
    }
    assert_int_equal(offers.count, 5000);
    assert_int_equal(offers.shown_count, PLAT_OFFERS_SHOWN_MAX);
    assert_string_equal(offers.shown[PLAT_OFFERS_SHOWN_MAX - 1], "file-0199");
    assert_string_equal(offers.common, "file-");
    plat_offers_fini(&offers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_nothing_in_common),
        cmocka_unit_test(offers_have_their_beginning_in_common),
        cmocka_unit_test(only_the_first_are_kept),
    };
    return cmocka_run_group_tests_name("plat/offers", tests, NULL, NULL);
}

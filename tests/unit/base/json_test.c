/* base/json.h: what other programs read of us. */
#include "base/json.h"

#include "expect.h"

static void members_are_divided_by_commas(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct json json = {.out = &out};
    (void)state;
    json_begin_object(&json, NULL);
    json_put_text(&json, "type", slice_text("file"));
    json_put_number(&json, "size", UINT64_MAX);
    json_put_bool(&json, "yes", true);
    json_put_bool(&json, "no", false);
    json_put_null(&json, "none");
    json_end_object(&json);
    assert_slice(buffer_content(&out),
                 "{\"type\":\"file\",\"size\":18446744073709551615,\"yes\":true,\"no\":false,"
                 "\"none\":null}");
    buffer_fini(&out);
}

static void nests_begin_and_end_without_commas(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct json json = {.out = &out};
    (void)state;
    json_begin_object(&json, NULL);
    json_begin_array(&json, "empty");
    json_end_array(&json);
    json_begin_array(&json, "list");
    json_put_number(&json, NULL, 1);
    json_begin_object(&json, NULL);
    json_end_object(&json);
    json_begin_object(&json, NULL);
    json_put_null(&json, "a");
    json_end_object(&json);
    json_put_text(&json, NULL, slice_text("x"));
    json_end_array(&json);
    json_put_number(&json, "last", 0);
    json_end_object(&json);
    assert_slice(buffer_content(&out),
                 "{\"empty\":[],\"list\":[1,{},{\"a\":null},\"x\"],\"last\":0}");
    buffer_fini(&out);
}

static void expect_text(struct slice text, const char *expected)
{
    struct buffer out = BUFFER_INIT;
    struct json json = {.out = &out};
    json_put_text(&json, NULL, text);
    assert_row_slice(expected, buffer_content(&out), expected);
    buffer_fini(&out);
}

static void texts_are_escaped(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", "\"\""},
        {"plain / text", "\"plain / text\""},
        {"a \"quote\"", "\"a \\\"quote\\\"\""},
        {"back\\slash", "\"back\\\\slash\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\""},
        {"\xff", "\"\xef\xbf\xbd\""},
        {"a\xc3(\xed\xa0\x80", "\"a\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_text(slice_text(rows[i].text), rows[i].expected);
    expect_text(slice_of("a\0b", 3), "\"a\\u0000b\"");
}

static void bytes_that_are_no_utf8_are_given_in_hexadecimal_too(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct json json = {.out = &out};
    (void)state;
    json_begin_object(&json, NULL);
    json_put_bytes(&json, "name", slice_text("gr\xc3\xbc"));
    json_put_bytes(&json, "path", slice_text("gr\xfc\x0a"));
    json_put_number(&json, "size", 1);
    json_end_object(&json);
    assert_slice(buffer_content(&out), "{\"name\":\"gr\xc3\xbc\",\"path\":\"gr\xef\xbf\xbd\\n\","
                                       "\"path_hex\":\"6772fc0a\",\"size\":1}");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_divided_by_commas),
        cmocka_unit_test(nests_begin_and_end_without_commas),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(bytes_that_are_no_utf8_are_given_in_hexadecimal_too),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

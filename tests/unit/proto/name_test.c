/* proto/name.h: what may be called a file, a server and a host. */
#include "proto/name.h"

#include "expect.h"
#include "proto/limits.h"

struct row {
    const char *name;
    bool good;
};

static void expect_names(bool (*is_good)(struct slice), const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_row(rows[i].name, is_good(slice_text(rows[i].name)) == rows[i].good);
}

static void file_names_are_relative_paths(void **state)
{
    static const struct row rows[] = {
        {"a", true},        {"a.txt", true},    {"a/b/c", true},    {"my file", true},
        {"a  b", true},     {"a /b", true},     {"a/ b", true},     {".a", true},
        {"...", true},      {"..a", true},      {"a..", true},      {"a/.b", true},
        {"\xc3\xa4", true}, {"\xff\xfe", true}, {"a:b", true},      {"a*?\"<>|", true},
        {"CON", true},      {"-rf", true},      {"%2e%2e/a", true}, {"a\xc2\xa0", true},
        {"", false},        {" ", false},       {" a", false},      {"a ", false},
        {"/", false},       {"/a", false},      {"a/", false},      {"a//b", false},
        {"//", false},      {".", false},       {"..", false},      {"./a", false},
        {"a/.", false},     {"a/..", false},    {"../a", false},    {"a/../b", false},
        {"a/./b", false},   {"a\\b", false},    {"\\", false},      {"a\nb", false},
        {"a\r", false},     {"\t", false},      {"a\x1f", false},   {"a\x7f", false},
        {"\x01", false},
    };
    (void)state;
    expect_names(name_is_file, rows, COUNT_OF(rows));
}

static void every_control_byte_is_bad_in_a_file_name(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char name[3] = {'a', (char)c, 'b'};
        bool good = c >= 0x20 && c != 0x7f && c != '\\';
        if (name_is_file(slice_of(name, 3)) != good)
            fail_msg("byte 0x%02x should be %s", (unsigned)c, good ? "good" : "bad");
    }
}

static void server_ids_are_of_a_few_bytes_only(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char id[3] = {'a', (char)c, 'b'};
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    c == '.' || c == '_' || c == '-';
        if (name_is_server_id(slice_of(id, 3)) != good)
            fail_msg("byte 0x%02x should be %s", (unsigned)c, good ? "good" : "bad");
    }
}

static void hosts_are_names_and_addresses(void **state)
{
    static const struct row rows[] = {
        {"localhost", true},
        {"127.0.0.1", true},
        {"::1", true},
        {"fe80::1%eth0", true},
        {"a-b.example.org", true},
        {"a_b", true},
        {"0", true},
        {"", false},
        {"[::1]", false},
        {"a b", false},
        {"a/b", false},
        {"a,b", false},
        {"a\n", false},
        {"\xc3\xa4", false},
        {"a@b", false},
    };
    (void)state;
    expect_names(name_is_host, rows, COUNT_OF(rows));
}

static void names_have_a_longest_size(void **state)
{
    static const struct {
        const char *row;
        bool (*is_good)(struct slice);
        size_t max;
    } rows[] = {
        {"file", name_is_file, 1024},
        {"server id", name_is_server_id, 64},
        {"host", name_is_host, 255},
    };
    char *text = text_of('x', 5000);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_row(rows[i].row, rows[i].is_good(slice_of(text, 1)));
        assert_row(rows[i].row, rows[i].is_good(slice_of(text, rows[i].max)));
        assert_row(rows[i].row, !rows[i].is_good(slice_of(text, rows[i].max + 1)));
        assert_row(rows[i].row, !rows[i].is_good(slice_of(text, 5000)));
        assert_row(rows[i].row, !rows[i].is_good(slice_of(NULL, 0)));
    }
    free(text);
}

/* 512 parts of one byte each. */
static void a_name_may_have_many_parts(void **state)
{
    char *text = text_of('x', 1023);
    (void)state;
    for (size_t i = 1; i < 1023; i += 2)
        text[i] = '/';
    assert_true(name_is_file(slice_text(text)));
    text[511] = '.';
    text[510] = '.';
    text[509] = '/'; /* ".." between two slashes */
    text[512] = '/';
    assert_false(name_is_file(slice_text(text)));
    free(text);
}

static void hidden_and_unfinished_files_are_not_served(void **state)
{
    static const struct row rows[] = {
        {"a", true},
        {"a.b", true},
        {"a/b.", true},
        {".mcdn-parts", false},
        {"x.mcdn-parts", true},
        {"x.mcdn-part/a", true},
        {".a", false},
        {"a/.b", false},
        {".a/b", false},
        {"...", false},
        {"a.mcdn-part", false},
        {"a/b.mcdn-part", false},
        {".mcdn-part", false},
        {"a.mcdn-journal", false},
        {"a/b.mcdn-journal", false},
        {"a.mcdn-journals", true},
        {"a.journal", true},
        {"a.MCDN-PART", true},
    };
    (void)state;
    expect_names(name_is_served, rows, COUNT_OF(rows));
}

static void hashes_are_64_lower_case_digits(void **state)
{
    char digits[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0";
    struct slice all = slice_of(digits, 64);
    (void)state;
    assert_true(name_is_sha256(all));
    assert_false(name_is_sha256(slice_of(digits, 63)));
    assert_false(name_is_sha256(slice_of(digits, 65)));
    assert_false(name_is_sha256(slice_of(digits, 0)));
    for (const char *bad = "A F g / : ` @ \x80"; *bad; bad += bad[1] ? 2 : 1) {
        digits[63] = *bad;
        assert_false(name_is_sha256(all));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_names_are_relative_paths),
        cmocka_unit_test(every_control_byte_is_bad_in_a_file_name),
        cmocka_unit_test(server_ids_are_of_a_few_bytes_only),
        cmocka_unit_test(hosts_are_names_and_addresses),
        cmocka_unit_test(names_have_a_longest_size),
        cmocka_unit_test(a_name_may_have_many_parts),
        cmocka_unit_test(hidden_and_unfinished_files_are_not_served),
        cmocka_unit_test(hashes_are_64_lower_case_digits),
    };
    return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}

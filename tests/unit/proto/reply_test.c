/* proto/reply.h: answers, as they are put and as they are read. */
#include "proto/reply.h"

#include "expect.h"

static void lines_are_compared_without_their_line_feed(void **state)
{
    (void)state;
    assert_true(reply_is(slice_text("OK"), REPLY_OK));
    assert_true(reply_is(slice_text("OK LEFT"), REPLY_LEFT));
    assert_true(reply_is(slice_text("END "), REPLY_END));
    assert_false(reply_is(slice_text("OK LEFT"), REPLY_OK));
    assert_false(reply_is(slice_text("ok"), REPLY_OK));
    assert_false(reply_is(slice_text(""), REPLY_OK));
    assert_false(reply_is(slice_text("END\n"), REPLY_END));
}

static void errors_begin_with_their_word(void **state)
{
    (void)state;
    assert_true(reply_is_error(slice_text("ERROR FILE_NOT_FOUND")));
    assert_true(reply_is_error(slice_text("ERROR")));
    assert_true(reply_is_error(slice_text("ERROR ANYTHING at all")));
    assert_false(reply_is_error(slice_text("ERRORS")));
    assert_false(reply_is_error(slice_text("error x")));
    assert_false(reply_is_error(slice_text("")));
}

static void locations_are_put_and_read(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct reply_location back,
        location = {slice_text("::1"), 65535, slice_text("CS-1"), INT64_MAX};
    (void)state;
    reply_put_location(&out, &location);
    assert_slice(buffer_content(&out), "SERVER ::1 65535 CS-1 9223372036854775807\n");
    assert_true(reply_parse_location(slice_text("SERVER localhost 7001 CS1 600"), &back));
    assert_slice(back.address, "localhost");
    assert_int_equal(back.tcp_port, 7001);
    assert_slice(back.server_id, "CS1");
    assert_int_equal(back.size, 600);
    buffer_fini(&out);
}

static void trailing_fields_of_a_location_are_for_later_versions(void **state)
{
    struct reply_location back;
    (void)state;
    assert_true(reply_parse_location(slice_text("SERVER localhost 7001 CS1 600 more"), &back));
    assert_int_equal(back.size, 600);
}

static void other_lines_are_no_location(void **state)
{
    static const char *const rows[] = {
        "",
        "SERVER",
        "SERVER h",
        "SERVER h 7001",
        "SERVER h 7001 CS1",
        "SERVER h 0 CS1 1",
        "SERVER h 65536 CS1 1",
        "SERVER h x CS1 1",
        "SERVER h 7001 C/1 1",
        "SERVER h 7001 CS1 -1",
        "SERVER h 7001 CS1 9223372036854775808",
        "SERVER [h] 7001 CS1 1",
        "server h 7001 CS1 1",
        "ERROR FILE_NOT_FOUND",
        "SERVER h 7001 CS1 1x",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct reply_location back;
        assert_row(rows[i], !reply_parse_location(slice_text(rows[i]), &back));
    }
}

#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void sources_are_locations_with_a_hash_if_one_is_known(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct reply_source back, source = {.at = {slice_text("::1"), 1, slice_text("CS-1"), 7}};
    (void)state;
    reply_put_source(&out, &source);
    source.sha256 = slice_text(DIGITS);
    reply_put_source(&out, &source);
    assert_slice(buffer_content(&out), "SOURCE ::1 1 CS-1 7 -\nSOURCE ::1 1 CS-1 7 " DIGITS "\n");
    assert_true(reply_parse_source(slice_text("SOURCE h 7001 CS1 600 -"), &back));
    assert_slice(back.at.address, "h");
    assert_int_equal(back.at.tcp_port, 7001);
    assert_slice(back.at.server_id, "CS1");
    assert_int_equal(back.at.size, 600);
    assert_slice(back.sha256, "");
    assert_true(reply_parse_source(slice_text("SOURCE h 7001 CS1 600 " DIGITS " more"), &back));
    assert_slice(back.sha256, DIGITS);
    buffer_fini(&out);
}

static void other_lines_are_no_source(void **state)
{
    static const char *const rows[] = {
        "",
        "SOURCE h 7001 CS1 600",
        "SOURCE h 7001 CS1 600 --",
        "SOURCE h 7001 CS1 600 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
        "SOURCE h 0 CS1 600 -",
        "SERVER h 7001 CS1 600 -",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct reply_source back;
        assert_row(rows[i], !reply_parse_source(slice_text(rows[i]), &back));
    }
}

static void what_is_known_of_a_file_is_put_and_read(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct reply_stat back, stat = {.size = 5, .number = 3, .name = slice_text("a  b")};
    (void)state;
    reply_put_stat(&out, &stat);
    stat.sha256 = slice_text(DIGITS);
    reply_put_stat(&out, &stat);
    assert_slice(buffer_content(&out), "STAT 5 - 3 a  b\nSTAT 5 " DIGITS " 3 a  b\n");
    assert_true(reply_parse_stat(slice_text("STAT 5 " DIGITS " 3 a  b"), &back));
    assert_int_equal(back.size, 5);
    assert_slice(back.sha256, DIGITS);
    assert_int_equal(back.number, 3);
    assert_slice(back.name, "a  b");
    assert_false(reply_parse_stat(slice_text("STAT 5 - 3"), &back));
    assert_false(reply_parse_stat(slice_text("STAT 5 - a"), &back));
    assert_false(reply_parse_stat(slice_text("STAT 5 x 3 a"), &back));
    assert_false(reply_parse_stat(slice_text("STAT - - 3 a"), &back));
    assert_false(reply_parse_stat(slice_text("STAT 5 - 3 ../a"), &back));
    buffer_fini(&out);
}

static void lists_of_chunks_are_put_and_read(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct reply_chunks back, chunks = {4194304, 2, slice_text("a b")};
    struct slice digits;
    (void)state;
    reply_put_chunks(&out, &chunks);
    reply_put_sha256(&out, slice_text(DIGITS));
    assert_slice(buffer_content(&out), "CHUNKS 4194304 2 a b\n" DIGITS "\n");
    assert_true(reply_parse_chunks(slice_text("CHUNKS 4194304 2 a b"), &back));
    assert_int_equal(back.chunk_size, 4194304);
    assert_int_equal(back.count, 2);
    assert_slice(back.name, "a b");
    assert_false(reply_parse_chunks(slice_text("CHUNKS 0 2 a"), &back));
    assert_false(reply_parse_chunks(slice_text("CHUNKS 1 -2 a"), &back));
    assert_false(reply_parse_chunks(slice_text("CHUNKS 1 2"), &back));
    assert_true(reply_parse_sha256(slice_text(DIGITS " "), &digits));
    assert_slice(digits, DIGITS);
    assert_false(reply_parse_sha256(slice_text("END"), &digits));
    buffer_fini(&out);
}

static void servers_are_put_and_read(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct reply_server back;
    struct reply_server dead = {slice_text("CS1"), slice_text("10.0.0.1"), 1, 0, false};
    struct reply_server alive = {slice_text("CS2"), slice_text("::1"), 7001, INT32_MAX, true};
    (void)state;
    reply_put_server(&out, &dead);
    reply_put_server(&out, &alive);
    assert_slice(buffer_content(&out),
                 "SERVER CS1 10.0.0.1 1 0 dead\nSERVER CS2 ::1 7001 2147483647 alive\n");
    assert_true(reply_parse_server(slice_text("SERVER CS2 ::1 7001 2147483647 alive"), &back));
    assert_slice(back.server_id, "CS2");
    assert_slice(back.address, "::1");
    assert_int_equal(back.tcp_port, 7001);
    assert_int_equal(back.load, INT32_MAX);
    assert_true(back.alive);
    assert_true(reply_parse_server(slice_text("SERVER CS1 localhost 1 0 dead"), &back));
    assert_false(back.alive);
    buffer_fini(&out);
}

static void other_lines_are_no_server(void **state)
{
    static const char *const rows[] = {
        "",
        "END",
        "SERVER CS1 h 7001 0",
        "SERVER CS1 h 7001 0 Alive",
        "SERVER CS1 h 7001 0 DEAD",
        "SERVER CS1 h 7001 0 undead",
        "SERVER CS1 h 7001 -1 alive",
        "SERVER CS1 h 7001 2147483648 alive",
        "SERVER CS1 h 0 0 alive",
        "SERVER C:1 h 7001 0 alive",
        "SERVER CS1 [h] 7001 0 alive",
        "FILE CS1 h 7001 0 alive",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct reply_server back;
        assert_row(rows[i], !reply_parse_server(slice_text(rows[i]), &back));
    }
}

static void files_are_put_and_read(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct slice name;
    uint64_t size;
    (void)state;
    reply_put_file(&out, slice_text("my  file 7"), 12);
    assert_slice(buffer_content(&out), "FILE my  file 7 12\n");
    assert_true(reply_parse_file(slice_text("FILE my  file 7 12"), &name, &size));
    assert_slice(name, "my  file 7");
    assert_int_equal(size, 12);
    buffer_fini(&out);
}

static void other_lines_are_no_file(void **state)
{
    static const char *const rows[] = {
        "",
        "END",
        "FILE",
        "FILE a",
        "FILE 12",
        "FILE a x",
        "FILE a -1",
        "FILE a 9223372036854775808",
        "FILE ../a 1",
        "FILE /a 1",
        "FILE a\\b 1",
        "file a 1",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice name;
        uint64_t size;
        assert_row(rows[i], !reply_parse_file(slice_text(rows[i]), &name, &size));
    }
}

static void bodies_are_announced_by_their_size(void **state)
{
    struct buffer out = BUFFER_INIT;
    uint64_t size = 0;
    (void)state;
    reply_put_body(&out, INT64_MAX);
    assert_slice(buffer_content(&out), "OK 9223372036854775807\n");
    assert_true(reply_parse_body(slice_text("OK 0012"), &size));
    assert_int_equal(size, 12);
    assert_true(reply_parse_body(slice_text("OK 9223372036854775807"), &size));
    assert_true(size == INT64_MAX);
    buffer_fini(&out);
}

static void other_lines_announce_no_body(void **state)
{
    static const char *const rows[] = {
        "", "OK", "OK x", "OK -1", "OK 1 2", "OK 9223372036854775808", "ok 1", "OKAY 1", "12",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t size;
        assert_row(rows[i], !reply_parse_body(slice_text(rows[i]), &size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_compared_without_their_line_feed),
        cmocka_unit_test(errors_begin_with_their_word),
        cmocka_unit_test(locations_are_put_and_read),
        cmocka_unit_test(trailing_fields_of_a_location_are_for_later_versions),
        cmocka_unit_test(other_lines_are_no_location),
        cmocka_unit_test(sources_are_locations_with_a_hash_if_one_is_known),
        cmocka_unit_test(other_lines_are_no_source),
        cmocka_unit_test(what_is_known_of_a_file_is_put_and_read),
        cmocka_unit_test(lists_of_chunks_are_put_and_read),
        cmocka_unit_test(servers_are_put_and_read),
        cmocka_unit_test(other_lines_are_no_server),
        cmocka_unit_test(files_are_put_and_read),
        cmocka_unit_test(other_lines_are_no_file),
        cmocka_unit_test(bodies_are_announced_by_their_size),
        cmocka_unit_test(other_lines_announce_no_body),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}

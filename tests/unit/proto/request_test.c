/* proto/request.h: which line is which request, from the protocol's text, line by line. */
#include "proto/request.h"

#include "expect.h"

enum { ALL = (1 << (VERB_UPDATE_LOAD + 1)) - 1 };

static enum request_status parse(const char *line, struct request *out)
{
    return request_parse(slice_text(line), ALL, out);
}

static void requests_without_fields_are_their_word(void **state)
{
    static const struct {
        const char *line;
        enum verb verb;
    } rows[] = {
        {"DONE_FILES", VERB_DONE_FILES},
        {"HELLO", VERB_HELLO},
        {"LIST_FILES", VERB_LIST_FILES},
        {"LIST_SERVERS", VERB_LIST_SERVERS},
        {"PING", VERB_PING},
        {"PING   ", VERB_PING},
        {"  HELLO", VERB_HELLO},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i].line, parse(rows[i].line, &request) == REQUEST_OK);
        assert_row_number(rows[i].line, request.verb, rows[i].verb);
    }
}

static void verbs_are_called_by_their_words(void **state)
{
    static const char *const rows[] = {"ADD_FILE CS1 a 1", "PING", "REGISTER_INDEX ::1 1"};
    static const char *const words[] = {"ADD_FILE", "PING", "REGISTER_INDEX"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i], parse(rows[i], &request) == REQUEST_OK);
        assert_string_equal(request_verb_text(request.verb), words[i]);
    }
}

static void registrations_have_an_id_and_ports(void **state)
{
    static const struct {
        const char *line, *id, *address;
        uint16_t tcp, udp;
    } rows[] = {
        {"REGISTER CS1 7001 7002", "CS1", "", 7001, 7002},
        {"REGISTER a 1 65535", "a", "", 1, 65535},
        {"REGISTER   CS1  7001   7002  ", "CS1", "", 7001, 7002},
        {"REGISTER A-z_0.9 007001 000007002", "A-z_0.9", "", 7001, 7002},
        {"REGISTER CS1 7001 7002 10.0.0.1", "CS1", "10.0.0.1", 7001, 7002},
        {"REGISTER CS1 7001 7002 fe80::1%eth0", "CS1", "fe80::1%eth0", 7001, 7002},
        {"REGISTER CS1 7001 7002 files.example.org", "CS1", "files.example.org", 7001, 7002},
        {"REGISTER . 7001 7002", ".", "", 7001, 7002},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        const char *line = rows[i].line;
        assert_row(line, parse(line, &request) == REQUEST_OK);
        assert_row(line, request.verb == VERB_REGISTER);
        assert_row_slice(line, request.server_id, rows[i].id);
        assert_row_slice(line, request.address, rows[i].address);
        assert_row_number(line, request.tcp_port, rows[i].tcp);
        assert_row_number(line, request.udp_port, rows[i].udp);
    }
}

static void added_files_have_a_name_and_a_size(void **state)
{
    static const struct {
        const char *line, *id, *name;
        uint64_t size;
    } rows[] = {
        {"ADD_FILE CS1 a.txt 0", "CS1", "a.txt", 0},
        {"ADD_FILE CS1 my file.txt 12", "CS1", "my file.txt", 12},
        {"ADD_FILE CS1   my  file.txt   12", "CS1", "my  file.txt", 12},
        {"ADD_FILE CS1 12 12", "CS1", "12", 12},
        {"ADD_FILE CS1 a 5 12", "CS1", "a 5", 12},
        {"ADD_FILE CS1 a/b/c.bin 9223372036854775807", "CS1", "a/b/c.bin", INT64_MAX},
        {"ADD_FILE CS1 a 0000000000000000000000000007", "CS1", "a", 7},
        {"ADD_FILE CS1 \xc3\xa4\xff 1", "CS1", "\xc3\xa4\xff", 1},
        {"ADD_FILE CS1 -x 1", "CS1", "-x", 1},
        {"ADD_FILE CS1 .hidden/..x 1", "CS1", ".hidden/..x", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        const char *line = rows[i].line;
        assert_row(line, parse(line, &request) == REQUEST_OK);
        assert_row(line, request.verb == VERB_ADD_FILE);
        assert_row_slice(line, request.server_id, rows[i].id);
        assert_row_slice(line, request.name, rows[i].name);
        assert_row_number(line, request.size, rows[i].size);
    }
}

static void a_get_takes_the_rest_of_the_line_whatever_it_is(void **state)
{
    static const struct {
        const char *line, *name;
    } rows[] = {
        {"GET a", "a"},
        {"GET my  file.txt  ", "my  file.txt"},
        {"GET   a", "a"},
        {"GET ../../etc/passwd", "../../etc/passwd"},
        {"GET /index.html HTTP/1.1", "/index.html HTTP/1.1"},
        {"GET a\\b", "a\\b"},
        {"GET \t", "\t"},
        {"GET GET", "GET"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i].line, parse(rows[i].line, &request) == REQUEST_OK);
        assert_row(rows[i].line, request.verb == VERB_GET);
        assert_row_slice(rows[i].line, request.name, rows[i].name);
    }
}

static void questions_about_a_file_take_any_name(void **state)
{
    static const struct {
        const char *line, *name;
        enum verb verb;
    } rows[] = {
        {"LOCATE my  file.txt  ", "my  file.txt", VERB_LOCATE},
        {"LOCATE ../x", "../x", VERB_LOCATE},
        {"STAT a", "a", VERB_STAT},
        {"STAT \\", "\\", VERB_STAT},
        {"CHUNKS a/b c", "a/b c", VERB_CHUNKS},
        {"CHUNKS /", "/", VERB_CHUNKS},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i].line, parse(rows[i].line, &request) == REQUEST_OK);
        assert_row_number(rows[i].line, request.verb, rows[i].verb);
        assert_row_slice(rows[i].line, request.name, rows[i].name);
    }
}

static void ranges_have_an_offset_and_a_length_before_the_name(void **state)
{
    static const struct {
        const char *line, *name;
        uint64_t offset, length;
    } rows[] = {
        {"GET_RANGE 0 0 a", "a", 0, 0},
        {"GET_RANGE 0 9 12", "12", 0, 9},
        {"GET_RANGE 4194304 1 my file 7", "my file 7", 4194304, 1},
        {"GET_RANGE 9223372036854775807 9223372036854775807 ../x", "../x", INT64_MAX, INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i].line, parse(rows[i].line, &request) == REQUEST_OK);
        assert_row(rows[i].line, request.verb == VERB_GET_RANGE);
        assert_row_slice(rows[i].line, request.name, rows[i].name);
        assert_row_number(rows[i].line, request.offset, rows[i].offset);
        assert_row_number(rows[i].line, request.length, rows[i].length);
    }
}

#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void hashes_come_before_the_name(void **state)
{
    struct request request;
    (void)state;
    assert_true(parse("FILE_HASH CS1 " DIGITS " my file", &request) == REQUEST_OK);
    assert_int_equal(request.verb, VERB_FILE_HASH);
    assert_slice(request.server_id, "CS1");
    assert_slice(request.sha256, DIGITS);
    assert_slice(request.name, "my file");
}

static void words_about_a_server_name_it(void **state)
{
    static const struct {
        const char *line;
        enum verb verb;
        uint64_t number; /* load or timestamp */
    } rows[] = {
        {"UPDATE_LOAD CS1 0", VERB_UPDATE_LOAD, 0},
        {"UPDATE_LOAD CS1 2147483647", VERB_UPDATE_LOAD, INT32_MAX},
        {"SERVER_DOWN CS1 1735689605", VERB_SERVER_DOWN, 1735689605},
        {"SERVER_DOWN CS1 0", VERB_SERVER_DOWN, 0},
        {"SERVER_UP CS1 9223372036854775807", VERB_SERVER_UP, INT64_MAX},
        {"LEAVE CS1", VERB_LEAVE, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        const char *line = rows[i].line;
        assert_row(line, parse(line, &request) == REQUEST_OK);
        assert_row_number(line, request.verb, rows[i].verb);
        assert_row_slice(line, request.server_id, "CS1");
        assert_row_number(line, request.load + (uint64_t)request.timestamp, rows[i].number);
    }
}

static void other_requests_have_their_fields(void **state)
{
    struct request request;
    (void)state;
    assert_int_equal(parse("REGISTER_INDEX localhost 5001", &request), REQUEST_OK);
    assert_int_equal(request.verb, VERB_REGISTER_INDEX);
    assert_slice(request.address, "localhost");
    assert_int_equal(request.tcp_port, 5001);
    assert_int_equal(parse("REMOVE_FILE CS1  my file ", &request), REQUEST_OK);
    assert_int_equal(request.verb, VERB_REMOVE_FILE);
    assert_slice(request.server_id, "CS1");
    assert_slice(request.name, "my file");
}

static void missing_surplus_and_bad_fields_are_invalid(void **state)
{
    static const char *const rows[] = {
        /* missing */
        "REGISTER",
        "REGISTER CS1",
        "REGISTER CS1 7001",
        "ADD_FILE",
        "ADD_FILE CS1",
        "ADD_FILE CS1 12",
        "ADD_FILE CS1 a",
        "ADD_FILE CS1 a b",
        "GET",
        "GET   ",
        "LOCATE",
        "STAT",
        "CHUNKS ",
        "GET_RANGE",
        "GET_RANGE 0",
        "GET_RANGE 0 9",
        "GET_RANGE -1 9 a",
        "GET_RANGE 0 x a",
        "GET_RANGE 0 9223372036854775808 a",
        "FILE_HASH CS1",
        "FILE_HASH CS1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "FILE_HASH CS1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0 a",
        "FILE_HASH CS1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff ../a",
        "FILE_HASH CS1 - a",
        "UPDATE_LOAD",
        "UPDATE_LOAD CS1",
        "SERVER_DOWN",
        "SERVER_DOWN CS1",
        "SERVER_UP CS1",
        "LEAVE",
        "REMOVE_FILE",
        "REMOVE_FILE CS1",
        "REGISTER_INDEX",
        "REGISTER_INDEX localhost",
        /* surplus */
        "HELLO you",
        "PING 1",
        "DONE_FILES CS1",
        "LIST_FILES *",
        "LIST_SERVERS x",
        "LEAVE CS1 now",
        "REGISTER CS1 7001 7002 10.0.0.1 x",
        "UPDATE_LOAD CS1 1 2",
        "SERVER_DOWN CS1 1 2",
        "REGISTER_INDEX localhost 5001 5002",
        /* ids */
        "REGISTER CS/1 7001 7002",
        "REGISTER CS\xc3\xa4 7001 7002",
        "REGISTER CS:1 7001 7002",
        "ADD_FILE C*S a 1",
        "LEAVE a\tb",
        /* ports */
        "REGISTER CS1 0 7002",
        "REGISTER CS1 7001 0",
        "REGISTER CS1 65536 7002",
        "REGISTER CS1 7001 65536",
        "REGISTER CS1 000 7002",
        "REGISTER CS1 -1 7002",
        "REGISTER CS1 +7001 7002",
        "REGISTER CS1 0x1b59 7002",
        "REGISTER CS1 7001x 7002",
        "REGISTER CS1 7001.0 7002",
        "REGISTER CS1 99999999999999999999 7002",
        "REGISTER_INDEX localhost 0",
        "REGISTER_INDEX localhost 65536",
        /* addresses */
        "REGISTER CS1 7001 7002 a/b",
        "REGISTER_INDEX [::1] 5001",
        "REGISTER_INDEX a,b 5001",
        /* sizes */
        "ADD_FILE CS1 a -1",
        "ADD_FILE CS1 a +1",
        "ADD_FILE CS1 a 9223372036854775808",
        "ADD_FILE CS1 a 0x1",
        "ADD_FILE CS1 a 1k",
        "ADD_FILE CS1 a 1.5",
        "ADD_FILE CS1 a 18446744073709551616",
        /* loads and times */
        "UPDATE_LOAD CS1 2147483648",
        "UPDATE_LOAD CS1 -1",
        "UPDATE_LOAD CS1 x",
        "SERVER_DOWN CS1 9223372036854775808",
        "SERVER_DOWN CS1 -1",
        "SERVER_DOWN CS1 1.5",
        /* names */
        "ADD_FILE CS1 / 1",
        "ADD_FILE CS1 /a 1",
        "ADD_FILE CS1 a/ 1",
        "ADD_FILE CS1 a//b 1",
        "ADD_FILE CS1 . 1",
        "ADD_FILE CS1 .. 1",
        "ADD_FILE CS1 a/../b 1",
        "ADD_FILE CS1 a\\b 1",
        "ADD_FILE CS1 a\tb 1",
        "ADD_FILE CS1 a\x7f 1",
        "REMOVE_FILE CS1 ..",
        "REMOVE_FILE CS1 /a",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i], parse(rows[i], &request) == REQUEST_INVALID);
    }
}

static void other_words_are_unknown(void **state)
{
    static const char *const rows[] = {
        "get a",
        "Get a",
        "GETS a",
        "GE a",
        "HELLO\t",
        "HELLO\r",
        "\tHELLO",
        "REGISTER\tCS1 1 2",
        "GET_RANGES 0 9 f",
        "STATS f",
        "CHUNK f",
        "LOCATES f",
        "AUTH",
        "QUIT",
        "   ",
        "\xff",
        "1",
        "FILE_HASHES CS1 0 f",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        assert_row(rows[i], parse(rows[i], &request) == REQUEST_UNKNOWN);
    }
}

static void verbs_of_other_ports_are_unknown(void **state)
{
    struct request request;
    struct slice get = slice_text("GET a"), bad = slice_text("REGISTER");
    (void)state;
    assert_int_equal(request_parse(get, VERB_BIT(VERB_PING), &request), REQUEST_UNKNOWN);
    assert_int_equal(request_parse(get, VERB_BIT(VERB_GET), &request), REQUEST_OK);
    assert_int_equal(request_parse(get, 0, &request), REQUEST_UNKNOWN);
    assert_int_equal(request_parse(bad, VERB_BIT(VERB_GET), &request), REQUEST_UNKNOWN);
}

static void a_zero_byte_is_part_of_its_field(void **state)
{
    struct request request;
    (void)state;
    assert_int_equal(request_parse(slice_of("GET a\0b", 7), ALL, &request), REQUEST_OK);
    assert_slices(request.name, slice_of("a\0b", 3));
    assert_int_equal(request_parse(slice_of("LEAVE a\0b", 9), ALL, &request), REQUEST_INVALID);
    assert_int_equal(request_parse(slice_of("PING\0", 5), ALL, &request), REQUEST_UNKNOWN);
}

/* A line of a verb, a field of `size` bytes, and the rest. */
static enum request_status parse_long(const char *before, size_t size, const char *after)
{
    struct request request;
    struct buffer line = BUFFER_INIT;
    char *field = text_of('x', size);
    buffer_put_text(&line, before);
    buffer_put_text(&line, field);
    buffer_put_text(&line, after);
    enum request_status status = request_parse(buffer_content(&line), ALL, &request);
    buffer_fini(&line);
    free(field);
    return status;
}

static void fields_may_be_as_long_as_their_limit_and_no_longer(void **state)
{
    static const struct {
        const char *before, *after;
        size_t max;
    } rows[] = {
        {"LEAVE ", "", 64},
        {"REGISTER ", " 7001 7002", 64},
        {"UPDATE_LOAD ", " 1", 64},
        {"SERVER_DOWN ", " 1", 64},
        {"ADD_FILE ", " name 1", 64},
        {"ADD_FILE CS1 ", " 1", 1024},
        {"REMOVE_FILE CS1 ", "", 1024},
        {"REGISTER CS1 7001 7002 ", "", 255},
        {"REGISTER_INDEX ", " 5001", 255},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *before = rows[i].before, *after = rows[i].after;
        assert_row(before, parse_long(before, rows[i].max, after) == REQUEST_OK);
        assert_row(before, parse_long(before, rows[i].max + 1, after) == REQUEST_INVALID);
        assert_row(before, parse_long(before, 8000, after) == REQUEST_INVALID);
    }
}

static void a_get_of_an_overlong_name_is_still_a_get(void **state)
{
    (void)state;
    assert_int_equal(parse_long("GET ", 1025, ""), REQUEST_OK);
    assert_int_equal(parse_long("GET ", 8000, ""), REQUEST_OK);
}

static void requests_come_back_as_they_were_encoded(void **state)
{
    static const char *const rows[] = {
        "ADD_FILE CS1 my  file.txt 12",
        "DONE_FILES",
        "GET a b  c",
        "HELLO",
        "LEAVE CS1",
        "LIST_FILES",
        "LIST_SERVERS",
        "PING",
        "REGISTER CS1 1 65535",
        "REGISTER CS1 7001 7002 ::1",
        "REGISTER_INDEX localhost 5001",
        "REMOVE_FILE CS1 my file",
        "SERVER_DOWN CS1 1735689605",
        "SERVER_UP CS1 9223372036854775807",
        "UPDATE_LOAD CS1 2147483647",
        "ADD_FILE CS1 5 9223372036854775807",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct request request;
        struct buffer out = BUFFER_INIT;
        assert_row(rows[i], parse(rows[i], &request) == REQUEST_OK);
        request_encode(&out, &request);
        struct slice line = buffer_content(&out);
        assert_row(rows[i], line.size > 0 && line.data[line.size - 1] == '\n');
        assert_row_slice(rows[i], slice_of(line.data, line.size - 1), rows[i]);
        buffer_fini(&out);
    }
}

static void surplus_spaces_and_zeros_are_gone_after_encoding(void **state)
{
    struct request request;
    struct buffer out = BUFFER_INIT;
    (void)state;
    assert_int_equal(parse("  REGISTER  CS1   0007001 7002 ", &request), REQUEST_OK);
    request_encode(&out, &request);
    assert_slice(buffer_content(&out), "REGISTER CS1 7001 7002\n");
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_without_fields_are_their_word),
        cmocka_unit_test(verbs_are_called_by_their_words),
        cmocka_unit_test(registrations_have_an_id_and_ports),
        cmocka_unit_test(added_files_have_a_name_and_a_size),
        cmocka_unit_test(a_get_takes_the_rest_of_the_line_whatever_it_is),
        cmocka_unit_test(questions_about_a_file_take_any_name),
        cmocka_unit_test(ranges_have_an_offset_and_a_length_before_the_name),
        cmocka_unit_test(hashes_come_before_the_name),
        cmocka_unit_test(words_about_a_server_name_it),
        cmocka_unit_test(other_requests_have_their_fields),
        cmocka_unit_test(missing_surplus_and_bad_fields_are_invalid),
        cmocka_unit_test(other_words_are_unknown),
        cmocka_unit_test(verbs_of_other_ports_are_unknown),
        cmocka_unit_test(a_zero_byte_is_part_of_its_field),
        cmocka_unit_test(fields_may_be_as_long_as_their_limit_and_no_longer),
        cmocka_unit_test(a_get_of_an_overlong_name_is_still_a_get),
        cmocka_unit_test(requests_come_back_as_they_were_encoded),
        cmocka_unit_test(surplus_spaces_and_zeros_are_gone_after_encoding),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}

/* answer.h: right answers are taken however they are cut, wrong ones are noticed. */
#include "answer.h"

#include <stdlib.h>

#include "expect.h"
#include "testing.h"

struct row {
    enum dialect dialect;
    uint64_t size;
    const char *text;
};

static const struct row right[] = {
    {DIALECT_INDEX, 500, "SERVER 127.0.0.1 7001 CS1 500\n"},
    {DIALECT_INDEX, 0, "SERVER ::1 7001 CS1 0\r\n"},
    {DIALECT_INDEX, 1048576, "SERVER host.example 65535 a-b.c 1048576\n"},
    {DIALECT_REDIS, 500, "$29\r\nSERVER 127.0.0.1 7001 CS1 500\r\n"},
    {DIALECT_FILL, 500, "+OK\r\n"},
    {DIALECT_CONTENT, 0, "OK 0\n"},
    {DIALECT_CONTENT, 5, "OK 5\nab\nc\n"},
    {DIALECT_CONTENT, 5, "OK 5\n\n\n\n\n\n"},
    {DIALECT_HTTP, 3,
     "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 3\r\nETag: \"1\"\r\n\r\nabc"},
    {DIALECT_HTTP, 0, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {DIALECT_PING, 0, "PONG\n"},
};

static const struct row wrong[] = {
    {DIALECT_INDEX, 500, "ERROR FILE_NOT_FOUND\n"},
    {DIALECT_INDEX, 500, "SERVER 127.0.0.1 7001 CS1 5000\n"},
    {DIALECT_INDEX, 500, "SERVER 127.0.0.1 7001 CS1 1500\n"},
    {DIALECT_INDEX, 500, "SERVER 127.0.0.1 7001 CS1 00\n"},
    {DIALECT_INDEX, 500, "500\n"},
    {DIALECT_INDEX, 500, "\n"},
    {DIALECT_REDIS, 500, "$-1\r\n"},
    {DIALECT_REDIS, 500, "-ERR unknown command\r\n"},
    {DIALECT_REDIS, 500, "$29\r\nSERVER 127.0.0.1 7001 CS1 501\r\n"},
    {DIALECT_FILL, 500, "-OOM command not allowed\r\n"},
    {DIALECT_CONTENT, 5, "OK 6\nabcdef"},
    {DIALECT_CONTENT, 5, "ERROR FILE_NOT_FOUND\n"},
    {DIALECT_CONTENT, 5, "OK 5x\nabcde"},
    {DIALECT_HTTP, 3, "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc"},
    {DIALECT_HTTP, 3, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"},
    {DIALECT_HTTP, 3, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"},
    {DIALECT_PING, 0, "ERROR UNKNOWN_COMMAND\n"},
};

/* Feeds the text in pieces of this size; what became of it, and how much of it was left. */
static enum answer_status feed(struct answer *answer, const struct row *row, struct slice text,
                               size_t piece, size_t *left)
{
    enum answer_status status = ANSWER_MORE;
    while (status == ANSWER_MORE && text.size > 0) {
        size_t size = text.size < piece ? text.size : piece;
        struct slice bytes = slice_of(text.data, size);
        status = answer_take(answer, row->dialect, row->size, &bytes);
        assert_true(status != ANSWER_MORE || bytes.size == 0);
        text = slice_of(text.data + size - bytes.size, text.size - size + bytes.size);
    }
    *left = text.size;
    return status;
}

static void right_answers_are_taken_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        for (size_t piece = 1; piece <= strlen(right[i].text); piece++) {
            struct answer answer = {0};
            size_t left;
            enum answer_status status =
                feed(&answer, &right[i], slice_text(right[i].text), piece, &left);
            assert_row_number(right[i].text, status, ANSWER_DONE);
            assert_row_number(right[i].text, left, 0);
        }
    }
}

static void answers_follow_each_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        struct answer answer = {0};
        char text[1024];
        size_t size = strlen(right[i].text), left;
        for (size_t n = 0; n < 3; n++)
            memcpy(text + n * size, right[i].text, size);
        for (size_t n = 0; n < 3; n++) {
            struct slice rest = slice_of(text + n * size, (3 - n) * size);
            assert_row_number(right[i].text, feed(&answer, &right[i], rest, SIZE_MAX, &left),
                              ANSWER_DONE);
            assert_row_number(right[i].text, left, (2 - n) * size);
        }
    }
}

static void wrong_answers_are_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        for (size_t piece = 1; piece <= strlen(wrong[i].text); piece++) {
            struct answer answer = {0};
            size_t left;
            enum answer_status status =
                feed(&answer, &wrong[i], slice_text(wrong[i].text), piece, &left);
            assert_row_number(wrong[i].text, status, ANSWER_WRONG);
        }
    }
}

static void a_length_of_an_answer_before_does_not_count(void **state)
{
    const struct row row = {DIALECT_HTTP, 3, NULL};
    struct answer answer = {0};
    size_t left;
    (void)state;
    assert_int_equal(feed(&answer, &row,
                          slice_text("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), 99, &left),
                     ANSWER_DONE);
    assert_int_equal(feed(&answer, &row, slice_text("HTTP/1.1 200 OK\r\n\r\nabc"), 99, &left),
                     ANSWER_WRONG);
}

static void an_endless_line_is_wrong(void **state)
{
    struct answer answer = {0};
    char line[ANSWER_LINE_MAX + 1];
    struct slice bytes = slice_of(line, sizeof line);
    (void)state;
    memset(line, 'x', sizeof line);
    assert_int_equal(answer_take(&answer, DIALECT_INDEX, 1, &bytes), ANSWER_WRONG);
}

static void requests_are_in_each_server_s_words(void **state)
{
    static const struct row rows[] = {
        {DIALECT_INDEX, 7, "GET d/f\n"},
        {DIALECT_CONTENT, 7, "GET d/f\n"},
        {DIALECT_HTTP, 7, "GET /d/f HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {DIALECT_REDIS, 7, "*2\r\n$3\r\nGET\r\n$3\r\nd/f\r\n"},
        {DIALECT_FILL, 7, "*3\r\n$3\r\nSET\r\n$3\r\nd/f\r\n$27\r\nSERVER 127.0.0.1 7001 CS1 7\r\n"},
        {DIALECT_PING, 7, "PING\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer out = BUFFER_INIT;
        dialect_ask(&out, rows[i].dialect, slice_text("d/f"), rows[i].size);
        assert_slice(buffer_content(&out), rows[i].text);
        buffer_fini(&out);
    }
}

static void dialects_have_names(void **state)
{
    enum dialect dialect;
    (void)state;
    assert_true(dialect_parse("index", &dialect));
    assert_int_equal(dialect, DIALECT_INDEX);
    assert_true(dialect_parse("http", &dialect));
    assert_int_equal(dialect, DIALECT_HTTP);
    assert_false(dialect_parse("gopher", &dialect));
    assert_false(dialect_parse("", &dialect));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_answers_are_taken_in_pieces_of_any_size),
        cmocka_unit_test(answers_follow_each_other),
        cmocka_unit_test(wrong_answers_are_noticed),
        cmocka_unit_test(a_length_of_an_answer_before_does_not_count),
        cmocka_unit_test(an_endless_line_is_wrong),
        cmocka_unit_test(requests_are_in_each_server_s_words),
        cmocka_unit_test(dialects_have_names),
    };
    return cmocka_run_group_tests_name("bench/answer", tests, NULL, NULL);
}

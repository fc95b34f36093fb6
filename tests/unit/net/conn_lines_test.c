/* net/conn.h: lines, however their bytes come. */
#include "plat/process.h"
#include "seeded.h"
#include "wire.h"

enum { LIMIT = 8192 }; /* bytes of a line with its LF */

static void one_byte_at_a_time_makes_the_same_lines(void **state)
{
    struct wire *w = *state;
    static const char text[] = "HELLO\r\n\nGET my file\n\r\nx";
    for (size_t i = 0; i < sizeof text - 1; i++) {
        wire_send(w, text + i, 1);
        wire_turn(w);
    }
    wire_wait_lines(w, 2);
    assert_slice(buffer_content(&w->lines), "HELLO\nGET my file\n");
    wire_send_text(w, "\n");
    wire_wait_lines(w, 3);
    assert_slice(buffer_content(&w->lines), "HELLO\nGET my file\nx\n");
}

static void many_lines_in_one_write_are_answered_in_order(void **state)
{
    struct wire *w = *state;
    struct buffer text = BUFFER_INIT;
    w->answer = wire_echo;
    for (uint64_t i = 0; i < 10000; i++) {
        buffer_put_number(&text, i);
        buffer_put_char(&text, '\n');
    }
    struct slice all = buffer_content(&text);
    wire_send(w, all.data, all.size);
    wire_wait_bytes(w, all.size);
    assert_slices(buffer_content(&w->lines), all);
    assert_slices(buffer_content(&w->got), all);
    buffer_fini(&text);
}

/* Sends lines cut anywhere; empty ones, long ones and CRs among them. */
static void random_cuts_make_the_same_lines(void **state)
{
    struct wire *w = *state;
    struct buffer text = BUFFER_INIT, expected = BUFFER_INIT;
    struct seeded random;
    char *filler = text_of('x', LIMIT);
    seeded_init(&random, "conn lines");
    for (int i = 0; i < 300; i++) {
        size_t size = seeded_below(&random, seeded_below(&random, 8) == 0 ? LIMIT - 1 : 20);
        buffer_put(&text, filler, size);
        buffer_put_text(&text, seeded_below(&random, 2) ? "\r\n" : "\n");
        if (size == 0)
            continue;
        buffer_put(&expected, filler, size);
        buffer_put_char(&expected, '\n');
    }
    while (buffer_size(&text) > 0) {
        size_t size = 1 + seeded_below(&random, seeded_below(&random, 2) ? 5 : 5000);
        size = size < buffer_size(&text) ? size : buffer_size(&text);
        wire_send(w, buffer_content(&text).data, size);
        buffer_consume(&text, size);
        if (seeded_below(&random, 3) == 0)
            wire_turn(w);
    }
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_slices(buffer_content(&w->lines), buffer_content(&expected));
    buffer_fini(&text);
    buffer_fini(&expected);
    free(filler);
}

/* A line of so many bytes with its end. */
static void send_line_of(struct wire *w, size_t size, const char *end)
{
    char *text = text_of('x', size);
    memcpy(text + size - strlen(end), end, strlen(end));
    wire_send(w, text, size);
    free(text);
}

static void a_line_of_exactly_the_limit_is_taken(void **state)
{
    struct wire *w = *state;
    send_line_of(w, LIMIT, "\n");
    send_line_of(w, LIMIT, "\r\n");
    wire_wait_lines(w, 2);
    assert_int_equal(buffer_size(&w->lines), LIMIT + LIMIT - 1);
}

static void expect_refusal(struct wire *w)
{
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_END, w->peer_status);
    assert_slice(buffer_content(&w->got), "ERROR INVALID_FORMAT\n");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_int_equal(w->reason, 0);
    assert_int_equal(w->line_count, 0);
}

static void a_line_of_one_byte_more_is_refused_and_closes(void **state)
{
    send_line_of(*state, LIMIT + 1, "\n");
    expect_refusal(*state);
}

static void a_line_that_never_ends_is_refused_at_the_limit(void **state)
{
    send_line_of(*state, LIMIT, "x");
    expect_refusal(*state);
}

static void a_long_line_in_small_pieces_is_refused_too(void **state)
{
    for (int i = 0; i < 9; i++) {
        send_line_of(*state, 1000, "x");
        wire_turn(*state);
    }
    expect_refusal(*state);
}

static void lines_before_a_long_one_are_answered_and_none_after_it(void **state)
{
    struct wire *w = *state;
    w->answer = wire_echo;
    wire_send_text(w, "first\n");
    send_line_of(w, LIMIT + 1, "\n");
    wire_send_text(w, "last\n");
    wire_wait(w, wire_peer_has_ended);
    assert_slice(buffer_content(&w->got), "first\nERROR INVALID_FORMAT\n");
    assert_slice(buffer_content(&w->lines), "first\n");
}

static void without_words_for_it_a_long_line_just_closes(void **state)
{
    struct wire *w = *state;
    w->handler.too_long = NULL;
    send_line_of(w, LIMIT + 1, "\n");
    wire_wait(w, wire_is_closed);
    assert_status(PLAT_ERR_TOO_LARGE, w->reason);
    wire_wait(w, wire_peer_has_ended);
    assert_int_equal(buffer_size(&w->got), 0);
}

static void a_last_line_without_line_feed_counts(void **state)
{
    struct wire *w = *state;
    w->answer = wire_echo;
    wire_send_text(w, "one\ntwo\r");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_peer_has_ended);
    wire_wait(w, wire_is_closed);
    assert_slice(buffer_content(&w->got), "one\ntwo\n");
    assert_status(PLAT_END, w->reason);
}

static void a_last_line_that_came_before_its_end_counts(void **state)
{
    struct wire *w = *state;
    w->answer = wire_echo;
    wire_send_text(w, "PING");
    wire_idle(w);
    assert_int_equal(w->line_count, 0);
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    wire_wait(w, wire_peer_has_ended);
    assert_slice(buffer_content(&w->got), "PING\n");
}

static void an_end_without_lines_makes_none(void **state)
{
    struct wire *w = *state;
    wire_send_text(w, "\r\n\n\r");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_status(PLAT_END, w->reason);
    assert_int_equal(w->line_count, 0);
}

static void put_much(struct wire *w, struct slice line)
{
    char *text = text_of(line.data[0], 100000);
    buffer_put_text(conn_out(&w->conn), text);
    free(text);
}

static void a_half_closed_peer_gets_all_its_answers(void **state)
{
    struct wire *w = *state;
    w->answer = put_much;
    for (int i = 0; i < 50; i++)
        wire_send_text(w, "a\nb\n");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_END, w->peer_status);
    assert_int_equal(w->line_count, 100);
    assert_int_equal(buffer_size(&w->got), 100 * 100000);
    wire_wait(w, wire_is_closed);
    assert_status(PLAT_END, w->reason);
}

static void become_busy(struct wire *w, struct slice line)
{
    conn_set_busy(&w->conn, slice_is(line, "work"));
}

static void no_line_is_handled_while_the_owner_is_busy(void **state)
{
    struct wire *w = *state;
    w->answer = become_busy;
    wire_send_text(w, "work\nnext\n");
    wire_wait_lines(w, 1);
    wire_send_text(w, "third\n");
    wire_idle(w);
    assert_int_equal(w->line_count, 1);
    conn_set_busy(&w->conn, false);
    conn_flush(&w->conn);
    wire_wait_lines(w, 3);
    assert_slice(buffer_content(&w->lines), "work\nnext\nthird\n");
}

static void expect_body(struct wire *w, struct slice line)
{
    if (slice_is(line, "body"))
        conn_expect(&w->conn, 10);
}

static void announced_bytes_are_no_lines(void **state)
{
    struct wire *w = *state;
    w->answer = expect_body;
    wire_send_text(w, "body\n0123\n56");
    wire_turn(w);
    wire_send_text(w, "7\n9after\nbody\n");
    wire_wait_lines(w, 3);
    assert_slice(buffer_content(&w->bytes), "0123\n567\n9");
    assert_slice(buffer_content(&w->lines), "body\nafter\nbody\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        wire_test(one_byte_at_a_time_makes_the_same_lines),
        wire_test(many_lines_in_one_write_are_answered_in_order),
        wire_test(random_cuts_make_the_same_lines),
        wire_test(a_line_of_exactly_the_limit_is_taken),
        wire_test(a_line_of_one_byte_more_is_refused_and_closes),
        wire_test(a_line_that_never_ends_is_refused_at_the_limit),
        wire_test(a_long_line_in_small_pieces_is_refused_too),
        wire_test(lines_before_a_long_one_are_answered_and_none_after_it),
        wire_test(without_words_for_it_a_long_line_just_closes),
        wire_test(a_last_line_without_line_feed_counts),
        wire_test(a_last_line_that_came_before_its_end_counts),
        wire_test(an_end_without_lines_makes_none),
        wire_test(a_half_closed_peer_gets_all_its_answers),
        wire_test(no_line_is_handled_while_the_owner_is_busy),
        wire_test(announced_bytes_are_no_lines),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn: lines", tests, NULL, NULL);
}

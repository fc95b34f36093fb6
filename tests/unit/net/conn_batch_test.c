/* net/conn.h: owners who take lines by the batch. */
#include "plat/process.h"
#include "wire.h"

enum { LIMIT = 8192 }; /* bytes of a line with its LF */

/* Takes lines up to a line "stop", at which it is busy for a while. */
static size_t take_lines(struct conn *conn, const struct slice *lines, size_t count)
{
    struct wire *w = conn->owner;
    assert_true(count >= 1 && count <= CONN_LINES_MOST);
    w->number = count > w->number ? count : w->number;
    for (size_t i = 0; i < count; i++) {
        buffer_put_slice(&w->lines, lines[i]);
        buffer_put_char(&w->lines, '\n');
        w->line_count++;
        if (slice_is(lines[i], "stop"))
            conn_set_busy(conn, true);
        if (!conn_takes_lines(conn))
            return i + 1;
    }
    return count;
}

static int setup(void **state)
{
    int rc = wire_setup(state);
    if (rc == 0)
        ((struct wire *)*state)->handler.on_lines = take_lines;
    return rc;
}

#define batch_test(f) cmocka_unit_test_setup_teardown(f, setup, wire_teardown)

static void lines_that_come_together_are_given_together(void **state)
{
    struct wire *w = *state;
    struct buffer text = BUFFER_INIT, expected = BUFFER_INIT;
    for (uint64_t i = 0; i < 5000; i++) {
        buffer_put_number(&text, i);
        buffer_put_text(&text, i % 3 ? "\n" : "\r\n\n  \n");
        buffer_put_number(&expected, i);
        buffer_put_char(&expected, '\n');
    }
    wire_send(w, buffer_content(&text).data, buffer_size(&text));
    wire_wait_lines(w, 5000);
    assert_slices(buffer_content(&w->lines), buffer_content(&expected));
    assert_true(w->number >= CONN_LINES_MOST / 2); /* blank ones were among them */
    buffer_fini(&text);
    buffer_fini(&expected);
}

static void a_busy_owner_is_given_the_rest_later(void **state)
{
    struct wire *w = *state;
    wire_send_text(w, "a\nb\nstop\nc\n\nd\n");
    wire_wait_lines(w, 3);
    wire_idle(w);
    assert_slice(buffer_content(&w->lines), "a\nb\nstop\n");
    conn_set_busy(&w->conn, false);
    conn_flush(&w->conn);
    assert_slice(buffer_content(&w->lines), "a\nb\nstop\nc\nd\n");
}

static void lines_before_one_that_is_too_long_are_given_first(void **state)
{
    struct wire *w = *state;
    char *line = text_of('x', LIMIT + 1);
    wire_send_text(w, "a\nb\n");
    wire_send_text(w, line);
    wire_wait(w, wire_peer_has_ended);
    assert_slice(buffer_content(&w->got), "ERROR INVALID_FORMAT\n");
    assert_slice(buffer_content(&w->lines), "a\nb\n");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    free(line);
}

static void a_line_that_is_too_long_waits_for_a_busy_owner(void **state)
{
    struct wire *w = *state;
    char *line = text_of('x', LIMIT + 1);
    wire_send_text(w, "a\nstop\n");
    wire_send_text(w, line);
    wire_wait_lines(w, 2);
    wire_idle(w);
    assert_int_equal(buffer_size(&w->got), 0);
    conn_set_busy(&w->conn, false);
    conn_flush(&w->conn);
    wire_wait(w, wire_peer_has_ended);
    assert_slice(buffer_content(&w->got), "ERROR INVALID_FORMAT\n");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    free(line);
}

static void the_last_line_of_a_batch_needs_no_line_feed(void **state)
{
    struct wire *w = *state;
    wire_send_text(w, "a\n\nb\r");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_slice(buffer_content(&w->lines), "a\nb\n");
}

static void blank_lines_alone_are_given_to_nobody(void **state)
{
    struct wire *w = *state;
    for (int i = 0; i < 2000; i++)
        wire_send_text(w, "\n \r\n\n");
    wire_send_text(w, "a\n");
    wire_wait_lines(w, 1);
    assert_slice(buffer_content(&w->lines), "a\n");
    assert_int_equal(w->number, 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        batch_test(lines_that_come_together_are_given_together),
        batch_test(a_busy_owner_is_given_the_rest_later),
        batch_test(lines_before_one_that_is_too_long_are_given_first),
        batch_test(a_line_that_is_too_long_waits_for_a_busy_owner),
        batch_test(the_last_line_of_a_batch_needs_no_line_feed),
        batch_test(blank_lines_alone_are_given_to_nobody),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn: batches", tests, NULL, NULL);
}

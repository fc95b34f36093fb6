/* net/conn.h: bytes that are no lines. */
#include "plat/process.h"
#include "wire.h"

enum { SIZE = 300 * 1000, SPACE = 1000 };

/* What the handler gives out as room, and where it stood when it gave none. */
static char space[SPACE];
static unsigned spaces;
static bool pauses;

static char *on_space(struct conn *conn, size_t *size)
{
    spaces++;
    if (pauses) {
        conn_set_busy(conn, true);
        return NULL;
    }
    *size = sizeof space;
    return space;
}

static void expect_after(struct wire *wire, struct slice line)
{
    if (slice_is(line, "bytes"))
        conn_expect(&wire->conn, wire->limit);
}

static bool has_bytes(struct wire *wire)
{
    return buffer_size(&wire->bytes) >= wire->limit;
}

/* A line, so many bytes and another line, in one go. */
static void send_body(struct wire *wire, size_t size)
{
    struct buffer text = BUFFER_INIT;
    wire->answer = expect_after;
    wire->limit = size;
    buffer_put_text(&text, "bytes\n");
    for (size_t i = 0; i < size; i++)
        buffer_put_char(&text, (char)(i % 251));
    buffer_put_text(&text, "after\n");
    wire_send(wire, buffer_content(&text).data, buffer_size(&text));
    buffer_fini(&text);
}

static void expect_body(struct wire *wire, size_t size)
{
    struct slice bytes = buffer_content(&wire->bytes);
    assert_int_equal(bytes.size, size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal((unsigned char)bytes.data[i], i % 251);
    assert_slice(buffer_content(&wire->lines), "bytes\nafter\n");
}

static void expected_bytes_are_no_lines(void **state)
{
    struct wire *w = *state;
    send_body(w, SIZE);
    wire_wait_lines(w, 2);
    expect_body(w, SIZE);
}

static void bytes_go_where_the_owner_wants_them(void **state)
{
    struct wire *w = *state;
    spaces = 0;
    w->handler.on_space = on_space;
    send_body(w, SIZE);
    wire_wait_lines(w, 2);
    expect_body(w, SIZE);
    assert_true(spaces > (SIZE - LOOP_SCRATCH_SIZE) / SPACE);
}

static void an_owner_without_room_stops_the_bytes(void **state)
{
    struct wire *w = *state;
    w->handler.on_space = on_space;
    pauses = true;
    send_body(w, SIZE);
    wire_wait_lines(w, 1);
    wire_idle(w);
    assert_true(buffer_size(&w->bytes) <= LOOP_SCRATCH_SIZE);
    pauses = false;
    conn_set_busy(&w->conn, false);
    conn_flush(&w->conn);
    wire_wait(w, has_bytes);
    wire_wait_lines(w, 2);
    expect_body(w, SIZE);
}

static void little_comes_with_the_line_before_it(void **state)
{
    struct wire *w = *state;
    w->handler.on_space = on_space;
    pauses = true;
    conn_set_read_max(&w->conn, 100);
    send_body(w, 10000);
    wire_wait_lines(w, 1);
    wire_idle(w);
    assert_int_equal(buffer_size(&w->bytes), 100 - sizeof "bytes");
    pauses = false;
    conn_set_busy(&w->conn, false);
    conn_flush(&w->conn);
    wire_wait_lines(w, 2);
    expect_body(w, 10000);
}

static void bytes_that_end_early_close(void **state)
{
    struct wire *w = *state;
    w->handler.on_space = on_space;
    w->answer = expect_after;
    w->limit = 100;
    wire_send_text(w, "bytes\nonly some");
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_int_equal(w->reason, PLAT_END);
    assert_slice(buffer_content(&w->bytes), "only some");
    assert_int_equal(w->line_count, 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        wire_test(expected_bytes_are_no_lines),
        wire_test(bytes_go_where_the_owner_wants_them),
        wire_test(an_owner_without_room_stops_the_bytes),
        wire_test(little_comes_with_the_line_before_it),
        wire_test(bytes_that_end_early_close),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn: bytes", tests, NULL, NULL);
}

/* net/conn.h: how connections end, and that they do so once. */
#include "plat/clock.h"
#include "plat/process.h"
#include "wire.h"

static void close_at_once(struct wire *w, struct slice line)
{
    wire_echo(w, line);
    conn_close(&w->conn);
    assert_int_equal(w->closed_count, 0); /* not under our feet */
    conn_close(&w->conn);
    conn_finish(&w->conn);
    conn_flush(&w->conn);
    wire_echo(w, line);
}

static void closing_drops_output_and_is_told_once_after_the_events(void **state)
{
    struct wire *w = *state;
    w->answer = close_at_once;
    wire_send_text(w, "a\nb\n");
    wire_wait(w, wire_is_closed);
    wire_wait(w, wire_peer_has_ended);
    wire_idle(w);
    assert_int_equal(w->closed_count, 1);
    assert_int_equal(w->reason, 0);
    assert_int_equal(w->line_count, 1);
    assert_int_equal(buffer_size(&w->got), 0);
}

static void closing_from_outside_is_told_in_the_next_turn(void **state)
{
    struct wire *w = *state;
    buffer_put_text(conn_out(&w->conn), "dropped");
    conn_close(&w->conn);
    conn_close(&w->conn);
    assert_false(conn_is_sending(&w->conn));
    assert_int_equal(w->closed_count, 0);
    wire_turn(w);
    assert_int_equal(w->closed_count, 1);
    wire_wait(w, wire_peer_has_ended);
    assert_int_equal(buffer_size(&w->got), 0);
}

static void a_peer_that_ends_is_told_as_the_end(void **state)
{
    struct wire *w = *state;
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_status(PLAT_END, w->reason);
}

static void a_peer_that_vanishes_ends_it(void **state)
{
    struct wire *w = *state;
    plat_socket_close(w->peer);
    w->peer = PLAT_SOCKET_NONE;
    wire_wait_deaf(w, wire_is_closed);
    assert_true(w->reason == PLAT_END || w->reason < 0);
}

static void put_much(struct wire *w, struct slice line)
{
    char *text = text_of(line.data[0], 1000000);
    buffer_put_text(conn_out(&w->conn), text);
    free(text);
}

/* The peer goes with an answer on its way to it. */
static void a_peer_that_vanishes_while_it_is_sent_to_ends_it(void **state)
{
    struct wire *w = *state;
    w->answer = put_much;
    for (int i = 0; i < 40; i++)
        wire_send_text(w, "x\n");
    wire_wait_lines(w, 1);
    plat_socket_close(w->peer);
    w->peer = PLAT_SOCKET_NONE;
    wire_wait_deaf(w, wire_is_closed);
    assert_true(w->reason == PLAT_END || w->reason < 0);
}

static void finish_after(struct wire *w, struct slice line)
{
    put_much(w, line);
    conn_finish(&w->conn);
    assert_int_equal(w->closed_count, 0);
}

static void finishing_sends_all_before_the_end(void **state)
{
    struct wire *w = *state;
    w->answer = finish_after;
    wire_send_text(w, "x\n");
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_END, w->peer_status);
    assert_int_equal(buffer_size(&w->got), 1000000);
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_int_equal(w->reason, 0);
}

/* What is unread when a socket is closed would reset the connection and lose the last answer. */
static void finishing_with_input_unread_loses_no_answer(void **state)
{
    struct wire *w = *state;
    char *more = text_of('y', 300000);
    w->answer = finish_after;
    wire_send_text(w, "x\n");
    wire_send(w, more, 300000);
    free(more);
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_END, w->peer_status);
    assert_int_equal(buffer_size(&w->got), 1000000);
    assert_int_equal(w->line_count, 1);
}

static void finishing_from_outside_needs_no_event(void **state)
{
    struct wire *w = *state;
    buffer_put_text(conn_out(&w->conn), "bye\n");
    conn_finish(&w->conn);
    conn_finish(&w->conn);
    wire_wait(w, wire_peer_has_ended);
    assert_slice(buffer_content(&w->got), "bye\n");
    assert_int_equal(w->closed_count, 0); /* it waits for the peer's end */
    plat_socket_shutdown(w->peer);
    wire_wait(w, wire_is_closed);
    assert_int_equal(w->reason, 0);
}

static void finishing_twice_and_then_closing_is_told_once(void **state)
{
    struct wire *w = *state;
    conn_finish(&w->conn);
    conn_finish(&w->conn);
    conn_close(&w->conn);
    wire_idle(w);
    assert_int_equal(w->closed_count, 1);
}

static void no_line_is_handled_after_finishing(void **state)
{
    struct wire *w = *state;
    w->answer = finish_after;
    wire_send_text(w, "x\ny\n");
    wire_wait(w, wire_peer_has_ended);
    wire_send_text(w, "z\n");
    wire_idle(w);
    assert_int_equal(w->line_count, 1);
}

static void a_busy_connection_can_be_finished(void **state)
{
    struct wire *w = *state;
    conn_set_busy(&w->conn, true);
    buffer_put_text(conn_out(&w->conn), "bye\n");
    conn_finish(&w->conn);
    wire_wait(w, wire_peer_has_ended);
    assert_slice(buffer_content(&w->got), "bye\n");
}

/* A peer that neither reads nor ends is let go of after a moment. */
static void lingering_ends_by_itself(void **state)
{
    struct wire *w = *state;
    conn_finish(&w->conn);
    wire_wait(w, wire_is_closed);
    assert_int_equal(w->reason, 0);
}

static void closing_the_loop_buries_what_was_closed(void **state)
{
    struct wire *w = *state;
    conn_close(&w->conn);
    loop_close(w->loop);
    assert_int_equal(w->closed_count, 1);
    assert_status(0, loop_open(&w->loop)); /* for the teardown */
}

static void own_and_peers_address_are_known(void **state)
{
    struct wire *w = *state;
    struct plat_addr local, expected;
    assert_status(0, conn_local(&w->conn, &local));
    assert_status(0, plat_socket_peer(w->peer, &expected));
    assert_true(plat_addr_same_host(&local, &expected) && local.port == expected.port);
    assert_status(0, plat_socket_local(w->peer, &expected));
    assert_int_equal(w->conn.peer.port, expected.port);
    assert_true(conn_now(&w->conn) == loop_now(w->loop));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        wire_test(closing_drops_output_and_is_told_once_after_the_events),
        wire_test(closing_from_outside_is_told_in_the_next_turn),
        wire_test(a_peer_that_ends_is_told_as_the_end),
        wire_test(a_peer_that_vanishes_ends_it),
        wire_test(a_peer_that_vanishes_while_it_is_sent_to_ends_it),
        wire_test(finishing_sends_all_before_the_end),
        wire_test(finishing_with_input_unread_loses_no_answer),
        wire_test(finishing_from_outside_needs_no_event),
        wire_test(finishing_twice_and_then_closing_is_told_once),
        wire_test(no_line_is_handled_after_finishing),
        wire_test(a_busy_connection_can_be_finished),
        wire_test(lingering_ends_by_itself),
        wire_test(closing_the_loop_buries_what_was_closed),
        wire_test(own_and_peers_address_are_known),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn: ends", tests, NULL, NULL);
}

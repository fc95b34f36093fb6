/* net/conn.h: output, and how much of it may wait. */
#include "plat/clock.h"
#include "plat/process.h"
#include "wire.h"

enum {
    WAITING_MAX = 256 * 1024, /* what conn lets wait, beyond the answer that passed it */
    ROOM_MAX = 64 * 1024,     /* the same for an owner who waits for room */
    ANSWER_SIZE = 1000,
    PIECE_SIZE = 10000
};

static size_t waiting(struct wire *w)
{
    return buffer_size(conn_out(&w->conn));
}

static void output_goes_when_it_is_flushed(void **state)
{
    struct wire *w = *state;
    buffer_put_text(conn_out(&w->conn), "hello\n");
    wire_idle(w);
    wire_receive(w, SIZE_MAX);
    assert_int_equal(buffer_size(&w->got), 0);
    conn_flush(&w->conn);
    wire_wait_bytes(w, 6);
    assert_slice(buffer_content(&w->got), "hello\n");
    assert_false(conn_is_sending(&w->conn));
}

static void flush_within(struct wire *w, struct slice line)
{
    wire_echo(w, line);
    conn_flush(&w->conn);
}

static void a_flush_within_a_handler_does_no_harm(void **state)
{
    struct wire *w = *state;
    w->answer = flush_within;
    wire_send_text(w, "a\nb\nc\n");
    wire_wait_bytes(w, 6);
    assert_slice(buffer_content(&w->got), "a\nb\nc\n");
}

/* Answers that can be told apart. */
static void answer_much(struct wire *w, struct slice line)
{
    char answer[ANSWER_SIZE];
    (void)line;
    memset(answer, 'a' + (int)(w->number++ % 26), sizeof answer);
    buffer_put(conn_out(&w->conn), answer, sizeof answer);
}

/* Turns, the peer reading nothing, until the conn has done nothing for a while: the sockets are
 * full. What waits in memory is never more than `most`. */
static void turn_until_still(struct wire *w, size_t most)
{
    enum { STILL_TURNS = 60 };
    uint64_t start_ms = plat_clock_now_ms();
    size_t before = 0, still = 0;
    while (still < STILL_TURNS) {
        wire_turn(w);
        assert_true(waiting(w) <= most);
        assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS);
        still = w->line_count + w->number == before ? still + 1 : 0;
        before = w->line_count + w->number;
    }
}

/* So many requests in one text. The caller frees it. */
static char *requests(size_t count)
{
    char *text = text_of('\n', count * 2);
    for (size_t i = 0; i < count; i++)
        text[i * 2] = 'x';
    return text;
}

/* Receives so many answers, in their order. */
static void expect_answers(struct wire *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wire_wait_bytes(w, ANSWER_SIZE);
        const char *answer = buffer_content(&w->got).data;
        assert_int_equal(answer[0], 'a' + (int)(i % 26));
        assert_int_equal(answer[ANSWER_SIZE - 1], 'a' + (int)(i % 26));
        buffer_consume(&w->got, ANSWER_SIZE);
    }
    assert_int_equal(buffer_size(&w->got), 0);
}

static void a_peer_that_does_not_read_makes_memory_stop_growing(void **state)
{
    enum { COUNT = 60000 }; /* whose answers are more than sockets hold */
    struct wire *w = *state;
    char *text = requests(COUNT);
    w->answer = answer_much;
    wire_send(w, text, COUNT * 2);
    turn_until_still(w, WAITING_MAX + ANSWER_SIZE);
    assert_true(w->line_count < COUNT);
    expect_answers(w, COUNT);
    assert_int_equal(w->line_count, COUNT);
    free(text);
}

static void a_peer_that_does_not_read_cannot_send_for_ever(void **state)
{
    enum { COUNT = 60000, MOST = 400 * 1000 * 1000 };
    struct wire *w = *state;
    char *text = requests(COUNT);
    size_t bytes = 0;
    w->answer = answer_much;
    for (int still = 0; still < 20;) {
        size_t sent = wire_send_some(w, text + bytes % 2, COUNT * 2 - bytes % 2);
        bytes += sent;
        wire_turn(w);
        assert_true(waiting(w) <= WAITING_MAX + ANSWER_SIZE);
        assert_true(bytes < MOST);
        still = sent == 0 ? still + 1 : 0;
    }
    assert_true(w->line_count < bytes / 2);
    free(text);
}

/* A long answer, piece by piece; wire.number counts the pieces, wire.limit is how many to put. */
static void put_piece(struct conn *conn)
{
    struct wire *w = conn->owner;
    char piece[PIECE_SIZE];
    assert_true(buffer_size(conn_out(conn)) < ROOM_MAX);
    if (w->number >= w->limit) {
        conn_set_busy(conn, false);
        conn_want_room(conn, false);
        return;
    }
    memset(piece, 'a' + (int)(w->number++ % 26), sizeof piece);
    buffer_put(conn_out(conn), piece, sizeof piece);
}

static void answer_list(struct wire *w, struct slice line)
{
    if (slice_is(line, "end")) {
        wire_echo(w, line);
        return;
    }
    w->limit = SIZE_MAX;
    conn_set_busy(&w->conn, slice_is(line, "list"));
    conn_want_room(&w->conn, slice_is(line, "stream"));
}

/* Receives all pieces that were put, in their order. */
static void expect_pieces(struct wire *w)
{
    for (size_t i = 0; i < w->limit; i++) {
        wire_wait_bytes(w, PIECE_SIZE);
        const char *piece = buffer_content(&w->got).data;
        assert_int_equal(piece[0], 'a' + (int)(i % 26));
        assert_int_equal(piece[PIECE_SIZE - 1], 'a' + (int)(i % 26));
        buffer_consume(&w->got, PIECE_SIZE);
    }
}

static void long_answers_are_put_as_the_peer_takes_them(void **state)
{
    struct wire *w = *state;
    w->answer = answer_list;
    w->handler.on_room = put_piece;
    wire_send_text(w, "list\nend\n");
    turn_until_still(w, ROOM_MAX + PIECE_SIZE);
    assert_int_equal(w->line_count, 1);
    w->limit = w->number + 100;
    expect_pieces(w);
    wire_wait_bytes(w, 4);
    assert_slice(buffer_content(&w->got), "end\n");
}

static bool has_heard_three(struct wire *w)
{
    return w->line_count == 3;
}

static void who_only_wants_room_goes_on_handling_lines(void **state)
{
    struct wire *w = *state;
    w->answer = answer_list;
    w->handler.on_room = put_piece;
    wire_send_text(w, "stream\n");
    turn_until_still(w, ROOM_MAX + PIECE_SIZE);
    w->answer = NULL;
    wire_send_text(w, "OK\nOK\n");
    wire_wait_deaf(w, has_heard_three);
    w->limit = w->number + 100;
    expect_pieces(w);
}

/* An owner who has nothing to put now waits for it himself, and flushes when he has it. */
static void a_busy_owner_is_asked_again_after_a_flush(void **state)
{
    struct wire *w = *state;
    w->handler.on_room = put_piece;
    conn_set_busy(&w->conn, true);
    w->limit = 1;
    conn_flush(&w->conn);
    expect_pieces(w);
    w->answer = wire_echo;
    wire_send_text(w, "end\n");
    wire_wait_bytes(w, 4);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        wire_test(output_goes_when_it_is_flushed),
        wire_test(a_flush_within_a_handler_does_no_harm),
        wire_test(a_peer_that_does_not_read_makes_memory_stop_growing),
        wire_test(a_peer_that_does_not_read_cannot_send_for_ever),
        wire_test(long_answers_are_put_as_the_peer_takes_them),
        wire_test(who_only_wants_room_goes_on_handling_lines),
        wire_test(a_busy_owner_is_asked_again_after_a_flush),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn: output", tests, NULL, NULL);
}

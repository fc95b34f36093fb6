/* net/conn.h: several connections that are answered in the same turn. */
#include <stdlib.h>

#include "check.h"
#include "expect.h"
#include "net/conn.h"
#include "pair.h"
#include "plat/process.h"

struct party;

/* One of two connections; its owner frees it when it is closed. */
struct side {
    struct conn conn;
    struct party *party;
    int number;
};

struct party {
    struct loop *loop;
    struct side *sides[2]; /* NULL: closed */
    plat_socket peers[2];
    int lines, closed;
    size_t waiting; /* of the first's answer, when the second was asked */
    void (*meet)(struct conn *first, struct conn *second);
};

/* Answers; whoever is asked second meets the first. */
static void on_line(struct conn *conn, struct slice line)
{
    struct side *side = conn->owner;
    struct party *party = side->party;
    struct side *other = party->sides[1 - side->number];
    buffer_put_slice(conn_out(conn), line);
    buffer_put_char(conn_out(conn), '\n');
    if (party->lines++ == 0)
        return;
    party->waiting = buffer_size(&other->conn.out);
    if (party->meet)
        party->meet(&other->conn, conn);
}

static void on_closed(struct conn *conn, int reason)
{
    struct side *side = conn->owner;
    (void)reason;
    side->party->sides[side->number] = NULL;
    side->party->closed++;
    free(side);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_closed = on_closed, .line_max = 1024};

static int setup(void **state)
{
    struct party *party = calloc(1, sizeof *party);
    assert_non_null(party);
    assert_status(0, loop_open(&party->loop));
    for (int i = 0; i < 2; i++) {
        struct pair pair;
        struct plat_addr peer;
        struct side *side = calloc(1, sizeof *side);
        assert_non_null(side);
        side->party = party;
        side->number = i;
        pair_open(&pair);
        party->peers[i] = pair.client;
        assert_status(0, plat_socket_peer(pair.server, &peer));
        assert_status(0, conn_open(&side->conn, party->loop, pair.server, &peer, &handler, side));
        party->sides[i] = side;
    }
    *state = party;
    return 0;
}

static int teardown(void **state)
{
    struct party *party = *state;
    for (int i = 0; i < 2; i++) {
        if (party->sides[i])
            conn_close(&party->sides[i]->conn);
        plat_socket_close(party->peers[i]);
    }
    loop_close(party->loop);
    assert_int_equal(party->closed, 2);
    free(party);
    return 0;
}

/* Both ask, and then the loop turns until both were read from. */
static void ask_both(struct party *party, void (*meet)(struct conn *first, struct conn *second))
{
    party->meet = meet;
    for (int i = 0; i < 2; i++) {
        send_all(party->peers[i], i == 0 ? "a\n" : "b\n", 2);
        plat_socket socket = party->sides[i]->conn.source.watch.socket;
        assert_int_equal(wait_events(socket, PLAT_READ, DEADLINE_MS), PLAT_READ);
    }
    while (party->lines < 2)
        assert_status(0, loop_turn(party->loop, 100));
}

static void expect_end(plat_socket peer)
{
    char byte;
    size_t got;
    assert_status(PLAT_END, recv_wait(peer, &byte, 1, &got));
}

static void answers_go_out_when_all_were_read_from(void **state)
{
    struct party *party = *state;
    ask_both(party, NULL);
    assert_int_equal(party->waiting, 2);
    expect_bytes(party->peers[0], "a\n", 2);
    expect_bytes(party->peers[1], "b\n", 2);
}

static void flush_first(struct conn *first, struct conn *second)
{
    (void)second;
    conn_flush(first);
    assert_false(conn_is_sending(first));
}

static void an_answer_that_was_flushed_goes_once(void **state)
{
    struct party *party = *state;
    ask_both(party, flush_first);
    send_all(party->peers[0], "c\n", 2);
    party->lines = 0; /* it meets nobody */
    while (party->lines < 1)
        assert_status(0, loop_turn(party->loop, 100));
    expect_bytes(party->peers[0], "a\nc\n", 4);
    expect_bytes(party->peers[1], "b\n", 2);
}

static void close_first(struct conn *first, struct conn *second)
{
    (void)second;
    conn_close(first);
}

static void one_may_be_closed_while_its_answer_waits(void **state)
{
    struct party *party = *state;
    ask_both(party, close_first);
    assert_int_equal(party->closed, 1);
    plat_socket first = party->peers[party->sides[0] ? 1 : 0];
    expect_bytes(party->peers[party->sides[0] ? 0 : 1], party->sides[0] ? "a\n" : "b\n", 2);
    expect_end(first);
}

static void close_both(struct conn *first, struct conn *second)
{
    conn_close(first);
    conn_close(second);
}

static void both_may_be_closed_while_their_answers_wait(void **state)
{
    struct party *party = *state;
    ask_both(party, close_both);
    assert_int_equal(party->closed, 2);
    expect_end(party->peers[0]);
    expect_end(party->peers[1]);
}

static void finish_both(struct conn *first, struct conn *second)
{
    conn_finish(first);
    conn_finish(second);
}

static void one_that_is_finished_sends_its_answer_first(void **state)
{
    struct party *party = *state;
    ask_both(party, finish_both);
    expect_bytes(party->peers[0], "a\n", 2);
    expect_bytes(party->peers[1], "b\n", 2);
    expect_end(party->peers[0]);
    expect_end(party->peers[1]);
}

#define party_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        party_test(answers_go_out_when_all_were_read_from),
        party_test(an_answer_that_was_flushed_goes_once),
        party_test(one_may_be_closed_while_its_answer_waits),
        party_test(both_may_be_closed_while_their_answers_wait),
        party_test(one_that_is_finished_sends_its_answer_first),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn, several", tests, NULL, NULL);
}

/* net/conn.h: files on their way to the peer. */
#include "plat/process.h"
#include "testdir.h"
#include "testfile.h"
#include "wire.h"

enum { MIB = 1024 * 1024 };

/* A wire, and files to send over it. */
struct world {
    struct wire *wire;
    struct testdir *dir;
};

static struct world *world_of(struct wire *wire);
static struct world the_world; /* the test at hand's; handlers are given the wire alone */
static struct warmer *the_warmer;

static struct world *world_of(struct wire *wire)
{
    assert_ptr_equal(the_world.wire, wire);
    return &the_world;
}

static int setup(void **state)
{
    void *wire, *dir;
    if (wire_setup(&wire) != 0 || testdir_setup(&dir) != 0)
        return -1;
    the_world = (struct world){wire, dir};
    *state = wire;
    return 0;
}

/* The same, with every part of a file read by a warmer before it is sent. */
static int setup_cold(void **state)
{
    return setup(state) == 0 && warmer_open(&the_warmer, 2, true) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    void *dir = the_world.dir;
    warmer_close(the_warmer);
    the_warmer = NULL;
    int rc = wire_teardown(state);
    return testdir_teardown(&dir) == 0 ? rc : -1;
}

#define file_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define cold_test(f) cmocka_unit_test_setup_teardown(f, setup_cold, teardown)

/* Bytes that differ with their place and the file. */
static char byte_at(size_t at, size_t seed)
{
    return (char)((at * 31 + at / 251 + seed * 7) & 0xff);
}

static void put_file(struct wire *w, const char *name, size_t size)
{
    char *data = malloc(size + 1);
    assert_non_null(data);
    for (size_t i = 0; i < size; i++)
        data[i] = byte_at(i, (size_t)name[0]);
    testdir_put(world_of(w)->dir, name, data, size);
    free(data);
}

static struct plat_file open_file(struct wire *w, const char *name, uint64_t *size)
{
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    assert_status(0, plat_file_open(&file, world_of(w)->dir->folder, name, &info));
    *size = info.size;
    return file;
}

/* Answers a line with the file of that name. */
static void send_named(struct wire *w, struct slice line)
{
    char name[64];
    uint64_t size;
    slice_copy(line, name, sizeof name);
    struct plat_file file = open_file(w, name, &size);
    buffer_put_text(conn_out(&w->conn), "OK ");
    buffer_put_number(conn_out(&w->conn), size);
    buffer_put_char(conn_out(&w->conn), '\n');
    conn_send_file(&w->conn, file, 0, size, the_warmer);
}

/* Takes an answer off the front of what the peer got: "OK <size>" and the file's bytes. */
static void expect_answer(struct wire *w, const char *name, size_t size)
{
    struct buffer head = BUFFER_INIT;
    buffer_put_text(&head, "OK ");
    buffer_put_number(&head, size);
    buffer_put_char(&head, '\n');
    size_t head_size = buffer_size(&head);
    wire_wait_bytes(w, head_size + size);
    struct slice got = buffer_content(&w->got);
    assert_slices(slice_of(got.data, head_size), buffer_content(&head));
    for (size_t i = 0; i < size; i++)
        if (got.data[head_size + i] != byte_at(i, (size_t)name[0]))
            fail_msg("byte %lu of \"%s\" is wrong", (unsigned long)i, name);
    buffer_consume(&w->got, head_size + size);
    buffer_fini(&head);
}

static void a_file_follows_the_output_before_it(void **state)
{
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "large", 5 * MIB + 1);
    wire_send_text(w, "large\n");
    expect_answer(w, "large", 5 * MIB + 1);
    assert_int_equal(w->sent_count, 1);
    assert_false(conn_is_sending(&w->conn));
    wire_idle(w);
    assert_int_equal(buffer_size(&w->got), 0);
}

static void an_empty_file_is_sent_too(void **state)
{
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "empty", 0);
    put_file(w, "small", 3);
    wire_send_text(w, "empty\nsmall\nempty\n");
    expect_answer(w, "empty", 0);
    expect_answer(w, "small", 3);
    expect_answer(w, "empty", 0);
    assert_int_equal(w->sent_count, 3);
}

/* Whatever a file's size and however the sending was cut into turns, the next request is answered
 * when the file has gone, without another byte from the peer. */
static void requests_behind_a_file_are_answered_after_it(void **state)
{
    static const size_t sizes[] = {1,           256 * 1024,  MIB - 1,     MIB,
                                   MIB + 1,     MIB * 3 / 2, 2 * MIB - 1, 2 * MIB,
                                   2 * MIB + 1, 3 * MIB,     9 * MIB};
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "b", 10);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        put_file(w, "a", sizes[i]);
        wire_send_text(w, "a\nb\na\nb\n");
        expect_answer(w, "a", sizes[i]);
        expect_answer(w, "b", 10);
        expect_answer(w, "a", sizes[i]);
        expect_answer(w, "b", 10);
    }
}

static void a_half_closed_peer_gets_every_file(void **state)
{
    static const size_t sizes[] = {MIB + 1, MIB * 3 / 2, 2 * MIB};
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "a", sizes[0]);
    put_file(w, "b", sizes[1]);
    put_file(w, "c", sizes[2]);
    wire_send_text(w, "a\nb\nc\na");
    plat_socket_shutdown(w->peer);
    expect_answer(w, "a", sizes[0]);
    expect_answer(w, "b", sizes[1]);
    expect_answer(w, "c", sizes[2]);
    expect_answer(w, "a", sizes[0]);
    wire_wait(w, wire_is_closed);
    assert_status(PLAT_END, w->reason);
}

static void send_part(struct wire *w, struct slice line)
{
    uint64_t size;
    struct plat_file file = open_file(w, "file", &size);
    (void)line;
    conn_send_file(&w->conn, file, 1000, 2000, the_warmer);
}

static void a_part_of_a_file_is_just_that_part(void **state)
{
    struct wire *w = *state;
    w->answer = send_part;
    put_file(w, "file", 10000);
    wire_send_text(w, "x\n");
    wire_wait_bytes(w, 2000);
    wire_idle(w);
    wire_receive(w, SIZE_MAX);
    assert_int_equal(buffer_size(&w->got), 2000);
    for (size_t i = 0; i < 2000; i++)
        assert_int_equal(buffer_content(&w->got).data[i], byte_at(1000 + i, 'f'));
}

static void promise_more(struct wire *w, struct slice line)
{
    uint64_t size;
    struct plat_file file = open_file(w, "file", &size);
    (void)line;
    conn_send_file(&w->conn, file, 0, size + 1, the_warmer);
}

static void a_file_shorter_than_promised_closes_and_is_not_padded(void **state)
{
    struct wire *w = *state;
    w->answer = promise_more;
    put_file(w, "file", 10000);
    wire_send_text(w, "x\nx\n");
    wire_wait(w, wire_is_closed);
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_ERR_IO, w->reason);
    assert_true(buffer_size(&w->got) <= 10000);
    assert_int_equal(w->sent_count, 0);
    assert_int_equal(w->line_count, 1);
}

static bool has_begun(struct wire *w)
{
    return w->line_count == 1;
}

/* The file loses its end while the peer is not reading. */
static void a_file_that_shrinks_on_its_way_closes_the_connection(void **state)
{
    enum { SIZE = 40 * MIB };
    struct wire *w = *state;
    struct plat_file file;
    w->answer = send_named;
    put_file(w, "file", 1);
    file = testfile_create(world_of(w)->dir, "file");
    assert_status(0, plat_file_resize(file, SIZE));
    wire_send_text(w, "file\n");
    wire_wait_deaf(w, has_begun);
    wire_idle(w);
    assert_true(conn_is_sending(&w->conn));
    assert_status(0, plat_file_resize(file, 1000));
    plat_file_close(file);
    wire_wait(w, wire_is_closed);
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_ERR_IO, w->reason);
    assert_true(buffer_size(&w->got) < SIZE);
    assert_int_equal(w->sent_count, 0);
}

static void grow_and_send(struct wire *w, struct slice line)
{
    struct plat_file writer = testfile_create(world_of(w)->dir, "file");
    send_named(w, line);
    assert_status(0, plat_file_resize(writer, 20000));
    plat_file_close(writer);
}

static void a_file_that_grows_is_sent_as_promised(void **state)
{
    struct wire *w = *state;
    w->answer = grow_and_send;
    put_file(w, "file", 10000);
    wire_send_text(w, "file\n");
    expect_answer(w, "file", 10000);
    wire_idle(w);
    wire_receive(w, SIZE_MAX);
    assert_int_equal(buffer_size(&w->got), 0);
}

static void close_and_send(struct wire *w, struct slice line)
{
    conn_close(&w->conn);
    send_named(w, line);
}

static void a_file_for_a_closed_connection_is_closed(void **state)
{
    struct wire *w = *state;
    w->answer = close_and_send;
    put_file(w, "file", 100);
    wire_send_text(w, "file\n");
    wire_wait(w, wire_is_closed);
    wire_wait(w, wire_peer_has_ended);
    assert_int_equal(buffer_size(&w->got), 0);
    assert_int_equal(w->sent_count, 0);
}

static void send_and_finish(struct wire *w, struct slice line)
{
    send_named(w, line);
    conn_finish(&w->conn);
}

static void finishing_sends_the_file_to_its_end(void **state)
{
    struct wire *w = *state;
    w->answer = send_and_finish;
    put_file(w, "file", 5 * MIB);
    wire_send_text(w, "file\nfile\n");
    expect_answer(w, "file", 5 * MIB);
    wire_wait(w, wire_peer_has_ended);
    assert_status(PLAT_END, w->peer_status);
    assert_int_equal(w->line_count, 1);
}

static bool is_warming(struct wire *w)
{
    return w->conn.is_warming;
}

/* The reader still has the file then, and its news find nobody. */
static void a_connection_may_close_while_its_file_is_read(void **state)
{
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "file", 5 * MIB);
    wire_send_text(w, "file\n");
    wire_wait_deaf(w, is_warming);
    conn_close(&w->conn);
    assert_int_equal(w->closed_count, 0);
    wire_wait(w, wire_is_closed);
    wire_wait(w, wire_peer_has_ended);
    assert_int_equal(w->sent_count, 0);
}

static void a_peer_may_leave_while_its_file_is_read(void **state)
{
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "file", 50 * MIB);
    wire_send_text(w, "file\nfile\n");
    wire_wait_deaf(w, is_warming);
    plat_socket_close(w->peer);
    w->peer = PLAT_SOCKET_NONE;
    wire_wait_deaf(w, wire_is_closed);
    assert_true(w->reason < 0);
    assert_int_equal(w->sent_count, 0);
}

static void a_stopped_warmer_keeps_no_file_waiting(void **state)
{
    struct wire *w = *state;
    w->answer = send_named;
    put_file(w, "file", 5 * MIB);
    warmer_stop(the_warmer);
    wire_send_text(w, "file\n");
    expect_answer(w, "file", 5 * MIB);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        file_test(a_file_follows_the_output_before_it),
        file_test(an_empty_file_is_sent_too),
        file_test(requests_behind_a_file_are_answered_after_it),
        file_test(a_half_closed_peer_gets_every_file),
        file_test(a_part_of_a_file_is_just_that_part),
        file_test(a_file_shorter_than_promised_closes_and_is_not_padded),
        file_test(a_file_that_shrinks_on_its_way_closes_the_connection),
        file_test(a_file_that_grows_is_sent_as_promised),
        file_test(a_file_for_a_closed_connection_is_closed),
        file_test(finishing_sends_the_file_to_its_end),
        cold_test(a_file_follows_the_output_before_it),
        cold_test(an_empty_file_is_sent_too),
        cold_test(requests_behind_a_file_are_answered_after_it),
        cold_test(a_half_closed_peer_gets_every_file),
        cold_test(a_part_of_a_file_is_just_that_part),
        cold_test(a_file_shorter_than_promised_closes_and_is_not_padded),
        cold_test(a_file_that_shrinks_on_its_way_closes_the_connection),
        cold_test(a_file_that_grows_is_sent_as_promised),
        cold_test(a_file_for_a_closed_connection_is_closed),
        cold_test(finishing_sends_the_file_to_its_end),
        cold_test(a_connection_may_close_while_its_file_is_read),
        cold_test(a_peer_may_leave_while_its_file_is_read),
        cold_test(a_stopped_warmer_keeps_no_file_waiting),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("conn: files", tests, NULL, NULL);
}

/* Conformance of plat/file.h: from a file to a socket. */
#include "plat/file.h"

#include "check.h"
#include "pair.h"
#include "plat/process.h"
#include "testfile.h"

enum { BIG = 24 * 1024 * 1024 + 13 };

/* A test folder, and a connection. */
struct fixture {
    struct testdir *dir;
    struct pair *pair;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    void *part = NULL;

    assert_non_null(f);
    testdir_setup(&part);
    f->dir = part;
    pair_setup(&part);
    f->pair = part;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    void *part = f->pair;

    pair_teardown(&part);
    part = f->dir;
    testdir_teardown(&part);
    free(f);
    return 0;
}

static char byte_at(uint64_t i)
{
    return (char)(i * 2654435761u >> 24);
}

/* Opens a file with the test's pattern for reading. */
static struct plat_file pattern_open(const struct fixture *f, size_t size)
{
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    char *data = malloc(size + 1);

    assert_non_null(data);
    for (size_t i = 0; i < size; i++) {
        data[i] = byte_at(i);
    }
    testdir_put(f->dir, "file", data, size);
    free(data);
    assert_status(PLAT_OK, plat_file_open(&file, f->dir->folder, "file", &info));
    return file;
}

/* Reads what is there, and checks it as the bytes from `at` on. Returns how much it was. */
static size_t check_arrived(plat_socket socket, uint64_t at)
{
    static char buffer[256 * 1024];
    size_t got = 0;
    int rc = plat_socket_recv(socket, buffer, sizeof(buffer), &got);

    if (rc == PLAT_AGAIN) {
        return 0;
    }
    assert_status(PLAT_OK, rc);
    for (size_t i = 0; i < got; i++) {
        if (buffer[i] != byte_at(at + i)) {
            fail_msg("wrong byte at %llu", (unsigned long long)(at + i));
        }
    }
    return got;
}

/* Waits for and checks `size` bytes from `at` on, and that nothing more is there. */
static void expect_arrived(plat_socket socket, uint64_t at, size_t size)
{
    while (size > 0) {
        size_t got;
        assert_true(wait_events(socket, PLAT_READ, DEADLINE_MS) & PLAT_READ);
        got = check_arrived(socket, at);
        assert_true(got <= size);
        at += got;
        size -= got;
    }
    assert_int_equal(wait_events(socket, PLAT_READ, QUIET_MS / 4), 0);
}

static void small_file_is_sent_whole(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, 600);
    size_t sent = 0;

    assert_status(PLAT_OK, plat_file_send(file, 0, 600, f->pair->server, &sent));
    assert_int_equal(sent, 600);
    expect_arrived(f->pair->client, 0, 600);
    plat_file_close(file);
}

static void part_of_a_file_is_sent(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, 600);
    size_t sent = 0;

    assert_status(PLAT_OK, plat_file_send(file, 599, 1, f->pair->server, &sent));
    assert_int_equal(sent, 1);
    expect_arrived(f->pair->client, 599, 1);
    assert_status(PLAT_OK, plat_file_send(file, 100, 200, f->pair->server, &sent));
    assert_int_equal(sent, 200);
    expect_arrived(f->pair->client, 100, 200);
    plat_file_close(file);
}

static void sending_stops_at_the_end_of_the_file(void **state)
{
    static const size_t sizes[] = {101, (size_t)1 << 20, SIZE_MAX / 2, SIZE_MAX};
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, 600);

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        size_t sent = 0;
        assert_status(PLAT_OK, plat_file_send(file, 500, sizes[i], f->pair->server, &sent));
        assert_int_equal(sent, 100);
        expect_arrived(f->pair->client, 500, 100);
    }
    plat_file_close(file);
}

static void sending_beyond_the_end_is_the_end(void **state)
{
    static const uint64_t offsets[] = {600, 601, (uint64_t)1 << 40};
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, 600);
    size_t sent;

    for (size_t i = 0; i < COUNT_OF(offsets); i++) {
        assert_status(PLAT_END, plat_file_send(file, offsets[i], 1, f->pair->server, &sent));
    }
    plat_file_close(file);
    file = pattern_open(f, 0);
    assert_status(PLAT_END, plat_file_send(file, 0, 1, f->pair->server, &sent));
    plat_file_close(file);
}

/* Sends until the connection is full. Returns the offset reached. */
static uint64_t send_until_full(struct plat_file file, uint64_t at, plat_socket to)
{
    size_t sent = 0;
    int rc;

    while ((rc = plat_file_send(file, at, BIG - (size_t)at, to, &sent)) == PLAT_OK) {
        assert_true(sent > 0 && sent <= BIG - at);
        at += sent;
        if (at == BIG) {
            return at;
        }
    }
    assert_status(PLAT_AGAIN, rc);
    return at;
}

static void big_file_arrives_through_a_full_connection(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, BIG);
    uint64_t at = send_until_full(file, 0, f->pair->server), arrived = 0;

    assert_true(at > 0);
    assert_true(at < BIG); /* or this test shows nothing */
    while (arrived < BIG) {
        assert_true(wait_events(f->pair->client, PLAT_READ, DEADLINE_MS) & PLAT_READ);
        arrived += check_arrived(f->pair->client, arrived);
        at = at < BIG ? send_until_full(file, at, f->pair->server) : at;
    }
    assert_true(arrived == BIG && at == BIG);
    plat_file_close(file);
}

static void file_and_plain_bytes_keep_their_order(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, 600);
    size_t sent = 0;

    send_all(f->pair->server, "OK 600\n", 7);
    assert_status(PLAT_OK, plat_file_send(file, 0, 600, f->pair->server, &sent));
    assert_int_equal(sent, 600);
    send_all(f->pair->server, "BYE\n", 4);
    expect_bytes(f->pair->client, "OK 600\n", 7);
    for (size_t i = 0; i < 600; i++) {
        char byte = byte_at(i);
        expect_bytes(f->pair->client, &byte, 1);
    }
    expect_bytes(f->pair->client, "BYE\n", 4);
    plat_file_close(file);
}

static void file_that_shrinks_ends_early(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = pattern_open(f, 6000), writer = testfile_create(f->dir, "file");
    size_t sent = 0;

    assert_status(PLAT_OK, plat_file_send(file, 0, 1000, f->pair->server, &sent));
    assert_int_equal(sent, 1000);
    assert_status(PLAT_OK, plat_file_resize(writer, 1500));
    plat_file_close(writer);
    assert_status(PLAT_OK, plat_file_send(file, 1000, 5000, f->pair->server, &sent));
    assert_int_equal(sent, 500);
    assert_status(PLAT_END, plat_file_send(file, 1500, 4500, f->pair->server, &sent));
    expect_arrived(f->pair->client, 0, 1500);
    plat_file_close(file);
}

static void bytes_beyond_4_gib_are_sent(void **state)
{
    static const uint64_t far_at = ((uint64_t)5 << 30) - 3;
    struct fixture *f = *state;
    struct plat_file file = testfile_create(f->dir, "huge");
    size_t sent = 0;

    assert_status(PLAT_OK, plat_file_write(file, "far", 3, far_at));
    assert_status(PLAT_OK, plat_file_send(file, far_at, 3, f->pair->server, &sent));
    assert_int_equal(sent, 3);
    expect_bytes(f->pair->client, "far", 3);
    assert_status(PLAT_END, plat_file_send(file, far_at + 3, 3, f->pair->server, &sent));
    plat_file_close(file);
}

/* A cap below 4 GiB on one call must show as a short send, not as a wrong count. */
static void more_than_4_gib_may_be_asked_for(void **state)
{
    struct fixture *f = *state;
    struct plat_file file = testfile_create(f->dir, "huge");
    uint64_t most = ((uint64_t)5 << 30) + 1;
    size_t size = most > SIZE_MAX ? SIZE_MAX : (size_t)most, sent = 0;

    assert_status(PLAT_OK, plat_file_resize(file, most));
    assert_status(PLAT_OK, plat_file_send(file, 0, size, f->pair->server, &sent));
    assert_true(sent > 0 && sent <= (uint64_t)1 << 30); /* no connection holds more */
    plat_file_close(file);
}

struct closed {
    struct plat_file file;
    plat_socket to;
};

static bool send_is_reset(void *arg)
{
    struct closed *closed = arg;
    size_t sent = 0;
    int rc = plat_file_send(closed->file, 0, 600, closed->to, &sent);
    assert_true(rc == PLAT_OK || rc == PLAT_ERR_RESET);
    return rc == PLAT_ERR_RESET;
}

static void sending_to_closed_peer_is_reset(void **state)
{
    struct fixture *f = *state;
    struct closed closed = {pattern_open(f, 600), f->pair->server};

    plat_socket_close(f->pair->client);
    f->pair->client = PLAT_SOCKET_NONE;
    assert_eventually(send_is_reset, &closed);
    plat_file_close(closed.file);
}

#define send_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        send_test(small_file_is_sent_whole),
        send_test(part_of_a_file_is_sent),
        send_test(sending_stops_at_the_end_of_the_file),
        send_test(sending_beyond_the_end_is_the_end),
        send_test(big_file_arrives_through_a_full_connection),
        send_test(file_and_plain_bytes_keep_their_order),
        send_test(file_that_shrinks_ends_early),
        send_test(bytes_beyond_4_gib_are_sent),
        send_test(more_than_4_gib_may_be_asked_for),
        send_test(sending_to_closed_peer_is_reset),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/file: sending", tests, NULL, NULL);
}

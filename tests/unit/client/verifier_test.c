/* client/verifier.h: hashing beside the download. */
#include "client/verifier.h"

#include <string.h>

#include "base/hex.h"
#include "check.h"
#include "expect.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "proto/limits.h"
#include "testfile.h"

#define verifier_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

enum { CHUNKS = 5, SIZE = (CHUNKS - 1) * CHUNK_SIZE + 12345 };

struct bench {
    void *dir;
    struct loop *loop;
    struct plat_file file;
    struct verifier *verifier;
    unsigned told[CHUNKS];
    char digests[CHUNKS][HEX_DIGITS + 1];
    unsigned whole_told;
    char whole[HEX_DIGITS + 1];
    int error;
};

static void on_chunk(void *owner, uint64_t chunk, int error, const unsigned char *digest)
{
    struct bench *b = owner;
    assert_between(chunk, 0, CHUNKS - 1);
    b->told[chunk]++;
    b->error = error;
    hex_encode(digest, b->digests[chunk]);
}

static void on_whole(void *owner, int error, const unsigned char *digest)
{
    struct bench *b = owner;
    b->whole_told++;
    b->error = error;
    hex_encode(digest, b->whole);
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    assert_int_equal(testdir_setup(&b->dir), 0);
    b->file = testfile_create(b->dir, "part");
    assert_status(0, loop_open(&b->loop));
    struct verifier_events events = {on_chunk, on_whole, b};
    assert_status(0, verifier_open(&b->verifier, b->loop, b->file, SIZE, false, &events));
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    verifier_close(b->verifier);
    loop_close(b->loop);
    plat_file_close(b->file);
    int rc = testdir_teardown(&b->dir);
    free(b);
    return rc;
}

static uint64_t chunk_size(uint64_t chunk)
{
    return chunk < CHUNKS - 1 ? CHUNK_SIZE : SIZE % CHUNK_SIZE;
}

/* Fills a chunk with one byte. */
static void put(struct bench *b, uint64_t chunk, char byte)
{
    char *text = text_of(byte, (size_t)chunk_size(chunk));
    assert_status(0, plat_file_write(b->file, text, (size_t)chunk_size(chunk), chunk * CHUNK_SIZE));
    free(text);
}

/* The digest of chunks of these bytes, one after the other. */
static void expect_digest(const char *actual, const char *bytes, uint64_t first)
{
    struct plat_hash *hash;
    unsigned char digest[PLAT_HASH_SIZE];
    char text[HEX_DIGITS + 1];
    assert_status(0, plat_hash_open(&hash));
    for (uint64_t i = 0; bytes[i]; i++) {
        char *data = text_of(bytes[i], (size_t)chunk_size(first + i));
        plat_hash_update(hash, data, (size_t)chunk_size(first + i));
        free(data);
    }
    assert_status(0, plat_hash_end(hash, digest));
    plat_hash_close(hash);
    hex_encode(digest, text);
    assert_string_equal(actual, text);
}

static void turn_until(struct bench *b, const unsigned *count, unsigned value)
{
    uint64_t end_ms = plat_clock_now_ms() + DEADLINE_MS;
    while (*count < value) {
        assert_true(plat_clock_now_ms() < end_ms);
        assert_status(0, loop_turn(b->loop, 10));
    }
}

static void chunks_are_hashed_as_they_are_complete(void **state)
{
    struct bench *b = *state;
    put(b, 4, 'e');
    put(b, 1, 'b');
    assert_status(0, verifier_check(b->verifier, 4, false));
    assert_status(0, verifier_check(b->verifier, 1, true));
    assert_int_equal(verifier_waiting(b->verifier), 2);
    assert_int_equal(verifier_waiting_fresh(b->verifier), 1);
    turn_until(b, &b->told[1], 1);
    turn_until(b, &b->told[4], 1);
    expect_digest(b->digests[4], "e", 4);
    expect_digest(b->digests[1], "b", 1);
    assert_int_equal(verifier_waiting(b->verifier), 0);
    assert_int_equal(verifier_waiting_fresh(b->verifier), 0);
    assert_int_equal(b->whole_told, 0);
}

static void the_whole_is_hashed_as_it_grows(void **state)
{
    struct bench *b = *state;
    for (uint64_t i = 0; i < CHUNKS; i++) {
        put(b, i, (char)('a' + i));
        verifier_extend(b->verifier, i < CHUNKS - 1 ? (i + 1) * CHUNK_SIZE : SIZE);
        assert_status(0, loop_turn(b->loop, 0));
    }
    turn_until(b, &b->whole_told, 1);
    expect_digest(b->whole, "abcde", 0);
    assert_int_equal(b->error, 0);
}

static void bytes_that_change_are_hashed_anew(void **state)
{
    struct bench *b = *state;
    for (uint64_t i = 0; i < CHUNKS; i++)
        put(b, i, 'x');
    verifier_extend(b->verifier, SIZE);
    turn_until(b, &b->whole_told, 1);
    verifier_retract(b->verifier, 2 * CHUNK_SIZE);
    put(b, 2, 'y');
    verifier_extend(b->verifier, SIZE);
    turn_until(b, &b->whole_told, 2);
    expect_digest(b->whole, "xxyxx", 0);
    verifier_retract(b->verifier, SIZE); /* nothing of it was hashed: nothing begins anew */
    loop_turn(b->loop, 20);
    assert_int_equal(b->whole_told, 2);
}

static void a_retracted_end_is_not_told(void **state)
{
    struct bench *b = *state;
    for (uint64_t i = 0; i < CHUNKS; i++)
        put(b, i, 'x');
    verifier_extend(b->verifier, SIZE);
    verifier_retract(b->verifier, 0);
    put(b, 0, 'z');
    verifier_extend(b->verifier, SIZE);
    turn_until(b, &b->whole_told, 1);
    expect_digest(b->whole, "zxxxx", 0);
    loop_turn(b->loop, 20);
    assert_int_equal(b->whole_told, 1);
}

static void after_a_reset_nothing_old_is_told(void **state)
{
    struct bench *b = *state;
    for (uint64_t i = 0; i < CHUNKS; i++) {
        put(b, i, 'x');
        assert_status(0, verifier_check(b->verifier, i, i % 2 == 0));
    }
    verifier_extend(b->verifier, SIZE);
    verifier_reset(b->verifier);
    assert_int_equal(verifier_waiting(b->verifier), 0);
    put(b, 3, 'y');
    assert_status(0, verifier_check(b->verifier, 3, false));
    turn_until(b, &b->told[3], 1);
    loop_turn(b->loop, 20);
    expect_digest(b->digests[3], "y", 3);
    assert_int_equal(b->told[0] + b->told[1] + b->told[2] + b->told[4] + b->whole_told, 0);
}

static void bytes_that_are_not_there_are_an_error(void **state)
{
    struct bench *b = *state;
    put(b, 0, 'x');
    assert_status(0, verifier_check(b->verifier, 3, false));
    turn_until(b, &b->told[3], 1);
    assert_status(PLAT_ERR_IO, b->error);
    verifier_extend(b->verifier, SIZE);
    turn_until(b, &b->whole_told, 1);
    assert_status(PLAT_ERR_IO, b->error);
}

static void it_can_be_closed_in_the_middle(void **state)
{
    struct bench *b = *state;
    for (uint64_t i = 0; i < CHUNKS; i++) {
        put(b, i, 'x');
        assert_status(0, verifier_check(b->verifier, i, false));
    }
    verifier_extend(b->verifier, SIZE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        verifier_test(chunks_are_hashed_as_they_are_complete),
        verifier_test(the_whole_is_hashed_as_it_grows),
        verifier_test(bytes_that_change_are_hashed_anew),
        verifier_test(a_retracted_end_is_not_told),
        verifier_test(after_a_reset_nothing_old_is_told),
        verifier_test(bytes_that_are_not_there_are_an_error),
        verifier_test(it_can_be_closed_in_the_middle),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("verifier", tests, NULL, NULL);
}

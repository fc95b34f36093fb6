/* client/journal.h: what is known of an unfinished download. */
#include "client/journal.h"

#include <string.h>

#include "check.h"
#include "expect.h"
#include "plat/process.h"
#include "testfile.h"

#define journal_test(f) cmocka_unit_test_setup_teardown(f, testdir_setup, testdir_teardown)

static const struct journal_identity known = {
    .size = 123456789,
    .sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    .server_id = "CS1",
    .mtime_s = 1700000000};

static void fill(unsigned char digest[PLAT_HASH_SIZE], unsigned number)
{
    for (unsigned i = 0; i < PLAT_HASH_SIZE; i++)
        digest[i] = (unsigned char)(number + i);
}

struct seen {
    uint64_t count, last, claimed;
    bool right;
};

static void on_chunk(void *arg, uint64_t chunk, const unsigned char *digest)
{
    struct seen *seen = arg;
    unsigned char expected[PLAT_HASH_SIZE];
    fill(expected, (unsigned)chunk);
    if (!digest) {
        seen->claimed++;
        return;
    }
    seen->right = seen->right && memcmp(expected, digest, sizeof expected) == 0 &&
                  (seen->count == 0 || chunk > seen->last);
    seen->last = chunk;
    seen->count++;
}

static struct seen read_chunks(struct plat_file file, uint64_t count)
{
    struct seen seen = {.right = true};
    assert_status(0, journal_read_chunks(file, count, on_chunk, &seen));
    assert_true(seen.right);
    return seen;
}

static void note(struct plat_file file, uint64_t chunk)
{
    unsigned char digest[PLAT_HASH_SIZE];
    fill(digest, (unsigned)chunk);
    assert_status(0, journal_note_chunk(file, chunk, digest));
}

static void a_journal_tells_which_file_it_is(void **state)
{
    struct plat_file file = testfile_create(*state, "journal");
    struct journal_identity read;
    assert_status(PLAT_END, journal_read_identity(file, &read));
    assert_status(0, journal_begin(file, &known));
    assert_status(0, journal_read_identity(file, &read));
    assert_int_equal(read.size, known.size);
    assert_string_equal(read.sha256, known.sha256);
    assert_string_equal(read.server_id, "CS1");
    assert_int_equal(read.mtime_s, known.mtime_s);
    struct journal_identity nothing = {.size = 5};
    assert_status(0, journal_identify(file, &nothing));
    assert_status(0, journal_read_identity(file, &read));
    assert_int_equal(read.size, 5);
    assert_string_equal(read.sha256, "");
    plat_file_close(file);
}

static void noted_chunks_are_read_again(void **state)
{
    struct plat_file file = testfile_create(*state, "journal");
    assert_status(0, journal_begin(file, &known));
    assert_int_equal(read_chunks(file, 5000).count, 0);
    note(file, 0);
    note(file, 1023);
    note(file, 1024);
    note(file, 4000);
    assert_int_equal(read_chunks(file, 5000).count, 4);
    assert_int_equal(read_chunks(file, 1024).count, 2);
    assert_status(0, journal_forget_chunk(file, 1024));
    assert_int_equal(read_chunks(file, 5000).count, 3);
    assert_status(0, journal_claim_chunk(file, 7));
    assert_status(0, journal_claim_chunk(file, 8));
    note(file, 7);
    assert_int_equal(read_chunks(file, 5000).claimed, 1);
    assert_int_equal(read_chunks(file, 5000).count, 4);
    assert_status(0, journal_begin(file, &known));
    assert_int_equal(read_chunks(file, 5000).count, 0);
    plat_file_close(file);
}

static void parts_are_replaced_as_a_whole(void **state)
{
    struct plat_file file = testfile_create(*state, "journal");
    struct journal_part parts[JOURNAL_PARTS_MAX + 1] = {{0}}, read[JOURNAL_PARTS_MAX];
    assert_status(0, journal_begin(file, &known));
    assert_int_equal(journal_read_parts(file, read), 0);
    for (unsigned i = 0; i < COUNT_OF(parts); i++) {
        parts[i].from = i * 100;
        parts[i].to = i * 100 + 10 + i;
        fill(parts[i].digest, i);
    }
    assert_status(0, journal_note_parts(file, parts, COUNT_OF(parts)));
    assert_int_equal(journal_read_parts(file, read), JOURNAL_PARTS_MAX);
    assert_int_equal(read[7].from, 700);
    assert_int_equal(read[7].to, 717);
    assert_memory_equal(read[7].digest, parts[7].digest, PLAT_HASH_SIZE);
    assert_status(0, journal_note_parts(file, parts, 1));
    assert_int_equal(journal_read_parts(file, read), 1);
    note(file, 3); /* they do not lie on each other */
    assert_int_equal(journal_read_parts(file, read), 1);
    plat_file_close(file);
}

/* Each byte of the file is damaged in turn: what it belongs to is not there any more, or is as it
 * was, but never another thing. */
static void a_damaged_record_is_none(void **state)
{
    struct plat_file file = testfile_create(*state, "journal");
    struct journal_identity identity;
    struct journal_part part = {.from = 10, .to = 20}, read[JOURNAL_PARTS_MAX];
    unsigned char byte;
    size_t got;
    fill(part.digest, 9);
    assert_status(0, journal_begin(file, &known));
    assert_status(0, journal_note_parts(file, &part, 1));
    for (uint64_t i = 0; i < 3; i++)
        note(file, i);
    uint64_t size = testfile_size(file);
    for (uint64_t at = 0; at < size; at++) {
        assert_status(0, plat_file_read(file, &byte, 1, at, &got));
        byte ^= 0x41;
        assert_status(0, plat_file_write(file, &byte, 1, at));
        if (journal_read_identity(file, &identity) == 0)
            assert_int_equal(identity.size, known.size);
        assert_between(read_chunks(file, 3).count, 2, 3);
        if (journal_read_parts(file, read) == 1)
            assert_memory_equal(&read[0], &part, sizeof part);
        byte ^= 0x41;
        assert_status(0, plat_file_write(file, &byte, 1, at));
    }
    plat_file_close(file);
}

static void a_torn_journal_is_read_as_far_as_it_goes(void **state)
{
    struct plat_file file = testfile_create(*state, "journal");
    assert_status(0, journal_begin(file, &known));
    for (uint64_t i = 0; i < 10; i++)
        note(file, i);
    assert_status(0, plat_file_resize(file, testfile_size(file) - 1));
    assert_int_equal(read_chunks(file, 100).count, 9);
    plat_file_close(file);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        journal_test(a_journal_tells_which_file_it_is),
        journal_test(noted_chunks_are_read_again),
        journal_test(parts_are_replaced_as_a_whole),
        journal_test(a_damaged_record_is_none),
        journal_test(a_torn_journal_is_read_as_far_as_it_goes),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}

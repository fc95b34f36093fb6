/* client/download.h: going on where an earlier run ended. */
#include <stdio.h>

#include "check.h"
#include "expect.h"
#include "plat/process.h"
#include "world.h"

enum { SIZE = 30 * MIB };

/* A first run that ends in the middle: each connection after `bytes`, and then nobody answers. */
static void break_off(struct world *w, unsigned sources, uint64_t bytes)
{
    uint64_t retry_ms = w->options.retry_ms;
    for (unsigned i = 0; i < sources; i++) {
        w->sources[i].closes_at = bytes;
        w->sources[i].closes_left = w->sources[i].is_base ? 2 : 1;
        w->sources[i].hangs_at = 0;
    }
    w->options.retry_ms = 700;
    w->options.connections = 1;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    w->options.retry_ms = retry_ms;
    for (unsigned i = 0; i < sources; i++) {
        w->sources[i].closes_at = w->sources[i].hangs_at = FAKE_NEVER;
        w->sources[i].sent = 0;
    }
}

static void a_second_run_fetches_what_is_missing(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 13 * MIB + 777);
    assert_int_equal(w->result.fetched, 13 * MIB + 777);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.kept, 13 * MIB + 777);
    assert_int_equal(w->result.fetched, SIZE - (13 * MIB + 777));
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
}

static void other_sources_go_on(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 2, true);
    break_off(w, 2, 9 * MIB);
    uint64_t kept = w->result.fetched;
    fake_content_kill(&w->sources[0]);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - kept);
}

static void a_third_run_goes_on_too(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 5 * MIB);
    break_off(w, 1, 5 * MIB);
    assert_int_equal(w->result.kept, 5 * MIB);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - 10 * MIB);
}

static void damage(struct world *w, const char *name, uint64_t offset)
{
    struct plat_file file = testfile_create(w->dir, name);
    unsigned char byte;
    size_t got;
    assert_status(0, plat_file_read(file, &byte, 1, offset, &got));
    byte ^= 1;
    assert_status(0, plat_file_write(file, &byte, 1, offset));
    plat_file_close(file);
}

static void damaged_chunks_are_fetched_again(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 18 * MIB);
    damage(w, "file.mcdn-part", 5 * MIB);  /* of a whole chunk */
    damage(w, "file.mcdn-part", 17 * MIB); /* of what there is of another */
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - 18 * MIB + CHUNK_SIZE + 2 * MIB);
}

/* To fetch it takes longer than a source may bring nothing. */
static void what_was_damaged_is_new_when_it_comes_again(void **state)
{
    struct world *w = *state;
    world_fill(w, 5 * CHUNK_SIZE, 1, true);
    break_off(w, 1, 4 * CHUNK_SIZE);
    for (unsigned i = 0; i < 4; i++)
        damage(w, "file.mcdn-part", i * CHUNK_SIZE);
    w->sources[0].rate = 3 * MIB;
    w->options.connections = 1;
    w->options.retry_ms = 2000;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, 5 * CHUNK_SIZE);
}

/* A chunk that was damaged comes from one source alone: where it breaks off, from its start again.
 */
static void what_was_damaged_is_new_after_a_break_too(void **state)
{
    struct world *w = *state;
    world_fill(w, 2 * CHUNK_SIZE, 1, true);
    break_off(w, 1, 2 * CHUNK_SIZE - 1);
    damage(w, "file.mcdn-part", 0);
    w->sources[0].rate = MIB;
    w->sources[0].closes_at = CHUNK_SIZE - MIB / 4;
    w->sources[0].closes_left = 1;
    w->options.connections = 1;
    w->options.retry_ms = 1500;
    world_get(w);
    world_expect_file(w);
    assert_between(w->result.fetched, 2 * CHUNK_SIZE - MIB / 4, 2 * CHUNK_SIZE - MIB / 4 + 1);
}

/* However many chunks they are, as after a loss of power. The source sends the file from its start.
 */
static void much_damage_is_no_sign_against_sources(void **state)
{
    struct world *w = *state;
    world_fill(w, 14 * CHUNK_SIZE, 1, true);
    break_off(w, 1, 13 * CHUNK_SIZE);
    for (unsigned i = 4; i < 13; i++)
        damage(w, "file.mcdn-part", i * CHUNK_SIZE);
    w->sources[0].is_base = true;
    w->sources[0].rate = 8 * MIB;
    w->options.connections = 1;
    w->options.retry_ms = 1500;
    world_get(w);
    world_expect_file(w);
}

static void a_part_that_was_cut_is_fetched_again(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 18 * MIB);
    struct plat_file file = testfile_create(w->dir, "file.mcdn-part");
    assert_status(0, plat_file_resize(file, 9 * MIB));
    plat_file_close(file);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - 8 * MIB);
}

static void what_a_part_has_too_much_is_cut(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    break_off(w, 1, 5 * MIB);
    struct plat_file file = testfile_create(w->dir, "file.mcdn-part");
    assert_status(0, plat_file_write(file, "more", 4, w->file.size));
    plat_file_close(file);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.kept, 5 * MIB);
}

static void without_its_journal_a_part_is_begun_anew(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 18 * MIB);
    damage(w, "file.mcdn-journal", 20);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
    assert_int_equal(w->result.kept, 0);
}

static void another_file_by_now_is_begun_anew(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 18 * MIB);
    world_change(w, 1800000000);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
}

static void without_a_hash_the_same_server_goes_on(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    break_off(w, 1, 13 * MIB);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - 13 * MIB);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_SIZE);
}

static void without_a_hash_a_newer_file_is_begun_anew(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    break_off(w, 1, 13 * MIB);
    world_change(w, 1800000000);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
}

static void without_a_hash_another_server_begins_anew(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    break_off(w, 1, 13 * MIB);
    snprintf(w->index.holders[0].id, sizeof w->index.holders[0].id, "OTHER");
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
}

/* The hash became known between the runs. */
static void a_hash_that_has_come_checks_what_is_kept(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    break_off(w, 1, 13 * MIB);
    w->sources[0].has_no_hash = false;
    snprintf(w->index.holders[0].sha256, sizeof w->index.holders[0].sha256, "%s", w->file.sha256);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - 13 * MIB);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
}

static void a_hash_that_has_come_finds_what_is_wrong(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    break_off(w, 1, 13 * MIB);
    world_change(w, 1800000000);
    w->sources[0].has_no_hash = false;
    snprintf(w->index.holders[0].sha256, sizeof w->index.holders[0].sha256, "%s", w->file.sha256);
    world_get(w);
    world_expect_file(w);
    assert_between(w->result.fetched, SIZE, SIZE + CHUNK_SIZE);
}

/* An index that was restarted does not know the hash any more; the server does. */
static void a_hash_that_only_the_server_knows_now_is_enough(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 13 * MIB);
    w->index.holders[0].sha256[0] = '\0';
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE - 13 * MIB);
}

static void a_hash_that_nobody_knows_now_is_no_reason_to_mix(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 13 * MIB);
    w->index.holders[0].sha256[0] = '\0';
    w->sources[0].has_no_hash = true;
    world_change(w, 1800000000);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
}

/* Of one chunk: a guess at the file's hash is no list of chunks, and no reason to call a server a
 * liar. */
static void a_small_file_that_nobody_knows_now_is_begun_anew(void **state)
{
    (void)state;
    for (int is_base = 0; is_base < 2; is_base++) {
        struct world *w;
        assert_int_equal(world_setup((void **)&w), 0);
        world_fill(w, 3 * MIB, 1, true);
        break_off(w, 1, 2 * MIB);
        w->index.holders[0].sha256[0] = '\0';
        w->sources[0].has_no_hash = true;
        w->sources[0].is_base = is_base;
        world_change(w, 1800000000);
        world_get(w);
        world_expect_file(w);
        assert_int_equal(w->result.fetched, w->file.size);
        assert_int_equal(w->result.proof, DOWNLOAD_PROOF_SIZE);
        assert_null(strstr(w->result.reason, "wrong bytes"));
        assert_int_equal(world_teardown((void **)&w), 0);
    }
}

/* The server says at once that it has another file now. */
static void a_guess_that_is_wrong_is_given_up(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    break_off(w, 1, 13 * MIB);
    w->index.holders[0].sha256[0] = '\0';
    world_change(w, 1800000000);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
}

static void a_base_server_begins_anew(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    w->index.is_base = w->sources[0].is_base = true;
    break_off(w, 1, 13 * MIB);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, SIZE);
}

/* What was checked chunk by chunk need not come from the base server; the rest must pass by. */
static void a_base_server_fills_up_what_is_missing(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 2, true);
    w->index.holders[1].sha256[0] = '\0';
    w->sources[1].is_base = true;
    w->sources[0].closes_at = 13 * MIB;
    w->sources[0].closes_left = 1;
    w->sources[0].hangs_at = 0;
    w->options.connections = 1;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.share_count, 2);
    assert_int_equal(w->sources[0].sent, 13 * MIB);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_second_run_fetches_what_is_missing),
        world_test(other_sources_go_on),
        world_test(a_third_run_goes_on_too),
        world_test(damaged_chunks_are_fetched_again),
        world_test(what_was_damaged_is_new_when_it_comes_again),
        world_test(what_was_damaged_is_new_after_a_break_too),
        world_test(much_damage_is_no_sign_against_sources),
        world_test(a_part_that_was_cut_is_fetched_again),
        world_test(what_a_part_has_too_much_is_cut),
        world_test(without_its_journal_a_part_is_begun_anew),
        world_test(another_file_by_now_is_begun_anew),
        world_test(without_a_hash_the_same_server_goes_on),
        world_test(without_a_hash_a_newer_file_is_begun_anew),
        world_test(without_a_hash_another_server_begins_anew),
        world_test(a_hash_that_has_come_checks_what_is_kept),
        world_test(a_hash_that_has_come_finds_what_is_wrong),
        world_test(a_hash_that_only_the_server_knows_now_is_enough),
        world_test(a_hash_that_nobody_knows_now_is_no_reason_to_mix),
        cmocka_unit_test(a_small_file_that_nobody_knows_now_is_begun_anew),
        world_test(a_guess_that_is_wrong_is_given_up),
        world_test(a_base_server_begins_anew),
        world_test(a_base_server_fills_up_what_is_missing),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("download resume", tests, NULL, NULL);
}

/* client/download.h: sources whose bytes, or whose hashes of them, are wrong. The file comes whole
 * all the same, whoever lies and whoever is asked first, and little is sent twice. */
#include <stdio.h>

#include "check.h"
#include "expect.h"
#include "plat/process.h"
#include "world.h"

enum { SIZE = 30 * MIB };

/* Two or three servers at a speed that leaves time for faults. */
static void fill(struct world *w, unsigned sources)
{
    world_fill(w, SIZE, sources, true);
    for (unsigned i = 0; i < sources; i++)
        w->sources[i].rate = 20 * MIB;
}

static void get(struct world *w)
{
    world_get(w);
    world_expect_file(w);
}

static void a_bad_chunk_alone_is_fetched_again(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->options.connections = 1; /* so that it is known who sends it */
    w->sources[0].wrong_at = 5 * MIB;
    w->sources[0].wrongs_left = 1;
    get(w);
    assert_int_equal(w->sources[0].wrongs_left, 0);
    assert_between(w->result.fetched, SIZE + CHUNK_SIZE, SIZE + CHUNK_SIZE + MIB);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
    assert_int_equal(w->result.share_count, 2);
    assert_int_equal(w->result.shares[0].bytes + w->result.shares[1].bytes, SIZE);
    assert_string_equal(w->result.shares[0].id, "CS2");
}

static void the_only_source_is_asked_again_for_a_bad_chunk(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    w->sources[0].wrong_at = 5 * MIB;
    w->sources[0].wrongs_left = 1;
    get(w);
    assert_between(w->result.fetched, w->file.size, w->file.size + CHUNK_SIZE);
}

/* To fetch it takes longer than a source may bring nothing. */
static void a_bad_chunk_is_new_when_it_comes_again(void **state)
{
    struct world *w = *state;
    world_fill(w, 2 * CHUNK_SIZE, 1, true);
    w->sources[0].rate = MIB;
    w->sources[0].wrong_at = 2 * CHUNK_SIZE - 5;
    w->sources[0].wrongs_left = 1;
    w->options.connections = 1;
    w->options.retry_ms = 1500;
    get(w);
    assert_int_equal(w->result.fetched, 3 * CHUNK_SIZE);
}

static void a_small_file_of_wrong_bytes_comes_from_another(void **state)
{
    struct world *w = *state;
    world_fill(w, 5000, 2, true);
    w->sources[0].wrong_at = 77;
    get(w);
    assert_int_equal(w->result.fetched, 10000);
}

/* Its hash is not that of nothing, so it is another file, or none. */
static void an_empty_file_is_checked_too(void **state)
{
    struct world *w = *state;
    world_fill(w, 0, 1, true);
    w->options.retry_ms = 700;
    snprintf(w->index.holders[0].sha256, sizeof w->index.holders[0].sha256, "%064d", 1);
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "CS1: its bytes are not those of the file: it is empty");
    assert_true(w->sources[0].gets > 0);
    testfile_expect_missing(w->dir, "file");
    testfile_expect_missing(w->dir, "file.mcdn-part");
    snprintf(w->index.holders[0].sha256, sizeof w->index.holders[0].sha256, "%s", w->file.sha256);
    get(w);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
}

/* Of what is on its way from a source that is left. */
enum { UNREAD = 2 * MIB };

/* The list that is asked for first lies, and its source is the only one that has one. */
static void a_lying_list_of_chunks_costs_a_chunk(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].lies_in_list = true;
    w->sources[1].has_no_chunks = true;
    get(w);
    assert_between(w->result.fetched, SIZE, SIZE + 2 * CHUNK_SIZE + 2 * UNREAD);
}

/* Whoever is asked first, neither is left before the bytes tell. */
static void of_two_lists_the_bytes_tell_which_one_lies(void **state)
{
    for (unsigned liar = 0; liar < 2; liar++) {
        struct world *w;
        assert_int_equal(world_setup((void **)&w), 0);
        fill(w, 2);
        w->sources[liar].lies_in_list = true;
        get(w);
        assert_int_equal(w->result.share_count, 2);
        assert_between(w->result.fetched, SIZE, SIZE + 2 * CHUNK_SIZE + 2 * UNREAD);
        assert_int_equal(world_teardown((void **)&w), 0);
    }
    (void)state;
}

static void a_list_that_lies_about_each_chunk_costs_no_more(void **state)
{
    struct world *w = *state;
    fill(w, 3);
    w->sources[0].lies_in_all = true;
    w->sources[1].has_no_chunks = w->sources[2].has_no_chunks = true;
    get(w);
    assert_between(w->result.fetched, SIZE, SIZE + 2 * CHUNK_SIZE + 3 * UNREAD);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
}

/* There is nobody else to ask: the whole tells. */
static void the_only_source_may_lie_in_its_list(void **state)
{
    struct world *w = *state;
    world_fill(w, 20 * MIB, 1, true);
    w->sources[0].lies_in_all = true;
    get(w);
    assert_between(w->result.fetched, w->file.size, w->file.size + 2 * CHUNK_SIZE + UNREAD);
}

/* Its bytes are wrong as well, in another chunk and as its list says. */
static void a_liar_in_list_and_bytes_is_found_out(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', SIZE);
    fill(w, 2);
    memcpy(w->other.data, w->file.data, SIZE);
    w->other.data[17 * MIB] ^= 1;
    fake_file_hash(&w->other);
    w->sources[0].file = &w->other;
    w->sources[0].claims = w->file.sha256;
    w->sources[0].lies_in_list = true;
    w->sources[1].has_no_chunks = true;
    get(w);
}

/* The honest list is contradicted by two that have the same wrong byte. */
static void two_that_agree_are_not_right_for_that(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', SIZE);
    fill(w, 3);
    memcpy(w->other.data, w->file.data, SIZE);
    w->other.data[9 * MIB] ^= 1;
    fake_file_hash(&w->other);
    for (unsigned i = 1; i < 3; i++) {
        w->sources[i].file = &w->other;
        w->sources[i].claims = w->file.sha256;
        w->sources[i].has_no_chunks = true;
        w->sources[i].rate = 40 * MIB;
    }
    get(w);
}

/* Its bytes are others, and so is its list: each alone is consistent. */
static void a_source_of_another_file_under_this_hash_is_found_out(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', 9 * MIB);
    world_fill(w, 9 * MIB, 2, true);
    w->sources[0].file = &w->other;
    w->sources[0].has_no_hash = true; /* or STAT would show it */
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_string_equal(w->result.shares[0].id, "CS2");
}

/* Nobody has a list of chunks, and both say that they have this very file: one at a time shows it.
 */
static void without_lists_sources_are_tried_one_at_a_time(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', 20 * MIB);
    world_fill(w, 20 * MIB, 2, true);
    w->sources[0].has_no_chunks = w->sources[1].has_no_chunks = true;
    w->sources[0].rate = w->sources[1].rate = 40 * MIB;
    w->sources[0].file = &w->other;
    w->sources[0].claims = w->file.sha256;
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_string_equal(w->result.shares[0].id, "CS2");
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
}

/* With a list as well, of its own bytes: the whole shows that the list lies, and who else has one.
 */
static void a_consistent_liar_is_found_out_by_the_whole(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', 20 * MIB);
    world_fill(w, 20 * MIB, 2, true);
    w->options.connections = 1; /* so that its list is the one in force */
    w->sources[0].file = &w->other;
    w->sources[0].claims = w->file.sha256;
    get(w);
    assert_string_equal(w->result.shares[0].id, "CS2");
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_bad_chunk_alone_is_fetched_again),
        world_test(the_only_source_is_asked_again_for_a_bad_chunk),
        world_test(a_bad_chunk_is_new_when_it_comes_again),
        world_test(a_small_file_of_wrong_bytes_comes_from_another),
        world_test(an_empty_file_is_checked_too),
        world_test(a_lying_list_of_chunks_costs_a_chunk),
        cmocka_unit_test(of_two_lists_the_bytes_tell_which_one_lies),
        world_test(a_list_that_lies_about_each_chunk_costs_no_more),
        world_test(the_only_source_may_lie_in_its_list),
        world_test(a_liar_in_list_and_bytes_is_found_out),
        world_test(two_that_agree_are_not_right_for_that),
        world_test(a_source_of_another_file_under_this_hash_is_found_out),
        world_test(without_lists_sources_are_tried_one_at_a_time),
        world_test(a_consistent_liar_is_found_out_by_the_whole),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("download lies", tests, NULL, NULL);
}

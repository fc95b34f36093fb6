/* client/download.h: sources that do what they should not. The file comes whole all the same, from
 * the others, and little is sent twice. */
#include <limits.h>

#include "check.h"
#include "expect.h"
#include "plat/clock.h"
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

static void a_source_that_closes_is_replaced_and_nothing_comes_twice(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].closes_at = 3 * MIB;
    get(w);
    assert_between(w->result.fetched, SIZE, SIZE + MIB);
}

static void a_source_that_is_not_there_is_replaced(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    fake_content_kill(&w->sources[0]);
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_string_equal(w->result.shares[0].id, "CS2");
}

static void a_source_that_hangs_is_left_after_the_stall_time(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].hangs_at = 2 * MIB;
    get(w);
    assert_between(w->result.fetched, SIZE, SIZE + MIB);
}

static void a_source_that_says_nothing_at_all_is_left(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].is_mute = true;
    get(w);
    assert_int_equal(w->result.share_count, 1);
}

static void answers_that_are_none_leave_their_source(void **state)
{
    static const char *const answers[] = {
        "ERROR\n", "ERROR FILE_NOT_FOUND\n", "NONSENSE\n",        "OK -1\n", "OK\n",
        "\n\n\n",  "OK 31457280 5\n",        "STAT 5 - 5 file\n", "STAT\n",  "END\n",
    };
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct world *w;
        assert_int_equal(world_setup((void **)&w), 0);
        world_fill(w, 9 * MIB, 2, true);
        w->sources[0].says = answers[i];
        get(w);
        assert_int_equal(w->result.share_count, 1);
        assert_int_equal(w->result.fetched, w->file.size);
        assert_int_equal(world_teardown((void **)&w), 0);
    }
    (void)state;
}

/* Longer than a line may be, and without end. */
static void an_endless_line_leaves_its_source(void **state)
{
    struct world *w = *state;
    char *line = text_of('x', 20000);
    world_fill(w, 9 * MIB, 2, true);
    w->sources[0].says = line;
    get(w);
    assert_int_equal(w->result.share_count, 1);
    free(line);
}

static void another_size_leaves_its_source(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].size_told = SIZE + 1;
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_int_equal(w->sources[0].sent, 0);
}

/* By its hash, which the index does not know of yet. It is not used, and does not fail either. */
static void another_hash_is_the_reason_that_is_told(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', 5000);
    world_fill(w, 5000, 1, true);
    w->sources[0].file = &w->other;
    w->options.retry_ms = 500;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "CS1: it has another file of this name, by its SHA-256");
    assert_int_equal(w->sources[0].sent, 0);
}

/* Of a source that is known for one of ours, and then does what a base one would. */
static void a_failure_is_told_as_it_was(void **state)
{
    static const struct {
        const char *says; /* from its second connection on */
        unsigned stats_most;
        bool has_no_ranges, closes_if_told;
        const char *reason;
    } rows[] = {
        {NULL, UINT_MAX, true, false, "CS1: it answers ERROR UNKNOWN_COMMAND"},
        {NULL, UINT_MAX, false, true, "CS1: it closed"}, /* at once, or without an answer */
        {"ERROR FILE_NOT_FOUND\n", UINT_MAX, false, false, "CS1: it answers ERROR FILE_NOT_FOUND"},
        {NULL, 1, false, false, "CS1: it does not answer STAT"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct world *w;
        assert_int_equal(world_setup((void **)&w), 0);
        world_fill(w, 9 * MIB, 1, true);
        w->options = (struct download_options){.connections = 1, .stall_ms = 4000, .retry_ms = 600};
        w->sources[0].says = rows[i].says;
        w->sources[0].says_from = 1;
        w->sources[0].stats_most = rows[i].stats_most;
        w->sources[0].has_no_ranges = rows[i].has_no_ranges;
        w->sources[0].closes_if_told = rows[i].closes_if_told;
        w->sources[0].closes_at = MIB;
        w->sources[0].closes_left = 1;
        assert_int_equal(world_get(w), DOWNLOAD_FAILED);
        assert_memory_equal(w->result.reason, rows[i].reason, strlen(rows[i].reason));
        assert_int_equal(world_teardown((void **)&w), 0);
    }
    (void)state;
}

static void more_bytes_than_promised_leave_their_source(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].sends_more = true;
    get(w);
}

/* It is there before that source could have brought a single chunk. */
static void a_trickling_source_does_not_hold_up_the_file(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].rate = 20000;
    uint64_t start_ms = plat_clock_now_ms();
    get(w);
    assert_true(plat_clock_now_ms() - start_ms < CHUNK_SIZE * UINT64_C(1000) / w->sources[0].rate);
    assert_true(w->sources[0].sent < MIB);
}

static void without_a_hash_another_source_begins_anew(void **state)
{
    struct world *w = *state;
    world_fill(w, 12 * MIB, 2, false);
    for (unsigned i = 0; i < 2; i++)
        w->sources[i].rate = 20 * MIB;
    w->other = fake_file_of_byte('y', 12 * MIB);
    w->sources[0].file = &w->other;
    w->sources[0].closes_at = MIB;
    w->sources[0].closes_left = 4;
    w->sources[0].hangs_at = 0;
    get(w);
    assert_int_equal(w->result.share_count, 1); /* never bytes of both */
    assert_string_equal(w->result.shares[0].id, "CS2");
}

static void base_sources_replace_each_other_from_the_start(void **state)
{
    struct world *w = *state;
    world_fill(w, 12 * MIB, 2, false);
    for (unsigned i = 0; i < 2; i++)
        w->sources[i].is_base = true;
    w->index.is_base = true;
    w->sources[0].closes_at = 5 * MIB;
    w->sources[0].closes_left = 2; /* the first one asks STAT */
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_between(w->result.fetched, w->file.size, w->file.size + 5 * MIB);
}

/* Each is the only one that may be used for as long as it is the turn's. */
static void with_nobody_left_and_no_hash_it_ends_in_time(void **state)
{
    struct world *w = *state;
    world_fill(w, 20 * MIB, 2, false);
    for (int i = 0; i < 2; i++) {
        w->sources[i].is_base = true;
        w->sources[i].closes_at = MIB;
        w->sources[i].closes_left = UINT_MAX;
    }
    w->options.retry_ms = 3000;
    uint64_t start_ms = plat_clock_now_ms();
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_between(plat_clock_now_ms() - start_ms, 3000, DEADLINE_MS);
    fake_content_kill(&w->sources[0]);
    fake_content_kill(&w->sources[1]);
    start_ms = plat_clock_now_ms();
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_between(plat_clock_now_ms() - start_ms, 3000, 6000);
}

static void with_nobody_left_it_fails_and_keeps_what_it_has(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->sources[0].closes_at = w->sources[1].closes_at = 3 * MIB;
    w->sources[0].closes_left = w->sources[1].closes_left = 2;
    uint64_t start_ms = plat_clock_now_ms();
    w->sources[0].hangs_at = w->sources[1].hangs_at = 0;
    w->options.retry_ms = 1000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_true(plat_clock_now_ms() - start_ms >= w->options.retry_ms);
    assert_true(w->result.reason[0] != '\0');
    testfile_expect_missing(w->dir, "file");
    assert_true(w->result.fetched > 0);
    struct plat_file_info info;
    assert_status(0, plat_file_look(world_dir(w)->folder, "file.mcdn-part", &info));
    assert_status(0, plat_file_look(world_dir(w)->folder, "file.mcdn-journal", &info));
}

/* Each connection brings a little more: that is progress. */
static void a_source_that_always_breaks_off_delivers_in_the_end(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    w->options.connections = 2;
    w->sources[0].closes_at = 2 * MIB;
    get(w);
    assert_int_equal(w->result.fetched, w->file.size);
}

static void a_full_set_of_dead_sources_is_asked_of_the_index_again(void **state)
{
    struct world *w = *state;
    fill(w, 1);
    w->options.retry_ms = 1000;
    fake_content_kill(&w->sources[0]);
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_true(w->index.locates > 2);
    testfile_expect_missing(w->dir, "file.mcdn-part"); /* nothing came */
}

static void without_time_to_retry_it_fails_at_once(void **state)
{
    struct world *w = *state;
    fill(w, 1);
    w->options.retry_ms = 0;
    fake_content_kill(&w->sources[0]);
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_int_equal(w->index.locates, 1);
    assert_int_equal(w->sources[0].connections, 0);
}

/* It registers while the download runs, and the only one that there was has trouble. */
static void a_holder_that_comes_later_joins_in(void **state)
{
    struct world *w = *state;
    fill(w, 2);
    w->index.late = 1;
    w->sources[0].rate = 2 * MIB; /* of each connection */
    w->sources[0].closes_at = MIB;
    w->sources[0].closes_left = 1;
    get(w);
    assert_int_equal(w->result.share_count, 2);
    assert_int_equal(w->index.gets, 1); /* it took no other turn */
}

/* The index says nothing more: the download goes on beside the question, and does not wait for its
 * answer. */
static void an_index_that_hangs_does_not_hold_up_sources(void **state)
{
    struct world *w = *state;
    fill(w, 1);
    w->index.mute_from = 2;
    w->sources[0].rate = 4 * MIB;
    w->sources[0].closes_at = MIB;
    w->sources[0].closes_left = 1;
    get(w);
    assert_true(w->index.locates > 1);
}

/* A second is enough for the index, or it is not waited for. What has come is kept. */
static void an_index_that_hangs_does_not_hold_up_the_end(void **state)
{
    struct world *w = *state;
    struct plat_file_info info;
    fill(w, 1);
    w->index.is_dead_later = true;
    w->sources[0].closes_at = 3 * MIB;
    w->sources[0].closes_left = 1;
    w->sources[0].hangs_at = 0;
    w->options.connections = 1;
    w->options.retry_ms = 1000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_between(w->result.elapsed_ms, w->options.retry_ms, 8000); /* not the index's 13 s */
    assert_status(0, plat_file_look(world_dir(w)->folder, "file.mcdn-part", &info));
}

static void an_index_that_hangs_does_not_hold_up_the_end_of_an_empty_file(void **state)
{
    struct world *w = *state;
    world_fill(w, 0, 1, true);
    fake_content_kill(&w->sources[0]);
    w->index.is_dead_later = true;
    w->options.retry_ms = 1000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_between(w->result.elapsed_ms, w->options.retry_ms, 8000);
}

/* Its answer has no end, and each line of it comes in time. */
static void an_index_that_trickles_is_not_heard_to_the_end(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, false);
    w->index.trickles = true;
    work_limit(&w->work, DEADLINE_MS);
    get(w);
    work_unlimit(&w->work);
}

/* What passes by once more takes longer than a source may bring nothing. */
static void a_stream_may_take_its_time_to_where_it_broke_off(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    w->sources[0].is_base = true;
    w->sources[0].closes_at = 8 * MIB;
    w->sources[0].closes_left = 2; /* the first one is asked STAT */
    w->sources[0].rate = 3 * MIB;
    w->options.connections = 1;
    w->options.retry_ms = 500;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.fetched, 17 * MIB);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_source_that_closes_is_replaced_and_nothing_comes_twice),
        world_test(a_source_that_is_not_there_is_replaced),
        world_test(a_source_that_hangs_is_left_after_the_stall_time),
        world_test(a_source_that_says_nothing_at_all_is_left),
        cmocka_unit_test(answers_that_are_none_leave_their_source),
        world_test(an_endless_line_leaves_its_source),
        world_test(another_size_leaves_its_source),
        world_test(another_hash_is_the_reason_that_is_told),
        cmocka_unit_test(a_failure_is_told_as_it_was),
        world_test(more_bytes_than_promised_leave_their_source),
        world_test(a_trickling_source_does_not_hold_up_the_file),
        world_test(without_a_hash_another_source_begins_anew),
        world_test(base_sources_replace_each_other_from_the_start),
        world_test(with_nobody_left_and_no_hash_it_ends_in_time),
        world_test(with_nobody_left_it_fails_and_keeps_what_it_has),
        world_test(a_source_that_always_breaks_off_delivers_in_the_end),
        world_test(without_time_to_retry_it_fails_at_once),
        world_test(a_holder_that_comes_later_joins_in),
        world_test(an_index_that_hangs_does_not_hold_up_sources),
        world_test(an_index_that_hangs_does_not_hold_up_the_end),
        world_test(an_index_that_trickles_is_not_heard_to_the_end),
        world_test(an_index_that_hangs_does_not_hold_up_the_end_of_an_empty_file),
        world_test(a_full_set_of_dead_sources_is_asked_of_the_index_again),
        world_test(a_stream_may_take_its_time_to_where_it_broke_off),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("download faults", tests, NULL, NULL);
}

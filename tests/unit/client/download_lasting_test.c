/* client/download.h: downloads end when they can, go on for as long as bytes come, and lose nothing
 * that they have to what servers say meanwhile. */
#include "base/container.h"
#include "check.h"
#include "expect.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "world.h"

enum {
    SIZE = 30 * MIB,
    AWAY_AFTER_MS = 100,
    AWAY_MS = 2100 /* more than the client waits for progress */
};

static void get(struct world *w)
{
    world_get(w);
    world_expect_file(w);
}

/* Where nobody knows a hash, the source is asked once more whether its file is still the same. */
static void a_source_that_is_silent_at_the_last_question_does_not_hold_up_the_end(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, false);
    w->options.connections = 1;
    w->sources[0].stats_most = 1;
    work_limit(&w->work, DEADLINE_MS);
    get(w);
    work_unlimit(&w->work);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_SIZE);
}

/* All of the first one's bytes were wrong: what comes after them is progress again. */
static void a_file_that_is_begun_anew_has_all_the_time_it_needs(void **state)
{
    struct world *w = *state;
    w->other = fake_file_of_byte('x', 12 * MIB);
    world_fill(w, 12 * MIB, 2, true);
    w->options.connections = 1;
    w->options.retry_ms = 1500;
    w->sources[0].is_base = w->sources[1].is_base = true;
    w->sources[0].file = &w->other;
    w->sources[1].rate = 3 * MIB;
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_string_equal(w->result.shares[0].id, "CS2");
}

/* Or whose place somebody else keeps open. It passes for a base server in the end, of which all
 * would have to come again; but it sends nothing. */
static void a_source_that_denies_its_file_costs_nothing(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, false);
    w->options.connections = 1;
    w->sources[0].closes_at = 13 * MIB;
    w->sources[0].closes_left = 1;
    w->sources[0].says = "ERROR FILE_NOT_FOUND\n";
    w->sources[0].says_from = 1;
    w->options.retry_ms = 6000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    w->sources[0].says = NULL;
    get(w);
    assert_int_equal(w->result.kept, 13 * MIB);
    assert_int_equal(w->result.fetched, SIZE - 13 * MIB);
}

/* Nobody but the source knew the hash at first. By it every byte is checked, whatever the time of
 * the file. */
static void a_touched_file_is_not_fetched_again(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    w->index.holders[0].sha256[0] = '\0';
    w->sources[0].mtime_step = 1;
    w->sources[0].closes_at = 7 * MIB;
    w->sources[0].closes_left = 2;
    w->options.connections = 1;
    get(w);
    assert_int_equal(w->result.fetched, SIZE);
}

/* It breaks off, and is another file then. */
static void fill_changing(struct world *w)
{
    w->other = fake_file_of_byte('x', 9 * MIB);
    world_fill(w, 9 * MIB, 1, true);
    w->index.holders[0].sha256[0] = '\0';
    w->options.connections = 1;
    w->sources[0].next_file = &w->other;
    w->sources[0].closes_at = 5 * MIB;
    w->sources[0].closes_left = 1;
}

static void expect_other(struct world *w)
{
    struct fake_file old = w->file;
    w->file = w->other;
    w->other = old;
    world_expect_file(w);
}

/* The index knows no hash, so it tells of no change: this run begins anew, not the next one. */
static void a_file_that_changes_is_begun_anew_where_only_its_server_knows_the_hash(void **state)
{
    struct world *w = *state;
    fill_changing(w);
    world_get(w);
    expect_other(w);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
}

/* Each time all that came before is given up, which is our own work for most of the time. */
static void a_file_that_is_another_one_at_each_look_is_given_up(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, false);
    w->sources[0].mtime_step = 1;
    w->options.connections = 1;
    w->options.retry_ms = 500;
    w->options.stall_ms = 200;
    work_limit(&w->work, DEADLINE_MS);
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    work_unlimit(&w->work);
    assert_string_equal(w->result.reason, "nothing new comes");
}

/* Each has its hash, so each is asked for anew. */
static void a_file_of_another_hash_after_each_break_is_given_up(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    w->index.holders[0].sha256[0] = '\0';
    w->options.connections = 1;
    w->sources[0].is_never_same = true;
    w->sources[0].closes_at = MIB;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "it is another file again and again");
}

/* The server took it out to put the new one in. The engine asks twice or so, before it knows. */
static void an_index_that_does_not_know_a_changed_file_for_a_moment_is_asked_again(void **state)
{
    struct world *w = *state;
    fill_changing(w);
    w->index.forgets_from = 2;
    w->index.knows_from = 6;
    world_get(w);
    expect_other(w);
    assert_true(w->index.locates >= w->index.knows_from);
}

static void an_index_that_never_knows_a_changed_file_is_not_asked_for_ever(void **state)
{
    struct world *w = *state;
    fill_changing(w);
    w->index.forgets_from = 2;
    w->index.knows_from = UINT32_MAX;
    w->options.retry_ms = 1000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "file not found");
    assert_between(w->result.elapsed_ms, w->options.retry_ms, DEADLINE_MS);
}

/* The time to retry ends while it is waited for: what it said last is why. */
static void an_index_that_falls_silent_has_the_last_word(void **state)
{
    struct world *w = *state;
    fill_changing(w);
    w->index.forgets_from = 2;
    w->index.knows_from = UINT32_MAX;
    w->index.mute_from = 6; /* later than the engine's own questions */
    w->options.retry_ms = 3000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "file not found");
    assert_true(w->index.locates >= w->index.mute_from);
}

/* Nor waited for. It is no interrupt, and fails with what the index did. */
static void an_index_that_hangs_when_a_file_has_changed_is_given_up(void **state)
{
    struct world *w = *state;
    fill_changing(w);
    w->index.is_dead_later = true;
    w->options.retry_ms = 1000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, plat_error_text(PLAT_ERR_TIMED_OUT));
    assert_between(w->result.elapsed_ms, w->options.retry_ms, 8000); /* not the index's 20 s */
}

static void an_index_that_hangs_up_when_a_file_has_changed_is_given_up(void **state)
{
    struct world *w = *state;
    fill_changing(w);
    w->index.closes = w->index.is_dead_later = true;
    w->options.retry_ms = 1000;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "it closed the connection");
}

static void a_part_stays_where_there_is_no_room_for_what_the_index_says(void **state)
{
    struct world *w = *state;
    world_fill(w, SIZE, 1, true);
    w->sources[0].closes_at = 5 * MIB;
    w->sources[0].closes_left = 1;
    w->sources[0].hangs_at = 0;
    w->options.connections = 1;
    uint64_t retry_ms = w->options.retry_ms;
    w->options.retry_ms = 500;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    w->options.retry_ms = retry_ms;
    w->index.holders[0].size = (uint64_t)1 << 60;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    w->index.holders[0].size = SIZE;
    w->sources[0].hangs_at = FAKE_NEVER;
    get(w);
    assert_int_equal(w->result.kept, 5 * MIB);
}

static void a_server_that_knows_stat_but_no_ranges_delivers(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    w->sources[0].has_no_ranges = true;
    get(w);
    assert_int_equal(w->result.fetched, w->file.size);
}

/* It can be asked for nothing else, and is not asked again and again without a pause. */
static void a_server_that_closes_after_each_answer_delivers(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, true);
    w->sources[0].closes_if_told = true;
    get(w);
    assert_int_equal(w->result.fetched, w->file.size);
    assert_true(w->sources[0].connections < 100);
}

/* As a disk that takes its time does, or Ctrl-Z. */
static void be_away(struct timer *timer)
{
    uint64_t end_ms = plat_clock_now_ms() + AWAY_MS;
    (void)timer;
    while (plat_clock_now_ms() < end_ms) {
    }
}

static void time_in_which_we_did_not_run_is_nobodys_silence(void **state)
{
    struct world *w = *state;
    struct timer timer = {.fire = be_away};
    world_fill(w, 9 * MIB, 1, true);
    w->options.retry_ms = 1000;
    w->options.stall_ms = 250;
    loop_set_timer(w->work.loop, &timer, loop_now(w->work.loop) + AWAY_AFTER_MS);
    w->sources[0].rate = 18 * MIB;
    get(w);
    assert_false(timer_is_set(&timer));
}

/* What happens a while after the download's beginning. */
struct later {
    struct timer timer;
    struct world *world;
};

static void begin_later(struct later *later, struct world *w, void (*fire)(struct timer *),
                        uint64_t after_ms)
{
    *later = (struct later){.timer = {.fire = fire}, .world = w};
    loop_set_timer(w->work.loop, &later->timer, loop_now(w->work.loop) + after_ms);
}

static void have_whole_file(struct timer *timer)
{
    CONTAINER_OF(timer, struct later, timer)->world->sources[0].size_told = FAKE_NEVER;
}

/* The index has not seen that: to it, the file has been the same all the time. */
static void a_file_that_was_just_being_written_is_asked_for_again(void **state)
{
    struct world *w = *state;
    struct later later;
    world_fill(w, SIZE, 1, true);
    w->sources[0].size_told = SIZE / 2;
    begin_later(&later, w, have_whole_file, 1500);
    get(w);
    assert_false(timer_is_set(&later.timer));
    assert_int_equal(w->result.fetched, SIZE);
}

static void come_back(struct timer *timer)
{
    fake_content_revive(&CONTAINER_OF(timer, struct later, timer)->world->sources[0]);
}

/* Its first run got 13 MiB from CS1. Now that is away, and CS2 could only send all of it. */
static void begin_without_cs1(struct world *w)
{
    world_fill(w, SIZE, 2, true);
    fake_content_kill(&w->sources[1]);
    w->sources[0].closes_at = 13 * MIB;
    w->sources[0].closes_left = 1;
    w->sources[0].hangs_at = 0;
    w->options.connections = 1;
    w->options.retry_ms = 700;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    w->sources[0].closes_at = w->sources[0].hangs_at = FAKE_NEVER;
    fake_content_kill(&w->sources[0]);
    fake_content_revive(&w->sources[1]);
    w->sources[1].is_base = true;
    w->index.holders[1].sha256[0] = '\0';
}

static void what_is_there_is_kept_for_a_source_that_is_away_for_a_moment(void **state)
{
    struct world *w = *state;
    struct later later;
    begin_without_cs1(w);
    w->options.retry_ms = 24000;
    begin_later(&later, w, come_back, 6000);
    get(w);
    assert_int_equal(w->result.kept, 13 * MIB);
}

static void what_is_there_is_not_kept_for_a_source_that_stays_away(void **state)
{
    struct world *w = *state;
    begin_without_cs1(w);
    w->options.retry_ms = 6000;
    get(w);
    assert_int_equal(w->result.kept, 0);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_source_that_is_silent_at_the_last_question_does_not_hold_up_the_end),
        world_test(a_file_that_was_just_being_written_is_asked_for_again),
        world_test(what_is_there_is_kept_for_a_source_that_is_away_for_a_moment),
        world_test(what_is_there_is_not_kept_for_a_source_that_stays_away),
        world_test(time_in_which_we_did_not_run_is_nobodys_silence),
        world_test(a_file_that_is_begun_anew_has_all_the_time_it_needs),
        world_test(a_source_that_denies_its_file_costs_nothing),
        world_test(a_touched_file_is_not_fetched_again),
        world_test(a_file_that_changes_is_begun_anew_where_only_its_server_knows_the_hash),
        world_test(a_file_that_is_another_one_at_each_look_is_given_up),
        world_test(a_file_of_another_hash_after_each_break_is_given_up),
        world_test(an_index_that_does_not_know_a_changed_file_for_a_moment_is_asked_again),
        world_test(an_index_that_never_knows_a_changed_file_is_not_asked_for_ever),
        world_test(an_index_that_falls_silent_has_the_last_word),
        world_test(an_index_that_hangs_when_a_file_has_changed_is_given_up),
        world_test(an_index_that_hangs_up_when_a_file_has_changed_is_given_up),
        world_test(a_part_stays_where_there_is_no_room_for_what_the_index_says),
        world_test(a_server_that_knows_stat_but_no_ranges_delivers),
        world_test(a_server_that_closes_after_each_answer_delivers),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("download lasting", tests, NULL, NULL);
}

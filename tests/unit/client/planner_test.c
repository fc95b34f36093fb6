/* client/planner.h: what it does with sources of each kind. */
#include "history.h"

#include "expect.h"
#include "proto/limits.h"

#define MB ((uint64_t)1000 * 1000)

enum { MINUTE_MS = 60 * 1000 };

static void begin(struct history *h, struct seeded *random, uint64_t size, unsigned workers)
{
    struct planner_options options = {
        .size = size, .workers = workers, .stall_ms = 5000, .seed = (uint32_t)seeded_next(random)};
    history_open(h, random, &options);
}

static unsigned add(struct history *h, uint64_t rate)
{
    struct history_source source = {.rate = rate};
    return history_add(h, &source);
}

/* Runs to the end; how long it took. */
static uint64_t run(struct history *h)
{
    uint64_t start_ms = h->now_ms;
    history_run(h, 60 * MINUTE_MS);
    return h->now_ms - start_ms;
}

static void nothing_comes_twice_from_good_sources(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "planner");
    for (unsigned workers = 1; workers <= 8; workers++) {
        struct history h;
        begin(&h, &random, 100 * MB + workers, workers);
        add(&h, 20 * MB);
        add(&h, 20 * MB);
        run(&h);
        assert_int_equal(h.came, 100 * MB + workers);
        assert_int_equal(h.unwanted + h.rejected, 0);
        history_close(&h);
    }
}

static void a_small_file_comes_from_one_source(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, PLANNER_SMALL_SIZE - 1, 4);
    add(&h, MB);
    add(&h, MB);
    run(&h);
    assert_int_equal(h.sources[0].opened, 1);
    assert_int_equal(h.sources[1].opened, 0);
    history_close(&h);
}

static void two_sources_give_the_sum_of_both(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 100 * MB, 2);
    add(&h, 3 * MB);
    add(&h, MB);
    assert_between(run(&h), 25000, 26000);
    assert_between(h.sources[0].sent, 70 * MB, 80 * MB);
    assert_between(h.came, 100 * MB, 101 * MB);
    history_close(&h);
}

static void connections_spread_over_the_sources(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 200 * MB, 4);
    for (int i = 0; i < 3; i++)
        add(&h, 4 * MB);
    for (int i = 0; i < 20; i++)
        history_step(&h, 20);
    assert_int_equal(h.sources[0].opened, 2);
    assert_int_equal(h.sources[1].opened, 1);
    assert_int_equal(h.sources[2].opened, 1);
    run(&h);
    history_close(&h);
}

static void a_slow_source_does_not_hold_up_the_end(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 10 * CHUNK_SIZE, 2);
    add(&h, 10 * MB);
    add(&h, MB * 12 / 10); /* slow, but no tenth: a chunk would take it 3.5 s */
    assert_true(run(&h) < 4500);
    assert_between(h.came, h.options.size, h.options.size + CHUNK_SIZE / 4);
    history_close(&h);
}

static void a_source_that_hangs_is_left_after_the_stall_time(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 60 * MB, 2);
    add(&h, 5 * MB);
    unsigned hanging = add(&h, 5 * MB);
    for (int i = 0; i < 50; i++)
        history_step(&h, 20);
    h.sources[hanging].hangs = 1000;
    uint64_t sent = h.sources[hanging].sent;
    assert_true(run(&h) < 11500);
    assert_true(h.stalls >= 1);
    assert_true(h.sources[hanging].sent <= sent + MB);
    history_close(&h);
}

/* Such as a list of chunks, which comes before the bytes that were asked for behind it. */
static void a_source_that_sends_something_else_first_does_not_hang(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 20 * MB, 1);
    add(&h, 0);
    for (int i = 0; i < 200; i++) {
        history_step(&h, 100);
        planner_heard(h.planner, 0, h.now_ms);
    }
    assert_int_equal(h.stalls, 0);
    for (int i = 0; i < 60; i++)
        history_step(&h, 100);
    assert_int_equal(h.stalls, 1);
    history_close(&h);
}

static void a_trickling_source_is_left_and_kept_while_it_is_the_only_one(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 100 * MB, 4);
    add(&h, 4 * MB);
    unsigned slow = add(&h, 50 * 1000);
    run(&h);
    assert_true(h.slows > 0);
    assert_true(h.sources[slow].sent < MB);
    history_close(&h);
    begin(&h, &random, 3 * MB, 4);
    add(&h, 10 * 1000);
    run(&h);
    assert_int_equal(h.slows, 0);
    assert_int_equal(h.sources[0].opened, 1);
    history_close(&h);
}

static void a_small_file_does_not_stay_with_a_trickling_source(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    for (unsigned workers = 1; workers <= 2; workers++) {
        begin(&h, &random, 3 * MB, workers);
        add(&h, 1000);
        add(&h, 10 * MB);
        assert_true(run(&h) < 10000);
        history_close(&h);
    }
}

static void when_a_source_breaks_the_others_get_its_work_and_nothing_is_lost(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 100 * MB, 4);
    add(&h, 5 * MB);
    unsigned broken = add(&h, 5 * MB);
    for (int i = 0; i < 50; i++)
        history_step(&h, 20);
    h.sources[broken].up_ms = UINT64_MAX;
    h.sources[broken].breaks = 1000;
    run(&h);
    assert_int_equal(h.unwanted + h.rejected, 0);
    assert_int_equal(h.came, 100 * MB);
    history_close(&h);
}

static void a_source_that_comes_back_is_used_again(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 50 * MB, 2);
    struct history_source source = {.rate = 10 * MB, .up_ms = 20000};
    history_add(&h, &source);
    assert_false(planner_is_stuck(h.planner, h.now_ms));
    assert_between(run(&h), 19000, 35000); /* the pauses grow up to 8 s */
    history_close(&h);
}

static void a_bad_chunk_alone_is_fetched_again_and_its_source_left(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 20 * CHUNK_SIZE, 2);
    add(&h, 10 * MB);
    unsigned liar = add(&h, 10 * MB);
    h.sources[liar].lies = 1000;
    run(&h);
    assert_true(h.rejected > 0 && h.rejected <= 3 * CHUNK_SIZE); /* those that were on their way */
    assert_between(h.came, h.options.size + h.rejected, h.options.size + h.rejected + CHUNK_SIZE);
    assert_int_equal(h.sources[liar].opened, 1);
    history_close(&h);
}

/* Its connections are closed at the wrong bytes already. */
static void a_pardoned_source_is_as_good_as_before(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 20 * CHUNK_SIZE, 2);
    unsigned blamed = add(&h, 10 * MB);
    add(&h, 10 * MB);
    for (int i = 0; i < 20; i++)
        history_step(&h, 20);
    planner_blame(h.planner, blamed, PLANNER_WRONG, h.now_ms);
    history_step(&h, 20);
    planner_pardon(h.planner, blamed);
    run(&h);
    assert_int_equal(h.sources[blamed].opened, 2);
    assert_true(h.sources[blamed].sent > 8 * CHUNK_SIZE);
    history_close(&h);
}

static void a_liar_is_asked_again_when_there_is_nobody_else(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 3 * CHUNK_SIZE, 2);
    add(&h, 10 * MB);
    h.sources[0].lies = 1000;
    for (int i = 0; i < 200; i++)
        history_step(&h, 20);
    h.sources[0].lies = 0;
    run(&h);
    assert_true(h.sources[0].opened >= 3);
    history_close(&h);
}

static void a_stream_is_the_last_to_turn_to_and_ends_when_nothing_is_missing(void **state)
{
    struct seeded random;
    struct history h;
    struct history_source stream = {.rate = 10 * MB, .streams = true};
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 10 * CHUNK_SIZE, 4);
    history_add(&h, &stream);
    unsigned other = add(&h, 10 * MB);
    planner_keep(h.planner, 5 * CHUNK_SIZE, h.options.size);
    ranges_add(&h.written, 5 * CHUNK_SIZE, h.options.size);
    for (uint64_t i = 5; i < 10; i++)
        (void)planner_checked(h.planner, i, true, h.now_ms);
    for (int i = 0; i < 10; i++)
        history_step(&h, 20);
    assert_int_equal(h.sources[0].opened, 0);
    planner_bar(h.planner, other);
    h.barred = (uint64_t)1 << other;
    run(&h);
    assert_true(h.sources[0].opened > 0);
    assert_between(h.sources[0].sent, 1, 5 * CHUNK_SIZE + 700 * 1000); /* not to the file's end */
    history_close(&h);
}

static void a_stream_alone_brings_the_whole_file(void **state)
{
    struct seeded random;
    struct history h;
    struct history_source stream = {.rate = 10 * MB, .streams = true};
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 30 * MB, 4);
    history_add(&h, &stream);
    history_add(&h, &stream);
    run(&h);
    assert_int_equal(h.came, 30 * MB);
    assert_int_equal(h.sources[0].opened, 1);
    assert_int_equal(h.sources[1].opened, 0);
    history_close(&h);
}

/* The first one breaks off after wrong bytes, so the second one's pass leaves a chunk. Then the
 * first one was slow a minute ago, and the second one is now. */
static void a_stream_that_was_slow_long_ago_is_tried_again(void **state)
{
    struct seeded random;
    struct history h;
    struct history_source once_slow = {.rate = 70 * 1000, .streams = true, .lies = 1000};
    struct history_source slow = {.rate = 100 * 1000, .streams = true};
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 5 * MB, 2);
    history_add(&h, &once_slow);
    for (int i = 0; i < 30; i++)
        history_step(&h, 100);
    h.sources[0].breaks = 1000;
    history_step(&h, 100);
    h.sources[0] = (struct history_source){.rate = 10 * MB, .streams = true};
    history_add(&h, &slow);
    assert_true(run(&h) < MINUTE_MS);
    assert_int_equal(h.sources[0].opened, 1);
    assert_int_equal(h.sources[1].opened, 1);
    assert_int_equal(h.rejected, CHUNK_SIZE);
    history_close(&h);
}

static void what_is_kept_is_not_fetched(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 10 * CHUNK_SIZE, 4);
    add(&h, 10 * MB);
    planner_keep(h.planner, 100, 3 * CHUNK_SIZE + 7);
    ranges_add(&h.written, 100, 3 * CHUNK_SIZE + 7);
    (void)planner_checked(h.planner, 1, true, h.now_ms);
    (void)planner_checked(h.planner, 2, true, h.now_ms);
    run(&h);
    assert_int_equal(h.came, h.options.size - (3 * CHUNK_SIZE + 7 - 100));
    history_close(&h);
}

static void unfinished_chunks_are_told(void **state)
{
    struct seeded random;
    struct history h;
    struct ranges partial = RANGES_INIT;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 10 * CHUNK_SIZE, 2);
    add(&h, MB);
    for (int i = 0; i < 20; i++)
        history_step(&h, 50);
    planner_partial(h.planner, &partial);
    assert_int_equal(partial.total, planner_coverage(h.planner)->done);
    assert_int_equal(partial.count, 2);
    ranges_remove(&partial, h.written.at[0].from, h.written.at[0].to);
    ranges_remove(&partial, h.written.at[1].from, h.written.at[1].to);
    assert_int_equal(partial.total, 0);
    ranges_fini(&partial);
    history_close(&h);
}

static void with_all_sources_away_it_is_stuck(void **state)
{
    struct seeded random;
    struct history h;
    (void)state;
    seeded_init(&random, "planner");
    begin(&h, &random, 10 * CHUNK_SIZE, 2);
    assert_true(planner_is_stuck(h.planner, h.now_ms));
    add(&h, MB);
    assert_false(planner_is_stuck(h.planner, h.now_ms));
    for (int i = 0; i < 5; i++)
        history_step(&h, 20);
    assert_int_equal(planner_busy_sources(h.planner), 1);
    planner_failed(h.planner, 0, PLANNER_BROKEN, h.now_ms);
    planner_failed(h.planner, 1, PLANNER_BROKEN, h.now_ms);
    assert_true(planner_is_stuck(h.planner, h.now_ms));
    assert_false(planner_is_stuck(h.planner, h.now_ms + 250));
    h.workers[0].state = h.workers[1].state = CLOSING;
    run(&h);
    history_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_comes_twice_from_good_sources),
        cmocka_unit_test(a_small_file_comes_from_one_source),
        cmocka_unit_test(two_sources_give_the_sum_of_both),
        cmocka_unit_test(connections_spread_over_the_sources),
        cmocka_unit_test(a_slow_source_does_not_hold_up_the_end),
        cmocka_unit_test(a_source_that_hangs_is_left_after_the_stall_time),
        cmocka_unit_test(a_source_that_sends_something_else_first_does_not_hang),
        cmocka_unit_test(a_trickling_source_is_left_and_kept_while_it_is_the_only_one),
        cmocka_unit_test(a_small_file_does_not_stay_with_a_trickling_source),
        cmocka_unit_test(when_a_source_breaks_the_others_get_its_work_and_nothing_is_lost),
        cmocka_unit_test(a_source_that_comes_back_is_used_again),
        cmocka_unit_test(a_bad_chunk_alone_is_fetched_again_and_its_source_left),
        cmocka_unit_test(a_pardoned_source_is_as_good_as_before),
        cmocka_unit_test(a_liar_is_asked_again_when_there_is_nobody_else),
        cmocka_unit_test(a_stream_is_the_last_to_turn_to_and_ends_when_nothing_is_missing),
        cmocka_unit_test(a_stream_alone_brings_the_whole_file),
        cmocka_unit_test(a_stream_that_was_slow_long_ago_is_tried_again),
        cmocka_unit_test(what_is_kept_is_not_fetched),
        cmocka_unit_test(unfinished_chunks_are_told),
        cmocka_unit_test(with_all_sources_away_it_is_stuck),
    };
    return cmocka_run_group_tests_name("planner", tests, NULL, NULL);
}

/* net/loop.h: timers, tasks of other threads, and burials. */
#include "net/loop.h"

#include "base/container.h"
#include "check.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "plat/thread.h"
#include "wire.h"

struct note {
    struct timer timer;
    struct loop_task task;
    struct world *world;
    int number;
};

struct world {
    struct loop *loop;
    struct note notes[8];
    int order[64]; /* the numbers of what has run */
    size_t count;
};

static void take_down(struct note *note)
{
    struct world *w = note->world;
    assert_true(w->count < COUNT_OF(w->order));
    w->order[w->count++] = note->number;
}

static void on_timer(struct timer *timer)
{
    take_down(CONTAINER_OF(timer, struct note, timer));
}

static void on_task(struct loop_task *task)
{
    take_down(CONTAINER_OF(task, struct note, task));
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_status(0, loop_open(&w->loop));
    assert_status(0, loop_turn(w->loop, 0));
    for (int i = 0; i < (int)COUNT_OF(w->notes); i++) {
        w->notes[i].world = w;
        w->notes[i].number = i;
        w->notes[i].timer.fire = on_timer;
        w->notes[i].task.run = on_task;
    }
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    loop_close(w->loop);
    free(w);
    return 0;
}

#define loop_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Turns until so many have run. */
static void turn_until(struct world *w, size_t count)
{
    uint64_t start_ms = plat_clock_now_ms();
    while (w->count < count) {
        assert_status(0, loop_turn(w->loop, 100));
        assert_true(plat_clock_now_ms() - start_ms < DEADLINE_MS);
    }
}

static void expect_order(const struct world *w, const int *numbers, size_t count)
{
    assert_int_equal(w->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(w->order[i], numbers[i]);
}

static void timers_fire_in_the_order_of_their_times(void **state)
{
    static const int order[] = {2, 0, 1};
    struct world *w = *state;
    uint64_t now_ms = loop_now(w->loop);
    loop_set_timer(w->loop, &w->notes[0].timer, now_ms + 20);
    loop_set_timer(w->loop, &w->notes[1].timer, now_ms + 30);
    loop_set_timer(w->loop, &w->notes[2].timer, now_ms + 10);
    loop_set_timer(w->loop, &w->notes[3].timer, now_ms + 15);
    loop_cancel_timer(w->loop, &w->notes[3].timer);
    turn_until(w, 3);
    expect_order(w, order, COUNT_OF(order));
    assert_false(timer_is_set(&w->notes[0].timer));
}

static void a_timer_ends_a_turn_without_limit_and_not_before_its_time(void **state)
{
    struct world *w = *state;
    uint64_t at_ms = loop_now(w->loop) + 30;
    loop_set_timer(w->loop, &w->notes[0].timer, at_ms);
    while (w->count == 0) {
        assert_status(0, loop_turn(w->loop, -1));
        assert_true(w->count == 0 || loop_now(w->loop) >= at_ms);
    }
}

static void a_timer_of_the_past_fires_in_the_next_turn(void **state)
{
    struct world *w = *state;
    loop_set_timer(w->loop, &w->notes[0].timer, 0);
    assert_int_equal(w->count, 0);
    assert_status(0, loop_turn(w->loop, -1));
    assert_int_equal(w->count, 1);
}

static void a_turn_ends_when_its_time_is_over(void **state)
{
    struct world *w = *state;
    uint64_t start_ms = plat_clock_now_ms();
    assert_status(0, loop_turn(w->loop, 20));
    assert_not_early(start_ms, 20);
    assert_true(loop_now(w->loop) >= start_ms);
}

static void burials_come_after_the_timers_of_the_turn(void **state)
{
    static const int order[] = {1, 0};
    struct world *w = *state;
    loop_bury(w->loop, &w->notes[0].task);
    loop_set_timer(w->loop, &w->notes[1].timer, 0);
    assert_status(0, loop_turn(w->loop, 0));
    expect_order(w, order, COUNT_OF(order));
}

static void post_three(void *arg)
{
    struct world *w = arg;
    for (int i = 0; i < 3; i++)
        loop_post(w->loop, &w->notes[i].task);
}

static void posted_tasks_run_in_order_on_the_loops_thread(void **state)
{
    static const int order[] = {0, 1, 2};
    struct world *w = *state;
    struct plat_thread thread;
    assert_status(0, plat_thread_start(&thread, post_three, w));
    turn_until(w, 3);
    plat_thread_join(&thread);
    expect_order(w, order, COUNT_OF(order));
}

static void post_again(struct loop_task *task)
{
    struct note *note = CONTAINER_OF(task, struct note, task);
    take_down(note);
    if (note->world->count < 3)
        loop_post(note->world->loop, task);
}

static void a_task_may_post_itself_again(void **state)
{
    static const int order[] = {0, 0, 0};
    struct world *w = *state;
    w->notes[0].task.run = post_again;
    loop_post(w->loop, &w->notes[0].task);
    turn_until(w, 3);
    expect_order(w, order, COUNT_OF(order));
}

static void closing_runs_what_was_posted_and_buried(void **state)
{
    static const int order[] = {0, 0, 0, 1};
    struct world *w = *state;
    w->notes[0].task.run = post_again;
    loop_post(w->loop, &w->notes[0].task);
    loop_close(w->loop);
    w->loop = NULL;
    assert_true(w->count >= 3);
    assert_status(0, loop_open(&w->loop));
    loop_bury(w->loop, &w->notes[1].task);
    loop_close(w->loop);
    w->loop = NULL;
    expect_order(w, order, COUNT_OF(order));
}

static void stop_loop(void *arg)
{
    loop_stop(((struct world *)arg)->loop);
}

static void another_thread_may_stop_it(void **state)
{
    struct world *w = *state;
    struct plat_thread thread;
    assert_false(loop_is_stopping(w->loop));
    assert_status(0, plat_thread_start(&thread, stop_loop, w));
    assert_status(0, loop_run(w->loop));
    assert_true(loop_is_stopping(w->loop));
    plat_thread_join(&thread);
}

static void wake_loop(void *arg)
{
    loop_wake(((struct world *)arg)->loop);
}

static void a_wake_ends_a_turn(void **state)
{
    struct world *w = *state;
    struct plat_thread thread;
    assert_status(0, plat_thread_start(&thread, wake_loop, w));
    assert_status(0, loop_turn(w->loop, -1));
    plat_thread_join(&thread);
}

struct pair_source {
    struct loop_source source;
    struct pair_source *other;
    struct loop *loop;
    int events;
};

/* Whoever is called first forgets the other, who must not be called any more. */
static void forget_other(struct loop_source *source, unsigned events)
{
    struct pair_source *self = CONTAINER_OF(source, struct pair_source, source);
    assert_int_equal(events, PLAT_READ);
    self->events++;
    loop_forget(self->loop, &self->other->source);
    loop_forget(self->loop, &self->source);
}

static void what_an_event_forgets_has_no_event_any_more(void **state)
{
    struct world *w = *state;
    struct pair pairs[2];
    struct pair_source sources[2];
    for (int i = 0; i < 2; i++) {
        pair_open(&pairs[i]);
        sources[i] = (struct pair_source){
            .source = {.watch = PLAT_WATCH_INIT(pairs[i].server), .on_event = forget_other},
            .other = &sources[1 - i],
            .loop = w->loop};
        assert_status(0, loop_watch(w->loop, &sources[i].source, PLAT_READ));
        send_all(pairs[i].client, "x", 1);
        assert_int_equal(wait_events(pairs[i].server, PLAT_READ, DEADLINE_MS), PLAT_READ);
    }
    while (sources[0].events + sources[1].events == 0)
        assert_status(0, loop_turn(w->loop, 100));
    assert_status(0, loop_turn(w->loop, 0));
    assert_int_equal(sources[0].events + sources[1].events, 1);
    pair_close(&pairs[0]);
    pair_close(&pairs[1]);
}

/* Of so many sockets, each of which has something to read. */
struct crowd {
    struct loop *loop;
    struct crowd_source {
        struct pair pair;
        struct loop_source source;
        struct loop_task task;
        struct crowd *crowd;
    } sources[40];
    size_t events, done;
    size_t most_waiting;
    bool is_lazy; /* only the first event defers */
};

static void do_deferred(struct loop_task *task)
{
    CONTAINER_OF(task, struct crowd_source, task)->crowd->done++;
}

static void defer(struct loop_source *source, unsigned events)
{
    struct crowd_source *self = CONTAINER_OF(source, struct crowd_source, source);
    struct crowd *crowd = self->crowd;
    assert_int_equal(events, PLAT_READ);
    loop_forget(crowd->loop, source);
    assert_true(!crowd->is_lazy || crowd->done > 0 || crowd->events < 2);
    if (crowd->events++ > 0 && crowd->is_lazy)
        return;
    loop_defer(crowd->loop, &self->task);
    if (crowd->events - crowd->done > crowd->most_waiting)
        crowd->most_waiting = crowd->events - crowd->done;
}

/* All have something to read before the next turn. */
static void open_crowd(struct crowd *crowd)
{
    for (size_t i = 0; i < COUNT_OF(crowd->sources); i++) {
        struct crowd_source *self = &crowd->sources[i];
        pair_open(&self->pair);
        self->crowd = crowd;
        self->task.run = do_deferred;
        self->source =
            (struct loop_source){.watch = PLAT_WATCH_INIT(self->pair.server), .on_event = defer};
        assert_status(0, loop_watch(crowd->loop, &self->source, PLAT_READ));
        send_all(self->pair.client, "x", 1);
        assert_int_equal(wait_events(self->pair.server, PLAT_READ, DEADLINE_MS), PLAT_READ);
    }
}

static void close_crowd(struct crowd *crowd)
{
    for (size_t i = 0; i < COUNT_OF(crowd->sources); i++)
        pair_close(&crowd->sources[i].pair);
}

static void what_events_defer_is_done_after_some_of_them(void **state)
{
    struct world *w = *state;
    struct crowd crowd = {.loop = w->loop};
    open_crowd(&crowd);
    while (crowd.events < COUNT_OF(crowd.sources)) {
        assert_status(0, loop_turn(w->loop, 100));
        assert_int_equal(crowd.done, crowd.events);
    }
    assert_int_equal(crowd.most_waiting, 16);
    close_crowd(&crowd);
}

static void what_one_event_defers_waits_for_one_other_at_most(void **state)
{
    struct world *w = *state;
    struct crowd crowd = {.loop = w->loop, .is_lazy = true};
    open_crowd(&crowd);
    while (crowd.events < COUNT_OF(crowd.sources))
        assert_status(0, loop_turn(w->loop, 100));
    assert_int_equal(crowd.done, 1);
    close_crowd(&crowd);
}

static void a_returned_buffer_is_lent_again(void **state)
{
    struct world *w = *state;
    struct buffer first = BUFFER_INIT, second = BUFFER_INIT;
    loop_lend_buffer(w->loop, &first);
    buffer_put_text(&first, "leftover");
    char *data = first.data;
    loop_return_buffer(w->loop, &first);
    assert_null(first.data);
    loop_lend_buffer(w->loop, &second);
    assert_ptr_equal(second.data, data);
    assert_int_equal(buffer_size(&second), 0);
    loop_lend_buffer(w->loop, &second); /* it has its memory: nothing happens */
    assert_ptr_equal(second.data, data);
    loop_return_buffer(w->loop, &second);
    loop_return_buffer(w->loop, &first);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        loop_test(timers_fire_in_the_order_of_their_times),
        loop_test(a_timer_ends_a_turn_without_limit_and_not_before_its_time),
        loop_test(a_timer_of_the_past_fires_in_the_next_turn),
        loop_test(a_turn_ends_when_its_time_is_over),
        loop_test(burials_come_after_the_timers_of_the_turn),
        loop_test(posted_tasks_run_in_order_on_the_loops_thread),
        loop_test(a_task_may_post_itself_again),
        loop_test(closing_runs_what_was_posted_and_buried),
        loop_test(another_thread_may_stop_it),
        loop_test(a_wake_ends_a_turn),
        loop_test(what_an_event_forgets_has_no_event_any_more),
        loop_test(what_events_defer_is_done_after_some_of_them),
        loop_test(what_one_event_defers_waits_for_one_other_at_most),
        loop_test(a_returned_buffer_is_lent_again),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}

/* Conformance of plat/poller.h: wakes from other threads. */
#include "plat/poller.h"

#include "plat/atomic.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "plat/thread.h"
#include "poller_fixture.h"

struct waker {
    struct plat_poller *poller;
    struct plat_atomic_u64 waits, wakes;
};

static bool is_waiting(void *arg)
{
    return plat_atomic_load(&((struct waker *)arg)->waits) > 0;
}

/* Lets the owner settle in its wait, then wakes it. */
static void wake_soon(void *arg)
{
    struct waker *waker = arg;
    while (!is_waiting(waker)) {
        pause_ms(1);
    }
    pause_ms(QUIET_MS);
    plat_atomic_add(&waker->wakes, 1);
    plat_poller_wake(waker->poller);
}

static void wake_ends_an_endless_wait(void **state)
{
    struct waker waker = {0};
    struct plat_thread thread;
    struct plat_event event;
    size_t count = 9;
    (void)state;

    assert_status(PLAT_OK, plat_poller_open(&waker.poller));
    assert_status(PLAT_OK, plat_thread_start(&thread, wake_soon, &waker));
    plat_atomic_add(&waker.waits, 1);
    while (plat_atomic_load(&waker.wakes) == 0) { /* a wait may end early */
        assert_status(PLAT_OK, plat_poller_wait(waker.poller, &event, 1, -1, &count));
        assert_int_equal(count, 0);
    }
    plat_thread_join(&thread);
    plat_poller_close(waker.poller);
}

/* Time that a wait of timeout_ms took. */
static uint64_t timed_wait_ms(struct plat_poller *poller, int timeout_ms)
{
    uint64_t start_ms = plat_clock_now_ms();
    struct plat_event event;
    size_t count = 9;

    assert_status(PLAT_OK, plat_poller_wait(poller, &event, 1, timeout_ms, &count));
    assert_int_equal(count, 0);
    return plat_clock_now_ms() - start_ms;
}

static void wakes_before_a_wait_end_just_that_one(void **state)
{
    static const int wakes[] = {1, 2, 100000};
    struct plat_poller *poller;
    (void)state;

    assert_status(PLAT_OK, plat_poller_open(&poller));
    for (size_t i = 0; i < COUNT_OF(wakes); i++) {
        for (int n = 0; n < wakes[i]; n++) {
            plat_poller_wake(poller);
        }
        assert_true(timed_wait_ms(poller, DEADLINE_MS) < DEADLINE_MS / 2);
        assert_true(timed_wait_ms(poller, 100) + EARLY_MS >= 100);
    }
    plat_poller_close(poller);
}

static void wake_hides_no_event(void **state)
{
    struct fixture *f = *state;

    poller_watch_for(f, PLAT_WRITE);
    for (int i = 0; i < 10; i++) {
        plat_poller_wake(f->poller);
        poller_expect(f, PLAT_WRITE);
    }
}

static void wake_often(void *arg)
{
    struct waker *waker = arg;
    for (int i = 0; i < 2000; i++) {
        plat_atomic_add(&waker->wakes, 1);
        plat_poller_wake(waker->poller);
    }
}

/* What was done before a wake is seen after the wait that it ends: nothing is missed. */
static void no_wake_of_any_thread_is_missed(void **state)
{
    struct plat_thread threads[3];
    struct waker waker = {0};
    struct plat_event event;
    size_t count;
    (void)state;

    assert_status(PLAT_OK, plat_poller_open(&waker.poller));
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], wake_often, &waker));
    }
    while (plat_atomic_load(&waker.wakes) < COUNT_OF(threads) * 2000) {
        assert_status(PLAT_OK, plat_poller_wait(waker.poller, &event, 1, -1, &count));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        plat_thread_join(&threads[i]);
    }
    plat_poller_close(waker.poller);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wake_ends_an_endless_wait),
        cmocka_unit_test(wakes_before_a_wait_end_just_that_one),
        poller_test(wake_hides_no_event),
        cmocka_unit_test(no_wake_of_any_thread_is_missed),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/poller: wakes", tests, NULL, NULL);
}

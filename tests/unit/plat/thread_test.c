/* Conformance of plat/thread.h. */
#include "plat/thread.h"

#include "check.h"
#include "plat/clock.h"

enum { MANY = 64, TURNS = 5000, WAITERS = 8 };

/* What a test's threads share. */
struct shared {
    struct plat_mutex mutex;
    struct plat_cond cond;
    int count; /* behind the mutex */
    bool go;   /* behind the mutex */
};

static int setup(void **state)
{
    struct shared *shared = calloc(1, sizeof(*shared));
    assert_non_null(shared);
    plat_mutex_init(&shared->mutex);
    plat_cond_init(&shared->cond);
    *state = shared;
    return 0;
}

static int teardown(void **state)
{
    struct shared *shared = *state;
    plat_cond_fini(&shared->cond);
    plat_mutex_fini(&shared->mutex);
    free(shared);
    return 0;
}

static void count_one(void *arg)
{
    struct shared *shared = arg;
    plat_mutex_lock(&shared->mutex);
    shared->count++;
    plat_cond_broadcast(&shared->cond);
    plat_mutex_unlock(&shared->mutex);
}

/* Waits, with the mutex locked, until the count is reached; fails at the deadline. */
static void wait_for_count(struct shared *shared, int count)
{
    uint64_t start_ms = plat_clock_now_ms();
    while (shared->count < count && plat_clock_now_ms() - start_ms < DEADLINE_MS) {
        (void)plat_cond_wait_for(&shared->cond, &shared->mutex, 100);
    }
    if (shared->count < count) {
        plat_mutex_unlock(&shared->mutex);
        fail_msg("fewer than %d threads came in time", count);
    }
}

static void set_int(void *arg)
{
    *(int *)arg = 7;
}

static void join_waits_for_the_end(void **state)
{
    struct plat_thread thread;
    int value = 0;
    (void)state;

    assert_status(PLAT_OK, plat_thread_start(&thread, set_int, &value));
    plat_thread_join(&thread);
    assert_int_equal(value, 7);
}

static void threads_start_again_and_again(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct plat_thread thread;
        int value = 0;
        assert_status(PLAT_OK, plat_thread_start(&thread, set_int, &value));
        plat_thread_join(&thread);
        assert_int_equal(value, 7);
    }
}

static void many_threads_run_at_once(void **state)
{
    struct plat_thread threads[MANY];
    struct shared *shared = *state;

    for (int i = 0; i < MANY; i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], count_one, shared));
    }
    for (int i = 0; i < MANY; i++) {
        plat_thread_join(&threads[i]);
    }
    assert_int_equal(shared->count, MANY);
}

static void detached_threads_run(void **state)
{
    struct shared *shared = *state;

    for (int i = 0; i < WAITERS; i++) {
        assert_status(PLAT_OK, plat_thread_start_detached(count_one, shared));
    }
    plat_mutex_lock(&shared->mutex);
    wait_for_count(shared, WAITERS);
    plat_mutex_unlock(&shared->mutex);
}

static void count_many(void *arg)
{
    struct shared *shared = arg;
    for (int i = 0; i < TURNS; i++) {
        plat_mutex_lock(&shared->mutex);
        shared->count++;
        plat_mutex_unlock(&shared->mutex);
    }
}

static void give_way_and_count(void *arg)
{
    plat_thread_lower_priority();
    plat_thread_lower_priority(); /* is lower already */
    count_many(arg);
    plat_thread_lower_priority();
}

/* How much it gives way is the system's affair; that it still works is not. */
static void thread_of_lower_priority_does_its_work_beside_others(void **state)
{
    struct plat_thread threads[4];
    struct shared *shared = *state;

    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void (*run)(void *) = i % 2 ? count_many : give_way_and_count;
        assert_status(PLAT_OK, plat_thread_start(&threads[i], run, shared));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        plat_thread_join(&threads[i]);
    }
    assert_int_equal(shared->count, (int)COUNT_OF(threads) * TURNS);
}

static void there_is_at_least_one_cpu(void **state)
{
    (void)state;
    assert_true(plat_thread_cpus() >= 1);
    assert_true(plat_thread_cpus() <= 65536);
}

static void mutex_lets_one_in(void **state)
{
    struct plat_thread threads[4];
    struct shared *shared = *state;

    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], count_many, shared));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        plat_thread_join(&threads[i]);
    }
    assert_int_equal(shared->count, (int)COUNT_OF(threads) * TURNS);
}

static void wait_for_go(void *arg)
{
    struct shared *shared = arg;
    plat_mutex_lock(&shared->mutex);
    shared->count++;
    plat_cond_broadcast(&shared->cond);
    while (!shared->go) {
        plat_cond_wait(&shared->cond, &shared->mutex);
    }
    shared->count++;
    plat_mutex_unlock(&shared->mutex);
}

static void broadcast_wakes_all(void **state)
{
    struct plat_thread threads[WAITERS];
    struct shared *shared = *state;

    for (int i = 0; i < WAITERS; i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], wait_for_go, shared));
    }
    plat_mutex_lock(&shared->mutex);
    wait_for_count(shared, WAITERS);
    assert_int_equal(shared->count, WAITERS);
    shared->go = true;
    plat_cond_broadcast(&shared->cond);
    plat_mutex_unlock(&shared->mutex);
    for (int i = 0; i < WAITERS; i++) {
        plat_thread_join(&threads[i]);
    }
    assert_int_equal(shared->count, 2 * WAITERS);
}

/* Waits until the time is over, however often the wait ends without reason before. */
static void wait_out(struct shared *shared, uint32_t timeout_ms)
{
    uint64_t start_ms = plat_clock_now_ms();
    int rc;

    do {
        rc = plat_cond_wait_for(&shared->cond, &shared->mutex, timeout_ms);
    } while (rc == PLAT_OK && plat_clock_now_ms() - start_ms < DEADLINE_MS);
    assert_status(PLAT_ERR_TIMED_OUT, rc);
    assert_not_early(start_ms, timeout_ms);
}

static void timed_wait_ends_and_not_before_its_time(void **state)
{
    static const uint32_t timeouts_ms[] = {0, 1, 30, 120, 1010};
    struct shared *shared = *state;

    for (size_t i = 0; i < COUNT_OF(timeouts_ms); i++) {
        plat_mutex_lock(&shared->mutex);
        wait_out(shared, timeouts_ms[i]);
        plat_mutex_unlock(&shared->mutex);
    }
}

static void broadcast_is_not_remembered(void **state)
{
    struct shared *shared = *state;

    plat_cond_broadcast(&shared->cond);
    plat_mutex_lock(&shared->mutex);
    wait_out(shared, QUIET_MS);
    plat_mutex_unlock(&shared->mutex);
}

static void timed_wait_holds_the_mutex_again(void **state)
{
    struct plat_thread thread;
    struct shared *shared = *state;

    plat_mutex_lock(&shared->mutex);
    wait_out(shared, 1);
    assert_status(PLAT_OK, plat_thread_start(&thread, count_one, shared));
    pause_ms(QUIET_MS);
    assert_int_equal(shared->count, 0);
    plat_mutex_unlock(&shared->mutex);
    plat_thread_join(&thread);
    assert_int_equal(shared->count, 1);
}

/* The longest time must not overflow into a short one. */
static void longest_wait_is_ended_by_a_broadcast(void **state)
{
    struct plat_thread thread;
    struct shared *shared = *state;

    plat_mutex_lock(&shared->mutex);
    assert_status(PLAT_OK, plat_thread_start(&thread, count_one, shared));
    while (shared->count == 0) {
        assert_status(PLAT_OK, plat_cond_wait_for(&shared->cond, &shared->mutex, UINT32_MAX));
    }
    plat_mutex_unlock(&shared->mutex);
    plat_thread_join(&thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join_waits_for_the_end),
        cmocka_unit_test(threads_start_again_and_again),
        cmocka_unit_test_setup_teardown(many_threads_run_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(detached_threads_run, setup, teardown),
        cmocka_unit_test_setup_teardown(thread_of_lower_priority_does_its_work_beside_others, setup,
                                        teardown),
        cmocka_unit_test(there_is_at_least_one_cpu),
        cmocka_unit_test_setup_teardown(mutex_lets_one_in, setup, teardown),
        cmocka_unit_test_setup_teardown(broadcast_wakes_all, setup, teardown),
        cmocka_unit_test_setup_teardown(timed_wait_ends_and_not_before_its_time, setup, teardown),
        cmocka_unit_test_setup_teardown(broadcast_is_not_remembered, setup, teardown),
        cmocka_unit_test_setup_teardown(timed_wait_holds_the_mutex_again, setup, teardown),
        cmocka_unit_test_setup_teardown(longest_wait_is_ended_by_a_broadcast, setup, teardown),
    };
    return cmocka_run_group_tests_name("plat/thread", tests, NULL, NULL);
}

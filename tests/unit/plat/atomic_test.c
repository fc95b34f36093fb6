/* Conformance of plat/atomic.h. */
#include "plat/atomic.h"

#include "check.h"
#include "plat/thread.h"

enum { THREADS = 4, ADDS = 20000, TURNS = 20000, MEETINGS = 2000 };

static void zero_initialised_is_zero(void **state)
{
    struct plat_atomic_u64 number = {0};
    struct plat_atomic_ptr pointer = {0};
    (void)state;

    assert_true(plat_atomic_load(&number) == 0);
    assert_null(plat_atomic_load_ptr(&pointer));
}

static void load_returns_what_was_stored(void **state)
{
    static const uint64_t values[] = {1, 0, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
    struct plat_atomic_u64 number = {0};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(values); i++) {
        plat_atomic_store(&number, values[i]);
        assert_true(plat_atomic_load(&number) == values[i]);
    }
}

static void add_returns_the_value_before(void **state)
{
    struct plat_atomic_u64 number = {0};
    (void)state;

    assert_true(plat_atomic_add(&number, 5) == 0);
    assert_true(plat_atomic_add(&number, 0) == 5);
    assert_true(plat_atomic_add(&number, (uint64_t)1 << 40) == 5);
    assert_true(plat_atomic_load(&number) == ((uint64_t)1 << 40) + 5);
}

static void adding_the_maximum_subtracts_one(void **state)
{
    struct plat_atomic_u64 number = {0};
    (void)state;

    plat_atomic_store(&number, 2);
    assert_true(plat_atomic_add(&number, UINT64_MAX) == 2);
    assert_true(plat_atomic_add(&number, UINT64_MAX) == 1);
    assert_true(plat_atomic_add(&number, UINT64_MAX) == 0);
    assert_true(plat_atomic_load(&number) == UINT64_MAX);
}

static void pointer_returns_what_was_stored(void **state)
{
    struct plat_atomic_ptr pointer = {0};
    int object = 0;
    (void)state;

    plat_atomic_store_ptr(&pointer, &object);
    assert_ptr_equal(plat_atomic_load_ptr(&pointer), &object);
    plat_atomic_store_ptr(&pointer, NULL);
    assert_null(plat_atomic_load_ptr(&pointer));
}

static void add_many(void *arg)
{
    struct plat_atomic_u64 *number = arg;
    for (int i = 0; i < ADDS; i++) {
        plat_atomic_add(number, 1);
    }
}

static void no_add_of_any_thread_is_lost(void **state)
{
    struct plat_atomic_u64 number = {0};
    struct plat_thread threads[THREADS];
    (void)state;

    for (int i = 0; i < THREADS; i++) {
        assert_status(PLAT_OK, plat_thread_start(&threads[i], add_many, &number));
    }
    for (int i = 0; i < THREADS; i++) {
        plat_thread_join(&threads[i]);
    }
    assert_true(plat_atomic_load(&number) == (uint64_t)THREADS * ADDS);
}

/* Message passing: plain data is seen by whoever sees the atomic that was stored after it. */
struct message {
    int number, text; /* plain, on purpose */
    struct plat_atomic_u64 is_ready;
    struct plat_atomic_ptr pointer;
};

static void send_message(void *arg)
{
    struct message *message = arg;
    message->number = 42;
    plat_atomic_store(&message->is_ready, 1);
    message->text = 43;
    plat_atomic_store_ptr(&message->pointer, &message->text);
}

static bool message_is_ready(void *arg)
{
    struct message *message = arg;
    return plat_atomic_load(&message->is_ready) == 1;
}

static bool message_has_pointer(void *arg)
{
    struct message *message = arg;
    return plat_atomic_load_ptr(&message->pointer) != NULL;
}

static void store_publishes_what_was_written_before(void **state)
{
    struct message message = {0};
    struct plat_thread thread;
    (void)state;

    assert_status(PLAT_OK, plat_thread_start(&thread, send_message, &message));
    assert_eventually(message_is_ready, &message);
    assert_int_equal(message.number, 42);
    assert_eventually(message_has_pointer, &message);
    assert_int_equal(*(int *)plat_atomic_load_ptr(&message.pointer), 43);
    plat_thread_join(&thread);
}

static void store_extremes(void *arg)
{
    struct plat_atomic_u64 *number = arg;
    for (int i = 0; i < TURNS; i++) {
        plat_atomic_store(number, UINT64_MAX);
        plat_atomic_store(number, 0);
    }
    plat_atomic_store(number, 1);
}

/* On 32-bit systems a plain load could see half of each. */
static void load_never_sees_half_a_store(void **state)
{
    struct plat_atomic_u64 number = {0};
    struct plat_thread thread;
    uint64_t seen;
    (void)state;

    assert_status(PLAT_OK, plat_thread_start(&thread, store_extremes, &number));
    do {
        seen = plat_atomic_load(&number);
    } while (seen == 0 || seen == UINT64_MAX);
    plat_thread_join(&thread);
    assert_true(seen == 1);
}

/* Two threads at a time: each stores its own and then looks for the other's. Without the fence both
 * may look too early. */
struct meeting {
    struct plat_atomic_u64 here, there, round;
    struct plat_atomic_u64 saw_nobody; /* in this round */
};

static void meet(struct plat_atomic_u64 *own, const struct plat_atomic_u64 *other,
                 struct meeting *meeting)
{
    plat_atomic_store(own, 1);
    plat_atomic_fence();
    if (plat_atomic_load(other) == 0)
        plat_atomic_add(&meeting->saw_nobody, 1);
}

static void meet_each_round(void *arg)
{
    struct meeting *meeting = arg;
    for (uint64_t round = 1; round <= MEETINGS; round++) {
        while (plat_atomic_load(&meeting->round) < 2 * round - 1)
            ;
        meet(&meeting->there, &meeting->here, meeting);
        plat_atomic_add(&meeting->round, 1);
    }
}

static void one_of_two_who_store_and_look_sees_the_other(void **state)
{
    struct meeting meeting = {{0}, {0}, {0}, {0}};
    struct plat_thread thread;
    (void)state;

    assert_status(PLAT_OK, plat_thread_start(&thread, meet_each_round, &meeting));
    for (uint64_t round = 1; round <= MEETINGS; round++) {
        plat_atomic_store(&meeting.here, 0);
        plat_atomic_store(&meeting.there, 0);
        plat_atomic_store(&meeting.saw_nobody, 0);
        plat_atomic_store(&meeting.round, 2 * round - 1);
        meet(&meeting.here, &meeting.there, &meeting);
        while (plat_atomic_load(&meeting.round) < 2 * round)
            ;
        assert_true(plat_atomic_load(&meeting.saw_nobody) < 2);
    }
    plat_thread_join(&thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_initialised_is_zero),
        cmocka_unit_test(load_returns_what_was_stored),
        cmocka_unit_test(add_returns_the_value_before),
        cmocka_unit_test(adding_the_maximum_subtracts_one),
        cmocka_unit_test(pointer_returns_what_was_stored),
        cmocka_unit_test(no_add_of_any_thread_is_lost),
        cmocka_unit_test(store_publishes_what_was_written_before),
        cmocka_unit_test(one_of_two_who_store_and_look_sees_the_other),
        cmocka_unit_test(load_never_sees_half_a_store),
    };
    return cmocka_run_group_tests_name("plat/atomic", tests, NULL, NULL);
}

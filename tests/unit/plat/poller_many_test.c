/* Conformance of plat/poller.h: many sockets, and batches of events. */
#include "plat/poller.h"

#include "check.h"
#include "pair.h"
#include "plat/clock.h"
#include "plat/process.h"

enum { PAIRS = 150, SOCKETS = 2 * PAIRS };

/* Connections, a poller, and a watch for each socket: clients first, then servers. */
struct crowd {
    struct plat_poller *poller;
    struct pair pairs[PAIRS];
    struct plat_watch watches[SOCKETS];
    struct plat_event events[SOCKETS + 1];
};

static int setup(void **state)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    struct plat_addr addr;
    plat_socket listener = pair_listen(false, &addr);

    assert_non_null(crowd);
    assert_status(PLAT_OK, plat_poller_open(&crowd->poller));
    for (int i = 0; i < PAIRS; i++) {
        pair_connect(&crowd->pairs[i], listener, &addr);
        crowd->watches[i] = (struct plat_watch)PLAT_WATCH_INIT(crowd->pairs[i].client);
        crowd->watches[PAIRS + i] = (struct plat_watch)PLAT_WATCH_INIT(crowd->pairs[i].server);
    }
    plat_socket_close(listener);
    *state = crowd;
    return 0;
}

static int teardown(void **state)
{
    struct crowd *crowd = *state;
    plat_poller_close(crowd->poller);
    for (int i = 0; i < PAIRS; i++) {
        pair_close(&crowd->pairs[i]);
    }
    free(crowd);
    return 0;
}

static void watch_all(struct crowd *crowd, unsigned events)
{
    for (int i = 0; i < SOCKETS; i++) {
        assert_status(PLAT_OK, plat_poller_watch(crowd->poller, &crowd->watches[i], events));
    }
}

/* Waits for at most `most` records, and for at least one until the deadline. */
static size_t wait_some(struct crowd *crowd, size_t most)
{
    uint64_t start_ms = plat_clock_now_ms();
    size_t count = 0;

    while (count == 0 && plat_clock_now_ms() - start_ms < DEADLINE_MS) {
        assert_status(PLAT_OK, plat_poller_wait(crowd->poller, crowd->events, most, 100, &count));
    }
    assert_true(count >= 1 && count <= most);
    return count;
}

static size_t wait_now(struct crowd *crowd, size_t most)
{
    size_t count = 0;
    assert_status(PLAT_OK, plat_poller_wait(crowd->poller, crowd->events, most, QUIET_MS, &count));
    return count;
}

static size_t index_of(const struct crowd *crowd, const struct plat_event *event)
{
    size_t index = (size_t)(event->watch - crowd->watches);
    assert_true(index < SOCKETS);
    return index;
}

/* Silences each socket as it is reported, in batches of at most `most` (or fewer, which a system
 * may give), until `total` were; counts the records of each. Then there must be silence. */
static void tally(struct crowd *crowd, size_t most, size_t total, int seen[SOCKETS])
{
    size_t done = 0;

    while (done < total) {
        size_t count = wait_some(crowd, most);
        for (size_t i = 0; i < count; i++, done++) {
            seen[index_of(crowd, &crowd->events[i])]++;
            assert_status(PLAT_OK, plat_poller_watch(crowd->poller, crowd->events[i].watch, 0));
        }
    }
    assert_int_equal(done, total);
    assert_int_equal(wait_now(crowd, most), 0);
}

static void every_socket_is_reported_once(void **state)
{
    static const size_t batches[] = {SOCKETS + 1, SOCKETS, 64, 7, 1};
    struct crowd *crowd = *state;

    for (size_t i = 0; i < COUNT_OF(batches); i++) {
        int seen[SOCKETS] = {0};
        watch_all(crowd, PLAT_READ | PLAT_WRITE);
        tally(crowd, batches[i], SOCKETS, seen);
        for (int n = 0; n < SOCKETS; n++) {
            assert_int_equal(seen[n], 1);
        }
    }
}

static void batch_names_no_socket_twice(void **state)
{
    struct crowd *crowd = *state;

    watch_all(crowd, PLAT_WRITE);
    for (int turn = 0; turn < 5; turn++) {
        int seen[SOCKETS] = {0};
        size_t count = wait_some(crowd, SOCKETS + 1);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(seen[index_of(crowd, &crowd->events[i])]++, 0);
        }
    }
}

static void the_few_that_are_readable_are_found(void **state)
{
    static const int ready[] = {0, 1, 77, PAIRS - 1};
    struct crowd *crowd = *state;
    int seen[SOCKETS] = {0};

    watch_all(crowd, PLAT_READ);
    assert_int_equal(wait_now(crowd, SOCKETS), 0);
    for (size_t i = 0; i < COUNT_OF(ready); i++) {
        send_all(crowd->pairs[ready[i]].client, "x", 1);
        wait_events(crowd->pairs[ready[i]].server, PLAT_READ, DEADLINE_MS);
    }
    tally(crowd, SOCKETS, COUNT_OF(ready), seen);
    for (size_t i = 0; i < COUNT_OF(ready); i++) {
        assert_int_equal(seen[PAIRS + ready[i]], 1);
    }
}

static void forgetting_others_within_a_batch_is_safe(void **state)
{
    struct crowd *crowd = *state;
    size_t kept;

    watch_all(crowd, PLAT_WRITE);
    assert_true(wait_some(crowd, 1) == 1);
    kept = index_of(crowd, &crowd->events[0]);
    for (size_t i = 0; i < SOCKETS; i++) {
        if (i != kept) {
            plat_poller_forget(crowd->poller, &crowd->watches[i]);
        }
    }
    for (int turn = 0; turn < 3; turn++) {
        assert_int_equal(wait_some(crowd, SOCKETS), 1);
        assert_int_equal(index_of(crowd, &crowd->events[0]), kept);
    }
    plat_poller_forget(crowd->poller, &crowd->watches[kept]);
    assert_int_equal(wait_now(crowd, SOCKETS), 0);
}

/* Forgets from the front, the middle and the back, so that a packed table must move its entries. */
static void forgetting_some_keeps_the_rest(void **state)
{
    struct crowd *crowd = *state;
    int seen[SOCKETS] = {0};
    size_t left = 0;

    watch_all(crowd, PLAT_WRITE);
    for (int i = 0; i < SOCKETS; i++) {
        if (i % 3 == 0 || i == SOCKETS - 1) {
            plat_poller_forget(crowd->poller, &crowd->watches[i]);
        } else {
            left++;
        }
    }
    tally(crowd, SOCKETS, left, seen);
    for (int i = 0; i < SOCKETS; i++) {
        assert_int_equal(seen[i], i % 3 != 0 && i != SOCKETS - 1);
    }
}

/* The system gives a new socket the number of a closed one. */
static void new_socket_with_an_old_number_is_itself(void **state)
{
    struct crowd *crowd = *state;

    for (int i = 0; i < 20; i++) {
        struct pair *pair = &crowd->pairs[i];
        struct plat_watch *watch = &crowd->watches[PAIRS + i];
        assert_status(PLAT_OK, plat_poller_watch(crowd->poller, watch, PLAT_READ));
        send_all(pair->client, "x", 1);
        assert_int_equal(wait_some(crowd, 2), 1);
        assert_ptr_equal(crowd->events[0].watch, watch);
        plat_poller_forget(crowd->poller, watch);
        pair_close(pair);
        pair_open(pair);
        *watch = (struct plat_watch)PLAT_WATCH_INIT(pair->server);
        assert_status(PLAT_OK, plat_poller_watch(crowd->poller, watch, PLAT_READ));
    }
    assert_int_equal(wait_now(crowd, SOCKETS), 0);
    send_all(crowd->pairs[7].client, "x", 1);
    assert_int_equal(wait_some(crowd, SOCKETS), 1);
    assert_ptr_equal(crowd->events[0].watch, &crowd->watches[PAIRS + 7]);
}

#define crowd_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        crowd_test(every_socket_is_reported_once),
        crowd_test(batch_names_no_socket_twice),
        crowd_test(the_few_that_are_readable_are_found),
        crowd_test(forgetting_others_within_a_batch_is_safe),
        crowd_test(forgetting_some_keeps_the_rest),
        crowd_test(new_socket_with_an_old_number_is_itself),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("plat/poller: many", tests, NULL, NULL);
}

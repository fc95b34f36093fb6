#include "poller_fixture.h"

#include "plat/clock.h"

int poller_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    assert_status(PLAT_OK, plat_poller_open(&f->poller));
    pair_open(&f->pair);
    f->watch = (struct plat_watch)PLAT_WATCH_INIT(f->pair.server);
    *state = f;
    return 0;
}

int poller_teardown(void **state)
{
    struct fixture *f = *state;
    plat_poller_forget(f->poller, &f->watch);
    plat_poller_close(f->poller);
    pair_close(&f->pair);
    free(f);
    return 0;
}

struct plat_event poller_next_event(struct plat_poller *poller, uint32_t timeout_ms)
{
    struct plat_event events[4] = {{0}};
    uint64_t start_ms = plat_clock_now_ms(), now_ms = start_ms;
    size_t count = 0;

    while (count == 0 && now_ms - start_ms <= timeout_ms) {
        int left_ms = (int)(timeout_ms - (now_ms - start_ms));
        assert_status(PLAT_OK, plat_poller_wait(poller, events, 4, left_ms, &count));
        now_ms = plat_clock_now_ms();
    }
    assert_true(count <= 1); /* the tests here have one socket ready */
    return events[0];
}

void poller_expect(struct fixture *f, unsigned events)
{
    struct plat_event event = poller_next_event(f->poller, DEADLINE_MS);
    assert_ptr_equal(event.watch, &f->watch);
    assert_int_equal(event.events, events);
}

void poller_expect_silence(struct fixture *f)
{
    assert_int_equal(poller_next_event(f->poller, QUIET_MS).events, 0);
}

void poller_watch_for(struct fixture *f, unsigned events)
{
    assert_status(PLAT_OK, plat_poller_watch(f->poller, &f->watch, events));
    assert_int_equal(f->watch.events, events);
}

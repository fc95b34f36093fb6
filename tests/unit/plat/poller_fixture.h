/*
 * A poller and one connection, whose server side is watched, for the poller's tests.
 */
#ifndef POLLER_FIXTURE_H
#define POLLER_FIXTURE_H

#include "check.h"
#include "pair.h"
#include "plat/poller.h"

enum { BOTH = PLAT_READ | PLAT_WRITE };

struct fixture {
    struct plat_poller *poller;
    struct pair pair;
    struct plat_watch watch; /* of pair.server; not watched at first */
};

/* cmocka's setup and teardown, with *state as the struct fixture. */
int poller_setup(void **state);
int poller_teardown(void **state);
#define poller_test(f) cmocka_unit_test_setup_teardown(f, poller_setup, poller_teardown)

/* plat_poller_watch for the fixture's watch. */
void poller_watch_for(struct fixture *f, unsigned events);

/* Waits for the next record, through waits that end early. Its events are 0 if the time is over. */
struct plat_event poller_next_event(struct plat_poller *poller, uint32_t timeout_ms);

/* Waits for the fixture's watch to be reported with just these events. */
void poller_expect(struct fixture *f, unsigned events);

/* Expects nothing to be reported for a while. */
void poller_expect_silence(struct fixture *f);

#endif

/*
 * Checks of what plat functions return, and waiting for a condition with a deadline: no test
 * sleeps for luck. Only the test's main thread may call what asserts.
 */
#ifndef CHECK_H
#define CHECK_H

#include "plat/error.h"
#include "testing.h"

enum {
    DEADLINE_MS = 20000, /* for what must happen; generous, for emulators and loaded machines */
    QUIET_MS = 60,       /* for what must not happen */
    EARLY_MS = 5         /* by how much a clock's grain may end a wait before its time */
};

/* Fails with the call, both statuses and their texts. */
#define assert_status(expected, call)                                                              \
    check_status((expected), (call), #call " is not " #expected, __FILE__, __LINE__)
void check_status(int expected, int actual, const char *what, const char *file, int line);

/* Fails unless the call returns an error, whichever it is. */
#define assert_error(call) check_error((call), #call, __FILE__, __LINE__)
void check_error(int actual, const char *call, const char *file, int line);

/* Asks again and again until the condition holds; fails when the deadline passes first. */
#define assert_eventually(condition, arg)                                                          \
    check_eventually((condition), (arg), #condition "(" #arg ")", __FILE__, __LINE__)
void check_eventually(bool (*condition)(void *), void *arg, const char *what, const char *file,
                      int line);

/* Lets a moment pass between two looks at something that cannot be waited for. Any thread. */
void pause_ms(uint32_t ms);

/* Fails when a wait that began at start_ms ended before its time; never says it was late. */
#define assert_not_early(start_ms, wait_ms)                                                        \
    check_not_early((start_ms), (wait_ms), __FILE__, __LINE__)
void check_not_early(uint64_t start_ms, uint64_t wait_ms, const char *file, int line);

#endif

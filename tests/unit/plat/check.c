#include "check.h"

#include "plat/clock.h"
#include "plat/thread.h"

void check_status(int expected, int actual, const char *what, const char *file, int line)
{
    if (expected == actual) {
        return;
    }
    print_error("%s: got %d (%s), expected %d (%s)\n", what, actual, plat_error_text(actual),
                expected, plat_error_text(expected));
    _fail(file, line);
}

void check_error(int actual, const char *call, const char *file, int line)
{
    if (actual < 0) {
        return;
    }
    print_error("%s: got %d, expected an error\n", call, actual);
    _fail(file, line);
}

void check_eventually(bool (*condition)(void *), void *arg, const char *what, const char *file,
                      int line)
{
    uint64_t start_ms = plat_clock_now_ms();
    while (!condition(arg)) {
        if (plat_clock_now_ms() - start_ms > DEADLINE_MS) {
            print_error("%s: still not true after %d ms\n", what, DEADLINE_MS);
            _fail(file, line);
        }
        pause_ms(2);
    }
}

void pause_ms(uint32_t ms)
{
    struct plat_mutex mutex;
    struct plat_cond never;

    plat_mutex_init(&mutex);
    plat_cond_init(&never);
    plat_mutex_lock(&mutex);
    (void)plat_cond_wait_for(&never, &mutex, ms);
    plat_mutex_unlock(&mutex);
    plat_cond_fini(&never);
    plat_mutex_fini(&mutex);
}

void check_not_early(uint64_t start_ms, uint64_t wait_ms, const char *file, int line)
{
    uint64_t took_ms = plat_clock_now_ms() - start_ms;
    if (took_ms + EARLY_MS >= wait_ms) {
        return;
    }
    print_error("waited %llu ms, expected at least %llu\n", (unsigned long long)took_ms,
                (unsigned long long)wait_ms);
    _fail(file, line);
}

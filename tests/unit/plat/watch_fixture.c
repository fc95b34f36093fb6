#include "watch_fixture.h"

#include <string.h>

#include "pair.h"
#include "plat/clock.h"

int watch_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    void *dir = NULL;
    int rc;

    assert_non_null(f);
    testdir_setup(&dir);
    f->dir = dir;
    testdir_make(f->dir, "sub/below");
    testdir_make(f->dir, "other");
    rc = plat_folder_watch_open(&f->watch, f->dir->path);
    if (rc != PLAT_OK) {
        assert_status(PLAT_ERR_UNSUPPORTED, rc);
        f->watch = NULL;
    }
    *state = f;
    return 0;
}

int watch_teardown(void **state)
{
    struct fixture *f = *state;
    void *dir = f->dir;

    plat_folder_watch_close(f->watch);
    testdir_teardown(&dir);
    free(f);
    return 0;
}

void watch_put(const struct fixture *f, const char *name)
{
    testdir_put(f->dir, name, "text", 4);
}

/* Takes everything that is there. Returns whether `name` was among it, or might have been. */
static bool take_all(const struct fixture *f, const char *name)
{
    char next[NAME_SIZE];
    bool found = false;
    int rc;

    while ((rc = plat_folder_watch_next(f->watch, next, sizeof(next))) != PLAT_AGAIN) {
        assert_true(rc == PLAT_OK || rc == PLAT_LOST);
        found |= rc == PLAT_LOST || strcmp(next, name) == 0;
    }
    return found;
}

void watch_expect(const struct fixture *f, const char *name)
{
    plat_socket socket = plat_folder_watch_socket(f->watch);
    uint64_t start_ms = plat_clock_now_ms();

    while (plat_clock_now_ms() - start_ms < DEADLINE_MS) {
        assert_true(wait_events(socket, PLAT_READ, DEADLINE_MS) & PLAT_READ);
        if (take_all(f, name)) {
            return;
        }
    }
    fail_msg("no change was told of \"%s\"", name);
}

void watch_expect_silence(const struct fixture *f)
{
    char next[NAME_SIZE] = "";

    if (wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, QUIET_MS) != 0) {
        int rc = plat_folder_watch_next(f->watch, next, sizeof(next));
        fail_msg("unasked: status %d, \"%s\"", rc, next);
    }
    assert_status(PLAT_AGAIN, plat_folder_watch_next(f->watch, next, sizeof(next)));
}

void watch_settle(const struct fixture *f)
{
    while (wait_events(plat_folder_watch_socket(f->watch), PLAT_READ, QUIET_MS) != 0) {
        (void)take_all(f, "");
    }
}

void watch_add(const struct fixture *f, const char *name)
{
    struct plat_listing *listing;

    assert_status(PLAT_OK, plat_folder_watch_add(f->watch, name));
    assert_status(PLAT_OK, plat_listing_open(&listing, f->dir->folder, name));
    plat_listing_close(listing);
}

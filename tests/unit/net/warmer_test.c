/* net/warmer.h: what was asked for is answered on the loop that asked, each once. */
#include "net/warmer.h"

#include "base/container.h"
#include "check.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "testdir.h"
#include "testfile.h"

enum { JOBS = 200, SIZE = 300000, PATIENCE_MS = 20 * 1000 };

struct job {
    struct warming warming;
    struct world *world;
    bool done;
};

struct world {
    struct testdir *dir;
    struct loop *loop;
    struct warmer *warmer;
    struct plat_file file;
    struct job jobs[JOBS];
    size_t done_count;
};

static void on_done(struct loop_task *task)
{
    struct job *job = CONTAINER_OF(task, struct job, warming.done);
    assert_false(job->done);
    job->done = true;
    job->world->done_count++;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    void *dir;
    assert_non_null(w);
    assert_int_equal(testdir_setup(&dir), 0);
    w->dir = dir;
    assert_status(0, loop_open(&w->loop));
    assert_status(0, warmer_open(&w->warmer, 3, false));
    w->file = testfile_create(w->dir, "file");
    assert_status(0, plat_file_resize(w->file, SIZE));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    void *dir = w->dir;
    warmer_close(w->warmer);
    loop_close(w->loop);
    plat_file_close(w->file);
    free(w);
    return testdir_teardown(&dir);
}

static bool ask(struct world *w, size_t number, uint64_t offset, uint64_t size)
{
    struct job *job = &w->jobs[number];
    job->world = w;
    job->warming = (struct warming){
        .done = {.run = on_done}, .loop = w->loop, .file = w->file, .offset = offset, .size = size};
    return warmer_ask(w->warmer, &job->warming);
}

static void wait_for(struct world *w, size_t count)
{
    uint64_t end_ms = plat_clock_now_ms() + PATIENCE_MS;
    while (w->done_count < count) {
        assert_true(plat_clock_now_ms() < end_ms);
        assert_status(0, loop_turn(w->loop, 100));
    }
}

static void each_is_answered_once(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < JOBS; i++)
        assert_true(ask(w, i, i * 1000, 5000));
    wait_for(w, JOBS);
    assert_status(0, loop_turn(w->loop, 0));
    assert_int_equal(w->done_count, JOBS);
}

/* Beyond the end, nothing at all, a file that is gone: it is answered all the same. */
static void what_cannot_be_read_is_answered_too(void **state)
{
    struct world *w = *state;
    assert_true(ask(w, 0, SIZE, 1));
    assert_true(ask(w, 1, 0, 0));
    assert_true(ask(w, 2, INT64_MAX, UINT64_MAX));
    assert_true(ask(w, 3, 0, 10 * SIZE));
    wait_for(w, 4);
}

static void what_was_asked_before_the_stop_is_answered(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < JOBS - 1; i++)
        assert_true(ask(w, i, 0, SIZE));
    warmer_stop(w->warmer);
    assert_false(ask(w, JOBS - 1, 0, SIZE));
    warmer_stop(w->warmer);
    wait_for(w, JOBS - 1);
    warmer_close(NULL);
    warmer_stop(NULL);
}

static void what_was_just_read_is_not_cold(void **state)
{
    struct world *w = *state;
    assert_true(ask(w, 0, 0, SIZE));
    wait_for(w, 1);
    assert_false(warmer_is_cold(w->warmer, w->file, SIZE));
    assert_false(warmer_is_cold(w->warmer, w->file, 1));
    assert_false(warmer_is_cold(w->warmer, w->file, 0));
    assert_false(warmer_is_cold(w->warmer, w->file, UINT64_MAX));
}

#define warmer_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        warmer_test(each_is_answered_once),
        warmer_test(what_cannot_be_read_is_answered_too),
        warmer_test(what_was_asked_before_the_stop_is_answered),
        warmer_test(what_was_just_read_is_not_cold),
    };
    if (plat_process_init(&argc, &argv) != PLAT_OK) {
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests_name("warmer", tests, NULL, NULL);
}

/* client/engine.h: what a whole download cannot be brought to show. */
#include "client/engine.h"

#include <stdio.h>

#include "check.h"
#include "expect.h"
#include "plat/process.h"
#include "world.h"

enum { SIZE = 30 * MIB, KEPT = 16 * MIB };

/* A run that leaves four chunks. */
static void leave_part(struct world *w)
{
    world_fill(w, SIZE, 1, true);
    w->sources[0].closes_at = KEPT;
    w->sources[0].closes_left = 1;
    w->sources[0].hangs_at = 0;
    w->options.connections = 1;
    w->options.retry_ms = 700;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_int_equal(w->result.fetched, KEPT);
    w->sources[0].closes_at = w->sources[0].hangs_at = FAKE_NEVER;
    w->options.retry_ms = 8000;
}

static struct engine *open_engine(struct world *w, struct landing *landing)
{
    struct engine *engine;
    struct engine_options options = {.index = &w->link,
                                     .download = &w->options,
                                     .landing = landing,
                                     .file = {.name = slice_text("file"), .size = w->file.size}};
    snprintf(options.file.sha256, sizeof options.file.sha256, "%s", w->file.sha256);
    assert_status(0, engine_open(&engine, &options));
    return engine;
}

/* Takes over what the journal tells of, with a file in the part's place for its size. */
static void resume(struct world *w, struct engine *engine, struct landing *landing)
{
    struct holders holders = {.count = 1, .items = {w->index.holders[0]}};
    struct plat_file part = landing->file, other = testfile_create(w->dir, "other");
    assert_status(0, plat_file_resize(other, KEPT));
    landing->file = other;
    engine_merge(engine, &holders);
    assert_true(engine_resume(engine));
    landing->file = part;
    plat_file_close(other);
}

/* The part is shorter than it was when the run began: reading the last chunk fails, for its own
 * check and for that of the whole. */
static void a_chunk_that_cannot_be_read_any_more_is_fetched_again(void **state)
{
    struct world *w = *state;
    struct landing landing;
    leave_part(w);
    assert_status(0, landing_open(&landing, world_dir(w)->path, slice_text("file")));
    assert_status(0, plat_file_resize(landing.file, KEPT - 1));
    struct engine *engine = open_engine(w, &landing);
    resume(w, engine, &landing);
    enum engine_outcome outcome = engine_run(engine);
    w->result = (struct download_result){.path = "file"};
    engine_tell(engine, &w->result);
    engine_close(engine); /* which hashes on a thread of its own */
    assert_int_equal(outcome, ENGINE_DONE);
    assert_status(0, landing_commit(&landing, w->file.size, 0));
    world_expect_file(w);
    assert_int_equal(w->result.kept, KEPT - CHUNK_SIZE);
    assert_int_equal(w->result.fetched, SIZE - KEPT + CHUNK_SIZE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_chunk_that_cannot_be_read_any_more_is_fetched_again),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}

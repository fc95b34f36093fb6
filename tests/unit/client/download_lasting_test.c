/* client/download.h: downloads end when they can, go on for as long as bytes come, and lose nothing
 * that they have to what servers say meanwhile. */
#include "check.h"
#include "expect.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "world.h"

enum { SIZE = 30 * MIB };

static void get(struct world *w)
{
    world_get(w);
    world_expect_file(w);
}

/* Where nobody knows a hash, the source is asked once more whether its file is still the same. */
static void a_source_that_is_silent_at_the_last_question_does_not_hold_up_the_end(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, false);
    w->options.connections = 1;
    w->sources[0].stats_most = 1;
    work_limit(&w->work, DEADLINE_MS);
    get(w);
    work_unlimit(&w->work);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_SIZE);
}

/* All of the first one's bytes were wrong: what comes after them is progress again. */
static void a_file_that_is_begun_anew_has_all_the_time_it_needs(void **state)
{
    struct world *w = *state;
    char *other = text_of('x', 12 * MIB);
    world_fill(w, 12 * MIB, 2, true);
    w->options.connections = 1;
    w->options.retry_ms = 300;
    w->options.stall_ms = 200;
    w->sources[0].is_base = w->sources[1].is_base = true;
    w->sources[0].data = other;
    w->sources[1].rate = 6 * MIB;
    get(w);
    assert_int_equal(w->result.share_count, 1);
    assert_string_equal(w->result.shares[0].id, "CS2");
    free(other);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_source_that_is_silent_at_the_last_question_does_not_hold_up_the_end),
        world_test(a_file_that_is_begun_anew_has_all_the_time_it_needs),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("download lasting", tests, NULL, NULL);
}

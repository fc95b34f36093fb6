/* client/download.h: downloads from peers that do as they should, base ones too. */
#include "check.h"
#include "expect.h"
#include "plat/clock.h"
#include "plat/process.h"
#include "world.h"

static void a_file_comes_whole_with_its_time(void **state)
{
    struct world *w = *state;
    struct plat_file_info info;
    world_fill(w, 9 * MIB + 5, 1, true);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.size, w->file.size);
    assert_int_equal(w->result.fetched, w->file.size);
    assert_int_equal(w->result.kept, 0);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
    assert_string_equal(w->result.sha256, w->file.sha256);
    assert_int_equal(w->result.share_count, 1);
    assert_string_equal(w->result.shares[0].id, "CS1");
    assert_int_equal(w->result.shares[0].bytes, w->file.size);
    assert_status(0, plat_file_look(world_dir(w)->folder, "file", &info));
    assert_int_equal(info.mtime_ns, w->sources[0].mtime_s * 1000000000);
}

static void several_sources_share_the_work(void **state)
{
    struct world *w = *state;
    world_fill(w, 50 * MIB, 3, true);
    for (unsigned i = 0; i < 3; i++)
        w->sources[i].rate = 20 * MIB;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.share_count, 3);
    assert_between(w->result.fetched, w->file.size, w->file.size + MIB);
    assert_true(w->sources[0].connections + w->sources[1].connections + w->sources[2].connections <=
                DOWNLOAD_CONNECTIONS);
}

static void a_small_file_comes_from_one_source(void **state)
{
    struct world *w = *state;
    world_fill(w, 8 * MIB - 1, 3, true);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.share_count, 1);
    assert_int_equal(w->sources[0].connections, 1);
    assert_int_equal(w->sources[1].connections + w->sources[2].connections, 0);
}

static void a_file_of_one_chunk_needs_no_list(void **state)
{
    struct world *w = *state;
    world_fill(w, 600, 1, true);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
    assert_int_equal(w->sources[0].lists, 0);
}

static void an_empty_file_is_confirmed_by_its_source(void **state)
{
    struct world *w = *state;
    struct plat_file_info info;
    world_fill(w, 0, 1, true);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->sources[0].connections, 1);
    assert_int_equal(w->sources[0].gets, 1);
    assert_status(0, plat_file_look(world_dir(w)->folder, "file", &info));
    assert_int_equal(info.mtime_ns, w->sources[0].mtime_s * 1000000000);
}

static void an_empty_file_comes_from_a_base_server_too(void **state)
{
    struct world *w = *state;
    world_fill(w, 0, 1, false);
    w->index.is_base = w->sources[0].is_base = true;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->sources[0].gets, 1);
    assert_string_equal(w->result.reason, "");
}

/* To STAT, that is, until nobody waits any more. */
static void an_empty_file_comes_from_a_silent_base_server_too(void **state)
{
    struct world *w = *state;
    world_fill(w, 0, 1, false);
    w->sources[0].stats_most = 0;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->sources[0].gets, 1);
}

static void connections_are_as_many_as_asked_for(void **state)
{
    struct world *w = *state;
    world_fill(w, 40 * MIB, 2, true);
    w->options.connections = 1;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->sources[0].connections + w->sources[1].connections, 1);
}

static void a_complete_file_is_not_fetched_again(void **state)
{
    struct world *w = *state;
    world_fill(w, 5 * MIB, 1, true);
    world_get(w);
    assert_false(w->result.already_complete);
    unsigned connections = w->sources[0].connections;
    world_get(w);
    world_expect_file(w);
    assert_true(w->result.already_complete);
    assert_int_equal(w->sources[0].connections, connections);
    assert_int_equal(w->result.fetched, 0);
    testdir_put(w->dir, "file", "something else", 14);
    world_get(w);
    world_expect_file(w);
    assert_false(w->result.already_complete);
}

static void a_complete_file_is_known_by_its_servers_alone(void **state)
{
    struct world *w = *state;
    world_fill(w, 5 * MIB, 1, true);
    w->index.is_base = true;
    testdir_put(w->dir, "file", w->file.data, (size_t)w->file.size);
    world_get(w);
    world_expect_file(w);
    assert_true(w->result.already_complete);
    assert_int_equal(w->sources[0].sent, 0);
    w->sources[0].has_no_hash = true;
    world_get(w);
    world_expect_file(w);
    assert_false(w->result.already_complete);
}

static void an_unknown_name_fails_at_once(void **state)
{
    struct world *w = *state;
    world_fill(w, 600, 1, true);
    enum download_outcome outcome = download_file(&w->link, &w->options, world_dir(w)->path,
                                                  slice_text("nothing"), NULL, &w->result);
    assert_int_equal(outcome, DOWNLOAD_FAILED);
    assert_string_equal(w->result.reason, "file not found");
    assert_int_equal(w->index.gets, 1);
    testfile_expect_missing(w->dir, "nothing.mcdn-part");
}

static void names_of_unfinished_downloads_are_refused(void **state)
{
    static const char *const names[][2] = {{"a.mcdn-part", NULL},
                                           {"a.mcdn-journal", NULL},
                                           {"a/b.mcdn-part", "a"},
                                           {"file", "file.mcdn-part"},
                                           {"file", "b/file.mcdn-journal"}};
    struct world *w = *state;
    world_fill(w, 600, 1, true);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        enum download_outcome outcome =
            download_file(&w->link, &w->options, world_dir(w)->path, slice_text(names[i][0]),
                          names[i][1], &w->result);
        assert_int_equal(outcome, DOWNLOAD_FAILED);
        assert_non_null(strstr(w->result.reason, ".mcdn-part or .mcdn-journal"));
    }
    assert_int_equal(w->index.gets, 0);
}

static void a_file_can_have_another_name_here(void **state)
{
    struct world *w = *state;
    world_fill(w, 600, 1, true);
    download_file(&w->link, &w->options, world_dir(w)->path, slice_text("file"), "a/b/other",
                  &w->result);
    assert_string_equal(w->result.path, "a/b/other");
    world_expect_file(w);
    testfile_expect_missing(w->dir, "file");
    download_file(&w->link, &w->options, world_dir(w)->path, slice_text("file"), "../other",
                  &w->result);
    assert_int_equal(w->result.outcome, DOWNLOAD_FAILED);
}

static void without_a_hash_one_source_alone_is_used(void **state)
{
    struct world *w = *state;
    world_fill(w, 20 * MIB, 3, false);
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_SIZE);
    assert_string_equal(w->result.sha256, "");
    assert_int_equal(w->result.share_count, 1);
    assert_int_equal(w->sources[1].connections + w->sources[2].connections, 0);
}

/* The index does not know the hash yet, the servers do. */
static void a_hash_that_only_servers_know_will_do(void **state)
{
    struct world *w = *state;
    world_fill(w, 40 * MIB, 3, false);
    for (unsigned i = 0; i < 3; i++) {
        w->sources[i].has_no_hash = false;
        w->sources[i].rate = 20 * MIB;
    }
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
    assert_true(w->result.share_count > 1);
}

/* A holder of which the index knows no hash, among others: each chunk shows that it has the same.
 */
static void a_source_of_unknown_hash_is_mixed_only_where_chunks_show_it(void **state)
{
    struct world *w = *state;
    world_fill(w, 60 * MIB, 2, true);
    w->index.holders[1].sha256[0] = '\0';
    w->sources[1].has_no_hash = true;
    w->sources[0].rate = w->sources[1].rate = 20 * MIB;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.share_count, 2);
    w->sources[0].has_no_chunks = true;
    testdir_put(w->dir, "file", "", 0);
    uint64_t sent = w->sources[1].sent;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->sources[1].sent, sent);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
}

static void a_base_index_and_a_base_server_serve_as_before(void **state)
{
    struct world *w = *state;
    world_fill(w, 20 * MIB, 1, false);
    w->index.is_base = w->sources[0].is_base = true;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->index.hellos, 1);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_SIZE);
    assert_int_equal(w->result.fetched, w->file.size);
    assert_int_equal(w->sources[0].gets, 1);
    assert_int_equal(w->sources[0].ranges, 0);
    world_get(w); /* what the index is was found out once */
    world_expect_file(w);
    assert_int_equal(w->index.locates, 0);
}

static void a_base_index_with_our_servers_loses_nothing(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, false);
    w->index.is_base = true;
    w->sources[0].has_no_hash = false;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_CHUNKS);
}

static void a_base_index_may_close_after_each_answer(void **state)
{
    struct world *w = *state;
    world_fill(w, 600, 1, false);
    w->index.is_base = w->index.closes = true;
    w->sources[0].is_base = true;
    world_get(w);
    world_expect_file(w);
}

static void an_index_that_does_not_answer_locate_is_asked_get(void **state)
{
    static const char *const answers[] = {"ERROR FILE_NOT_FOUND\n", "ERROR\n", "NONSENSE\n",
                                          "END\n"};
    struct world *w = *state;
    world_fill(w, 600, 1, false);
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        w->index.says = answers[i];
        w->link.is_base = false;
        world_get(w);
        world_expect_file(w);
    }
}

/* The index knows LOCATE well; a name that it does not know says nothing else. */
static void an_unknown_name_does_not_make_an_index_a_base_one(void **state)
{
    struct world *w = *state;
    world_fill(w, 600, 1, true);
    (void)download_file(&w->link, &w->options, world_dir(w)->path, slice_text("nothing"), NULL,
                        &w->result);
    unsigned locates = w->index.locates;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->index.locates, locates + 1);
    assert_int_equal(w->result.proof, DOWNLOAD_PROOF_HASH);
}

static void a_size_that_no_disk_holds_is_told_at_once(void **state)
{
    struct world *w = *state;
    world_fill(w, 600, 1, true);
    w->index.holders[0].size = INT64_MAX;
    assert_int_equal(world_get(w), DOWNLOAD_FAILED);
    assert_int_equal(w->sources[0].connections, 0);
    testfile_expect_missing(w->dir, "file.mcdn-part");
}

/* A base index never learns of a change; the source that goes on with another size is right. */
static void a_base_index_with_an_old_size_is_not_believed_for_ever(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 1, false);
    w->index.is_base = w->sources[0].is_base = true;
    w->index.holders[0].size = 5;
    w->options.retry_ms = 20000;
    world_get(w);
    world_expect_file(w);
    assert_true(w->result.elapsed_ms >= 4000);
}

static void more_sources_than_can_be_used_are_left_out(void **state)
{
    struct world *w = *state;
    world_fill(w, 20 * MIB, 2, true);
    w->index.more = 10000;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.share_count, 2);
}

static void a_rate_limit_is_kept(void **state)
{
    struct world *w = *state;
    world_fill(w, 9 * MIB, 2, true);
    w->options.rate_max = 12 * MIB;
    world_get(w);
    world_expect_file(w);
    assert_true(w->result.elapsed_ms >= 600);
    assert_between(w->result.fetched, w->file.size, w->file.size + MIB);
}

/* None of them takes all that is let in, and none is called slow for what it does not get. */
static void sources_share_a_limit(void **state)
{
    struct world *w = *state;
    world_fill(w, 20 * MIB, 2, true);
    w->options.connections = 2;
    w->options.rate_max = 16 * MIB;
    world_get(w);
    world_expect_file(w);
    assert_int_equal(w->result.share_count, 2);
    assert_true(w->result.shares[1].bytes >= w->file.size / 4);
}

/* Each of them comes whole with the answer's line. */
static void small_files_share_a_limit(void **state)
{
    struct world *w = *state;
    world_fill(w, 400, 1, true);
    w->options.rate_max = 2000;
    world_get(w);
    assert_true(work_pause(&w->work, 1000)); /* which is not saved up */
    uint64_t start_ms = plat_clock_now_ms();
    for (char name[] = "a"; name[0] <= 'h'; name[0]++)
        assert_int_equal(download_file(&w->link, &w->options, world_dir(w)->path,
                                       slice_text("file"), name, &w->result),
                         DOWNLOAD_DONE);
    assert_true(plat_clock_now_ms() - start_ms >= 1200);
}

/* The first bytes come with the answer's line, and are worth more than 2 s without any other. When
 * no source brings anything, it is over after 1.7 s. */
static void a_pause_for_a_limit_is_not_held_against_anyone(void **state)
{
    struct world *w = *state;
    world_fill(w, 1000, 1, true);
    w->options.rate_max = 200;
    w->options.retry_ms = 500;
    world_get(w);
    world_expect_file(w);
    assert_true(w->result.elapsed_ms >= 4000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(a_file_comes_whole_with_its_time),
        world_test(several_sources_share_the_work),
        world_test(a_small_file_comes_from_one_source),
        world_test(a_file_of_one_chunk_needs_no_list),
        world_test(an_empty_file_is_confirmed_by_its_source),
        world_test(an_empty_file_comes_from_a_base_server_too),
        world_test(an_empty_file_comes_from_a_silent_base_server_too),
        world_test(connections_are_as_many_as_asked_for),
        world_test(a_complete_file_is_not_fetched_again),
        world_test(a_complete_file_is_known_by_its_servers_alone),
        world_test(an_unknown_name_fails_at_once),
        world_test(names_of_unfinished_downloads_are_refused),
        world_test(a_file_can_have_another_name_here),
        world_test(without_a_hash_one_source_alone_is_used),
        world_test(a_hash_that_only_servers_know_will_do),
        world_test(a_source_of_unknown_hash_is_mixed_only_where_chunks_show_it),
        world_test(a_base_index_and_a_base_server_serve_as_before),
        world_test(a_base_index_with_our_servers_loses_nothing),
        world_test(a_base_index_may_close_after_each_answer),
        world_test(an_index_that_does_not_answer_locate_is_asked_get),
        world_test(an_unknown_name_does_not_make_an_index_a_base_one),
        world_test(a_size_that_no_disk_holds_is_told_at_once),
        world_test(a_base_index_with_an_old_size_is_not_believed_for_ever),
        world_test(more_sources_than_can_be_used_are_left_out),
        world_test(sources_share_a_limit),
        world_test(small_files_share_a_limit),
        world_test(a_pause_for_a_limit_is_not_held_against_anyone),
        world_test(a_rate_limit_is_kept),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("download", tests, NULL, NULL);
}

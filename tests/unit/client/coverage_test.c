/* client/coverage.h: which bytes of a file are there. */
#include "client/coverage.h"

#include "expect.h"
#include "proto/limits.h"

enum { SIZE = 2 * CHUNK_SIZE + 100 }; /* three chunks */

static void open_coverage(struct coverage *coverage, uint64_t size)
{
    assert_int_equal(coverage_init(coverage, size), 0);
}

/* Takes bytes and has them come from the source. */
static bool fetch(struct coverage *coverage, uint64_t from, uint64_t to, unsigned source)
{
    coverage_take(coverage, from, to);
    return coverage_add(coverage, from, to, source);
}

static void a_file_has_chunks_and_the_last_is_shorter(void **state)
{
    static const struct {
        const char *label;
        uint64_t size, chunks, last;
    } rows[] = {{"empty", 0, 0, 0},
                {"one byte", 1, 1, 1},
                {"one chunk", CHUNK_SIZE, 1, CHUNK_SIZE},
                {"a byte more", CHUNK_SIZE + 1, 2, 1},
                {"three", SIZE, 3, 100}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct coverage c;
        open_coverage(&c, rows[i].size);
        assert_row_number(rows[i].label, c.chunk_count, rows[i].chunks);
        assert_row_number(rows[i].label, c.missing.total, rows[i].size);
        assert_row_number(rows[i].label, coverage_chunk_from(&c, rows[i].chunks), rows[i].size);
        if (rows[i].chunks > 0)
            assert_row_number(rows[i].label,
                              rows[i].size - coverage_chunk_from(&c, rows[i].chunks - 1),
                              rows[i].last);
        coverage_fini(&c);
    }
}

static void a_chunk_is_complete_with_its_last_byte(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    assert_false(fetch(&c, 50, CHUNK_SIZE, 1));
    assert_false(coverage_is_complete(&c, 0));
    assert_true(fetch(&c, 0, 50, 1));
    assert_true(coverage_is_complete(&c, 0) && !coverage_is_good(&c, 0));
    assert_true(fetch(&c, 2 * CHUNK_SIZE, SIZE, 0));
    assert_int_equal(c.done, CHUNK_SIZE + 100);
    assert_int_equal(c.missing.total, CHUNK_SIZE);
    coverage_accept(&c, 0);
    assert_true(coverage_is_good(&c, 0));
    assert_int_equal(c.good, 1);
    coverage_fini(&c);
}

static void a_bad_chunk_is_missing_again_and_its_source_is_known(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    assert_true(fetch(&c, 0, CHUNK_SIZE, 63));
    assert_true(fetch(&c, 2 * CHUNK_SIZE, SIZE, 2));
    assert_int_equal(coverage_reject(&c, 0), 63);
    assert_int_equal(c.done, 100);
    assert_int_equal(c.missing.total, 2 * CHUNK_SIZE);
    assert_false(coverage_is_undivided(&c, 0));
    coverage_accept(&c, 2);
    assert_int_equal(coverage_reject(&c, 2), 2); /* it was taken for right */
    assert_int_equal(c.good, 0);
    coverage_fini(&c);
}

static void a_bad_chunk_of_several_sources_is_fetched_undivided(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    fetch(&c, 0, 1000, 1);
    assert_true(fetch(&c, 1000, CHUNK_SIZE, 2));
    assert_int_equal(coverage_reject(&c, 0), -1);
    assert_true(coverage_is_undivided(&c, 0));
    coverage_take(&c, 0, CHUNK_SIZE);
    coverage_add(&c, 0, 1000, 1);
    coverage_give_back(&c, 1000, CHUNK_SIZE); /* its source broke off: the whole is needed anew */
    assert_int_equal(c.done, 0);
    assert_int_equal(c.missing.total, SIZE);
    assert_true(fetch(&c, 0, CHUNK_SIZE, 2));
    assert_int_equal(coverage_reject(&c, 0), 2);
    coverage_fini(&c);
}

static void what_is_given_back_is_missing_and_what_came_stays(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    coverage_take(&c, 0, SIZE);
    assert_int_equal(c.missing.total, 0);
    coverage_add(&c, 0, 10, 0);
    coverage_give_back(&c, 10, SIZE);
    coverage_give_back(&c, SIZE, SIZE);
    assert_int_equal(c.done, 10);
    assert_int_equal(c.missing.total, SIZE - 10);
    coverage_fini(&c);
}

static void kept_bytes_blame_nobody(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    coverage_keep(&c, 0, CHUNK_SIZE + 5);
    assert_true(coverage_is_complete(&c, 0));
    assert_int_equal(c.done, CHUNK_SIZE + 5);
    assert_int_equal(coverage_reject(&c, 0), -1);
    assert_true(fetch(&c, CHUNK_SIZE + 5, 2 * CHUNK_SIZE, 4));
    assert_int_equal(coverage_reject(&c, 1), -1);
    assert_true(fetch(&c, CHUNK_SIZE, 2 * CHUNK_SIZE, 4));
    assert_int_equal(coverage_reject(&c, 1), 4);
    coverage_fini(&c);
}

static void a_source_is_not_blamed_again_for_what_it_gave_before(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    fetch(&c, 0, 50, 1);
    fetch(&c, CHUNK_SIZE, 2 * CHUNK_SIZE, 2);
    coverage_disown(&c, 1);
    fetch(&c, 50, CHUNK_SIZE, 1);
    assert_int_equal(coverage_reject(&c, 0), -1);
    assert_true(coverage_is_undivided(&c, 0));
    assert_int_equal(coverage_reject(&c, 1), 2); /* of another source */
    fetch(&c, 0, CHUNK_SIZE, 1);
    assert_int_equal(coverage_reject(&c, 0), 1); /* since then */
    coverage_fini(&c);
}

static void a_reset_forgets_all(void **state)
{
    struct coverage c;
    (void)state;
    open_coverage(&c, SIZE);
    fetch(&c, 0, CHUNK_SIZE, 1);
    coverage_accept(&c, 0);
    coverage_take(&c, CHUNK_SIZE, SIZE);
    coverage_reset(&c);
    assert_int_equal(c.done + c.good, 0);
    assert_int_equal(c.missing.total, SIZE);
    assert_true(fetch(&c, 0, CHUNK_SIZE, 3));
    assert_int_equal(coverage_reject(&c, 0), 3);
    coverage_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_chunks_and_the_last_is_shorter),
        cmocka_unit_test(a_chunk_is_complete_with_its_last_byte),
        cmocka_unit_test(a_bad_chunk_is_missing_again_and_its_source_is_known),
        cmocka_unit_test(a_bad_chunk_of_several_sources_is_fetched_undivided),
        cmocka_unit_test(what_is_given_back_is_missing_and_what_came_stays),
        cmocka_unit_test(kept_bytes_blame_nobody),
        cmocka_unit_test(a_source_is_not_blamed_again_for_what_it_gave_before),
        cmocka_unit_test(a_reset_forgets_all),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}

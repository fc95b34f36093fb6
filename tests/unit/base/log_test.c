/* base/log.h: what log_child's lines look like, and which are lost when nobody reads. */
#include "base/log.h"

#include <stdio.h>

#include "check.h"
#include "child_process.h"
#include "expect.h"
#include "plat/clock.h"
#include "testdir.h"

enum { STAMP_SIZE = sizeof "[2025-01-01 12:00:05] " - 1 };

/* All that a child said in this mode, cut into lines. */
struct said {
    struct buffer bytes;
    struct slice rest;
};

static void read_all(struct plat_process *process, struct buffer *out)
{
    int rc = 0;
    while (rc != PLAT_END) {
        size_t got = 0;
        char *at = buffer_reserve(out, 65536);
        assert_non_null(at);
        rc = plat_process_read(process, at, 65536, DEADLINE_MS, &got);
        assert_true(rc == 0 || rc == PLAT_END);
        buffer_commit(out, got);
    }
}

static void read_and_end(struct child *child, struct said *said)
{
    said->bytes = (struct buffer)BUFFER_INIT;
    read_all(child->process, &said->bytes);
    said->rest = buffer_content(&said->bytes);
    assert_int_equal(child_end(child), 0);
}

static void run(struct said *said, const char *const *args)
{
    struct child child;
    child_start(&child, args);
    read_and_end(&child, said);
}

static struct slice next_line(struct said *said)
{
    const char *feed = memchr(said->rest.data, '\n', said->rest.size);
    assert_non_null(feed);
    struct slice line = slice_of(said->rest.data, (size_t)(feed - said->rest.data));
    said->rest = slice_of(feed + 1, said->rest.size - line.size - 1);
    return line;
}

/* The next line without its stamp and tag, which every line has. */
static struct slice next_text(struct said *said)
{
    static const char tag[] = "[TEST-CS1] ";
    struct slice line = next_line(said);
    assert_true(line.size >= STAMP_SIZE + sizeof tag - 1);
    line = slice_of(line.data + STAMP_SIZE, line.size - STAMP_SIZE);
    assert_memory_equal(line.data, tag, sizeof tag - 1);
    return slice_of(line.data + sizeof tag - 1, line.size - (sizeof tag - 1));
}

static void expect_end(struct said *said)
{
    assert_int_equal(said->rest.size, 0);
    buffer_fini(&said->bytes);
}

static void stamp_now(char stamp[64])
{
    struct plat_clock_local t;
    plat_clock_local(plat_clock_unix_ms() / 1000, &t);
    snprintf(stamp, 64, "[%04d-%02d-%02d %02d:%02d:%02d] ", t.year, t.month, t.day, t.hour,
             t.minute, t.second);
}

static void lines_begin_with_the_local_time_and_the_tag(void **state)
{
    struct said said;
    char before[64], after[64];
    (void)state;
    stamp_now(before);
    run(&said, ARGS("levels", "error"));
    stamp_now(after);
    struct slice line = next_line(&said);
    assert_true(line.size > STAMP_SIZE);
    if (memcmp(before, after, STAMP_SIZE) <= 0) { /* not when the clocks were put back */
        assert_true(memcmp(before, line.data, STAMP_SIZE) <= 0);
        assert_true(memcmp(line.data, after, STAMP_SIZE) <= 0);
    }
    assert_slice(slice_of(line.data + STAMP_SIZE, line.size - STAMP_SIZE), "[TEST-CS1] Error: d");
    expect_end(&said);
}

static void lines_below_the_level_are_left_out(void **state)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    static const char *const texts[] = {"a 1", "b two", "Warning: c", "Error: d"};
    (void)state;
    for (size_t level = 0; level < COUNT_OF(levels); level++) {
        struct said said;
        run(&said, ARGS("levels", levels[level]));
        for (size_t i = level; i < COUNT_OF(texts); i++)
            assert_slice(next_text(&said), texts[i]);
        expect_end(&said);
    }
}

static void level_names_are_exact(void **state)
{
    enum log_level level = LOG_WARN;
    (void)state;
    assert_true(log_level_parse(slice_text("debug"), &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_parse(slice_text("Info"), &level));
    assert_false(log_level_parse(slice_text(""), &level));
    assert_false(log_level_parse(slice_text("warning"), &level));
    assert_int_equal(level, LOG_DEBUG);
}

static void control_bytes_are_shown_as_question_marks(void **state)
{
    struct said said;
    (void)state;
    run(&said, ARGS("bytes"));
    assert_slice(next_text(&said), "<a?b?"
                                   "?c?[2J?"
                                   "?>");
    assert_slice(next_text(&said), "<gr\xc3\xbc\xc3\x9f \xff>");
    assert_slice(next_text(&said), "");
    expect_end(&said);
}

static void a_long_line_is_cut_and_ends_all_the_same(void **state)
{
    struct said said;
    (void)state;
    run(&said, ARGS("long"));
    struct slice text = next_text(&said);
    assert_int_equal(text.size, LOG_LINE_MAX - 1);
    assert_int_equal(text.data[text.size - 1], 'x');
    assert_slice(next_text(&said), "after");
    expect_end(&said);
}

/* What log_child's batches say, in their order. */
static void a_batch_is_lines_like_others(void **state)
{
    struct said said;
    char expected[LOG_LINE_MAX];
    (void)state;
    run(&said, ARGS("batch"));
    for (int i = 0; i < 1000; i++) {
        snprintf(expected, sizeof expected, "begin %d a b?c end", i);
        assert_slice(next_text(&said), expected);
        snprintf(expected, sizeof expected, "Warning: formatted %d", i);
        assert_slice(next_text(&said), expected);
    }
    struct slice text = next_text(&said);
    assert_int_equal(text.size, LOG_LINE_MAX - 1);
    assert_int_equal(text.data[text.size - 1], 'x');
    assert_slice(next_text(&said), "after");
    expect_end(&said);
}

static void a_flush_puts_lines_before_what_others_write(void **state)
{
    struct said said;
    char expected[32];
    (void)state;
    run(&said, ARGS("flush"));
    for (int i = 0; i < 20; i++) {
        snprintf(expected, sizeof expected, "logged %d", i);
        assert_slice(next_text(&said), expected);
        snprintf(expected, sizeof expected, "own %d", i);
        assert_slice(next_line(&said), expected);
    }
    expect_end(&said);
}

static void every_threads_lines_are_whole_and_in_order(void **state)
{
    struct said said;
    int next[4] = {0};
    (void)state;
    run(&said, ARGS("threads"));
    for (int i = 0; i < 4 * 500; i++) {
        char text[64];
        int thread, line;
        slice_copy(next_text(&said), text, sizeof text);
        assert_int_equal(sscanf(text, "thread %d line %d", &thread, &line), 2);
        assert_true(thread >= 0 && thread < 4);
        assert_int_equal(line, next[thread]++);
    }
    expect_end(&said);
}

struct told {
    const struct testdir *dir;
    const char *name;
};

static bool is_told(void *arg)
{
    const struct told *told = arg;
    struct plat_file_info info;
    return plat_file_look(told->dir->folder, told->name, &info) == 0;
}

/* Numbered lines come in order; each gap's size is what the line in its place says. */
static long count_lines(struct said *said, unsigned long long *lost)
{
    long next = 0;
    while (said->rest.size > 0) {
        char text[64];
        long number;
        unsigned long long gap;
        slice_copy(next_text(said), text, sizeof text);
        if (sscanf(text, "Warning: %llu log lines were lost here", &gap) == 1) {
            assert_true(gap > 0);
            *lost += gap;
            next += (long)gap;
            continue;
        }
        assert_int_equal(sscanf(text, "line %ld", &number), 1);
        assert_int_equal(number, next);
        next++;
    }
    return next;
}

/* More lines than wait at most: 8 MiB in the queue, and as much with the writer. */
enum { FLOOD = 500000, LATE = 20 };
#define FLOOD_TEXT "500000"

/* Has a child log more than is read, and expects all its lines there or counted. */
static void expect_flood(void **state, const char *mode, long lines)
{
    struct told flooded = {*state, "flooded"};
    struct child child;
    struct said said;
    unsigned long long lost = 0;
    child_start(&child, ARGS(mode, flooded.dir->path, FLOOD_TEXT));
    assert_eventually(is_told, &flooded); /* that is: the log made nobody wait */
    plat_process_close_stdin(child.process);
    read_and_end(&child, &said);
    assert_int_equal(count_lines(&said, &lost), lines);
    assert_true(lost > 0);
    expect_end(&said);
}

static void lines_that_nobody_reads_are_dropped_and_counted(void **state)
{
    expect_flood(state, "flood", FLOOD + LATE);
}

static void a_batch_is_lost_and_counted_as_a_whole(void **state)
{
    expect_flood(state, "batch-flood", FLOOD + LATE);
}

static void lines_lost_at_the_very_end_are_counted(void **state)
{
    expect_flood(state, "flood-last", FLOOD);
}

static void closing_does_not_wait_for_ever_for_a_reader(void **state)
{
    struct told closed = {*state, "closed"};
    struct child child;
    child_start(&child, ARGS("stuck", closed.dir->path, FLOOD_TEXT));
    assert_eventually(is_told, &closed);
    child_close(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_begin_with_the_local_time_and_the_tag),
        cmocka_unit_test(lines_below_the_level_are_left_out),
        cmocka_unit_test(level_names_are_exact),
        cmocka_unit_test(control_bytes_are_shown_as_question_marks),
        cmocka_unit_test(a_long_line_is_cut_and_ends_all_the_same),
        cmocka_unit_test(a_batch_is_lines_like_others),
        cmocka_unit_test(a_flush_puts_lines_before_what_others_write),
        cmocka_unit_test(every_threads_lines_are_whole_and_in_order),
        cmocka_unit_test_setup_teardown(lines_that_nobody_reads_are_dropped_and_counted,
                                        testdir_setup, testdir_teardown),
        cmocka_unit_test_setup_teardown(a_batch_is_lost_and_counted_as_a_whole, testdir_setup,
                                        testdir_teardown),
        cmocka_unit_test_setup_teardown(lines_lost_at_the_very_end_are_counted, testdir_setup,
                                        testdir_teardown),
        cmocka_unit_test_setup_teardown(closing_does_not_wait_for_ever_for_a_reader, testdir_setup,
                                        testdir_teardown),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    child_named_beside(argv[0], LOG_CHILD);
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}

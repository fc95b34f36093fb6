/* index/catalogue.h: all names in their order, from any number of shards. */
#include <stdio.h>

#include "base/line.h"
#include "check.h"
#include "expect.h"
#include "index/catalogue.h"
#include "seeded.h"

enum { MANY = 20000 };

struct world {
    struct catalogue *catalogue;
    struct catalogue_list *list;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_status(
        0, catalogue_open(&w->catalogue, &(struct catalogue_limits){UINT64_MAX, UINT64_MAX}, 1));
    assert_status(
        0, catalogue_list_open(w->catalogue, &w->list, slice_text("A"), slice_text("::1"), 1));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    (void)catalogue_discard(w->catalogue, w->list, SIZE_MAX);
    catalogue_close(w->catalogue);
    free(w);
    return 0;
}

#define names_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static void add(struct world *w, struct slice name)
{
    assert_status(0, catalogue_add(w->catalogue, w->list, name, 1));
}

/* All names after `after`, however many steps it takes; each step must go on. */
static void list_all(struct world *w, struct slice after, struct buffer *out)
{
    char last[FILE_NAME_SIZE_MAX + 1];
    bool all = false;
    slice_copy(after, last, sizeof last);
    while (!all) {
        size_t before = buffer_size(out);
        all = catalogue_names(w->catalogue, slice_text(last), out);
        assert_false(out->failed);
        assert_true(all || buffer_size(out) > before);
        struct slice content = buffer_content(out);
        if (content.size == before || content.size == 0)
            break;
        size_t start = content.size - 1;
        while (start > 0 && content.data[start - 1] != '\n')
            start--;
        slice_copy(slice_of(content.data + start, content.size - 1 - start), last, sizeof last);
    }
}

static struct slice next_name(struct slice *rest)
{
    struct slice line;
    size_t used;
    assert_int_equal(line_find(*rest, rest->size, &line, &used), LINE_FOUND);
    *rest = slice_of(rest->data + used, rest->size - used);
    return line;
}

static void an_empty_catalogue_has_no_names(void **state)
{
    struct world *w = *state;
    struct buffer out = BUFFER_INIT;
    assert_true(catalogue_names(w->catalogue, slice_text(""), &out));
    assert_int_equal(buffer_size(&out), 0);
    buffer_fini(&out);
}

static void twenty_thousand_names_come_in_their_order(void **state)
{
    struct world *w = *state;
    struct buffer out = BUFFER_INIT;
    for (int i = 0; i < MANY; i++) { /* in another order: 7,919 has no factor in common */
        char name[32];
        snprintf(name, sizeof name, "folder/%05d", i * 7919 % MANY);
        add(w, slice_text(name));
    }
    list_all(w, slice_text(""), &out);
    struct slice rest = buffer_content(&out);
    for (int i = 0; i < MANY; i++) {
        char name[32];
        snprintf(name, sizeof name, "folder/%05d", i);
        assert_slice(next_name(&rest), name);
    }
    assert_int_equal(rest.size, 0);
    buffer_fini(&out);
}

static void a_listing_begins_after_any_name(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *after, *names;
    } rows[] = {
        {"", "a\na b\na/b\nb\n"},
        {"a", "a b\na/b\nb\n"},
        {"a/", "a/b\nb\n"},
        {"a/b", "b\n"},
        {"aa", "b\n"},
        {"b", ""},
        {"zzz", ""},
    };
    add(w, slice_text("b"));
    add(w, slice_text("a/b"));
    add(w, slice_text("a"));
    add(w, slice_text("a b"));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer out = BUFFER_INIT;
        assert_true(catalogue_names(w->catalogue, slice_text(rows[i].after), &out));
        assert_row_slice(rows[i].after, buffer_content(&out), rows[i].names);
        buffer_fini(&out);
    }
}

static void a_name_is_listed_once_however_many_hold_it(void **state)
{
    struct world *w = *state;
    struct catalogue_list *other;
    struct buffer out = BUFFER_INIT;
    assert_status(0,
                  catalogue_list_open(w->catalogue, &other, slice_text("B"), slice_text("::1"), 2));
    add(w, slice_text("a"));
    assert_status(0, catalogue_add(w->catalogue, other, slice_text("a"), 2));
    assert_true(catalogue_names(w->catalogue, slice_text(""), &out));
    assert_slice(buffer_content(&out), "a\n");
    buffer_fini(&out);
    assert_true(catalogue_discard(w->catalogue, other, SIZE_MAX));
}

static void names_that_come_and_go_change_the_next_listing(void **state)
{
    struct world *w = *state;
    struct buffer out = BUFFER_INIT;
    add(w, slice_text("b"));
    (void)catalogue_names(w->catalogue, slice_text(""), &out);
    add(w, slice_text("a"));
    (void)catalogue_names(w->catalogue, slice_text(""), &out);
    assert_status(0, catalogue_remove(w->catalogue, w->list, slice_text("b")));
    (void)catalogue_names(w->catalogue, slice_text(""), &out);
    assert_slice(buffer_content(&out), "b\na\nb\na\n");
    buffer_fini(&out);
}

static int by_name(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Names of all sizes, up to the longest; some are others' beginnings. */
static void random_names_come_in_the_order_of_their_bytes(void **state)
{
    enum { NAMES = 3000 };
    struct world *w = *state;
    struct slice *names = malloc(NAMES * sizeof *names);
    struct buffer out = BUFFER_INIT;
    struct seeded random;
    size_t count = 0;
    assert_non_null(names);
    seeded_init(&random, "catalogue names");
    for (int i = 0; i < NAMES; i++) {
        size_t size =
            1 + seeded_below(&random, seeded_below(&random, 50) ? 12 : FILE_NAME_SIZE_MAX);
        char *name = text_of('x', size);
        for (size_t j = 0; j < size; j++)
            name[j] = "ab/ \xc3\xff~A"[seeded_below(&random, 8)];
        names[i] = slice_of(name, size);
        add(w, names[i]);
    }
    qsort(names, NAMES, sizeof *names, by_name);
    list_all(w, slice_text(""), &out);
    struct slice rest = buffer_content(&out);
    for (int i = 0; i < NAMES; i++) {
        if (i > 0 && slice_equal(names[i], names[i - 1]))
            continue;
        assert_slices(next_name(&rest), names[i]);
        count++;
    }
    assert_int_equal(rest.size, 0);
    assert_true(catalogue_records(w->catalogue) == count);
    for (int i = 0; i < NAMES; i++)
        free((void *)(uintptr_t)names[i].data);
    free(names);
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        names_test(an_empty_catalogue_has_no_names),
        names_test(twenty_thousand_names_come_in_their_order),
        names_test(a_listing_begins_after_any_name),
        names_test(a_name_is_listed_once_however_many_hold_it),
        names_test(names_that_come_and_go_change_the_next_listing),
        names_test(random_names_come_in_the_order_of_their_bytes),
    };
    return cmocka_run_group_tests_name("catalogue: names", tests, NULL, NULL);
}

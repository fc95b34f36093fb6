/* client/selection.h: which of the network's files are meant. */
#include "client/selection.h"

#include <stdio.h>

#include "expect.h"
#include "plat/error.h"

enum { WANTED_MAX = 4, LISTED_MAX = 8 };

/* What is selected, a word each; "!" before a pattern that matches nothing. */
static void select_all(struct selection *selection, char *text, size_t size)
{
    struct slice name;
    enum selection_kind kind;
    size_t length = 0;
    text[0] = '\0';
    while ((kind = selection_next(selection, &name)) != SELECTION_END)
        length += (size_t)snprintf(text + length, size - length, "%s%s%.*s", length ? " " : "",
                                   kind == SELECTION_NONE ? "!" : "", SLICE_PRINT(name));
}

static void files_are_selected_in_their_order(void **state)
{
    static const struct {
        const char *wanted[WANTED_MAX];
        const char *listed[LISTED_MAX];
        const char *selected;
    } rows[] = {
        {{"a"}, {NULL}, "a"},
        {{"b", "a"}, {NULL}, "b a"},
        {{"a", "a"}, {NULL}, "a a"},
        {{"*"}, {"a", "b"}, "a b"},
        {{"*"}, {NULL}, "!*"},
        {{"x*", "a*"}, {"a1", "a2", "b"}, "!x* a1 a2"},
        {{"*2", "a*"}, {"a1", "a2", "b2"}, "a2 b2 a1"},
        {{"a*", "a?"}, {"a1", "a2"}, "a1 a2"},
        {{"a1", "a*"}, {"a1", "a2"}, "a1 a2"},
        {{"a*", "a1"}, {"a1", "a2"}, "a1 a2 a1"},
        {{"a*"}, {"a*", "ab", "ac"}, "a*"},
        {{"a*", "a?"}, {"a*", "ab", "ac"}, "a* ab ac"},
        {{"a?", "a*"}, {"ab", "a*"}, "ab a* a*"},
        {{"pool/*"}, {"pool/a", "pool/b/c", "spool/a"}, "pool/a pool/b/c"},
        {{"a b*"}, {"a b c"}, "a b c"},
        {{"*"}, {"twice", "twice"}, "twice twice"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice wanted[WANTED_MAX];
        struct selection selection = {.wanted = wanted};
        char text[200];
        for (; selection.wanted_count < WANTED_MAX && rows[i].wanted[selection.wanted_count];
             selection.wanted_count++)
            wanted[selection.wanted_count] = slice_text(rows[i].wanted[selection.wanted_count]);
        for (size_t j = 0; j < LISTED_MAX && rows[i].listed[j]; j++)
            selection_note(&selection, slice_text(rows[i].listed[j]));
        select_all(&selection, text, sizeof text);
        assert_row_slice(rows[i].selected, slice_text(text), rows[i].selected);
        assert_row_number(rows[i].selected, selection_error(&selection), 0);
        selection_fini(&selection);
    }
}

static void all_selects_all(void **state)
{
    struct selection selection = {.all = true};
    char text[100];
    (void)state;
    assert_true(selection_needs_list(&selection));
    selection_note(&selection, slice_text("a"));
    selection_note(&selection, slice_text("b/*"));
    select_all(&selection, text, sizeof text);
    assert_string_equal(text, "a b/*");
    selection_fini(&selection);
}

static void all_of_nothing_is_none(void **state)
{
    struct selection selection = {.all = true};
    char text[100];
    (void)state;
    select_all(&selection, text, sizeof text);
    assert_string_equal(text, "!*");
    selection_fini(&selection);
}

static void plain_names_need_no_list(void **state)
{
    const struct slice plain[] = {slice_text("a"), slice_text("b[1]")};
    const struct slice pattern[] = {slice_text("a"), slice_text("b?")};
    (void)state;
    assert_false(selection_needs_list(&(struct selection){.wanted = plain, .wanted_count = 2}));
    assert_true(selection_needs_list(&(struct selection){.wanted = pattern, .wanted_count = 2}));
    assert_false(selection_needs_list(&(struct selection){0}));
}

/* An index may send names for ever; those that match nothing are not kept at all. */
static void endless_lists_are_cut(void **state)
{
    enum { NAME = 1024 };
    const struct slice wanted[] = {slice_text("x*")};
    struct selection selection = {.wanted = wanted, .wanted_count = 1};
    char *name = text_of('x', NAME), *other = text_of('y', NAME);
    size_t room = SELECTION_SIZE_MAX / (NAME + 2);
    (void)state;
    for (size_t i = 0; i < 1000; i++)
        selection_note(&selection, slice_text(other));
    assert_int_equal(buffer_size(&selection.listed), 0);
    for (size_t i = 0; i < room; i++)
        selection_note(&selection, slice_text(name));
    assert_int_equal(selection_error(&selection), 0);
    selection_note(&selection, slice_text(name));
    assert_int_equal(selection_error(&selection), PLAT_ERR_TOO_LARGE);
    assert_between(buffer_size(&selection.listed), 1, SELECTION_SIZE_MAX);
    selection_fini(&selection);
    free(name);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_selected_in_their_order),
        cmocka_unit_test(all_selects_all),
        cmocka_unit_test(all_of_nothing_is_none),
        cmocka_unit_test(plain_names_need_no_list),
        cmocka_unit_test(endless_lists_are_cut),
    };
    return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}

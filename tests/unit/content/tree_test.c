/* content/tree.h: what is announced, withdrawn and refused as a folder changes. */
#include "content/tree.h"

#include <stdio.h>

#include "base/buffer.h"
#include "expect.h"
#include "proto/limits.h"
#include "seeded.h"

enum { START_MS = 5000000, UNIX_MS_AHEAD = 1000000000 };

struct world {
    struct tree tree;
    struct tree_events events;
    struct buffer told; /* "+path=size ", "-path ", "!path " */
    uint64_t now_ms;
};

static void on_file(void *arg, const char *path, const struct stamp *stamp)
{
    struct world *w = arg;
    buffer_put_char(&w->told, '+');
    buffer_put_text(&w->told, path);
    buffer_put_char(&w->told, '=');
    buffer_put_number(&w->told, stamp->size);
    buffer_put_char(&w->told, ' ');
}

static void on_gone(void *arg, const char *path)
{
    struct world *w = arg;
    buffer_put_char(&w->told, '-');
    buffer_put_text(&w->told, path);
    buffer_put_char(&w->told, ' ');
}

static void on_refused(void *arg, const char *path)
{
    struct world *w = arg;
    buffer_put_char(&w->told, '!');
    buffer_put_text(&w->told, path);
    buffer_put_char(&w->told, ' ');
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->events = (struct tree_events){on_file, on_gone, on_refused, w};
    w->now_ms = START_MS;
    assert_int_equal(tree_init(&w->tree, &w->events), 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    tree_fini(&w->tree);
    buffer_fini(&w->told);
    free(w);
    return 0;
}

#define tree_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* What was told since the last time. */
static void expect_told(struct world *w, const char *expected)
{
    assert_slice(buffer_content(&w->told), expected);
    buffer_fini(&w->told);
}

/* A file as a listing shows it, written to so long ago. */
struct shown {
    const char *name;
    uint64_t size;
    int64_t age_ms;
    uint64_t id;
    enum plat_file_kind kind;
    bool unreadable;
};

enum { OLD = 3600000 }; /* an age that is settled */

static struct plat_file_info info_of(const struct world *w, const struct shown *shown)
{
    int64_t mtime_ms = (int64_t)w->now_ms + UNIX_MS_AHEAD - shown->age_ms;
    return (struct plat_file_info){.kind = shown->kind,
                                   .size = shown->size,
                                   .mtime_ns = mtime_ms * 1000000,
                                   .readable = !shown->unreadable,
                                   .id = shown->id};
}

static int64_t unix_ms(const struct world *w)
{
    return (int64_t)w->now_ms + UNIX_MS_AHEAD;
}

/* Shows one entry; the folder that it is, or NULL. */
static struct tree_folder *show(struct world *w, struct tree_folder *folder,
                                const struct shown *shown)
{
    struct tree_folder *below;
    struct plat_file_info info = info_of(w, shown);
    assert_int_equal(
        tree_list_entry(&w->tree, folder, shown->name, &info, w->now_ms, unix_ms(w), &below), 0);
    return below;
}

/* Lists the folder of that path, with these entries up to one without a name. */
static void list(struct world *w, const char *path, const struct shown *entries)
{
    struct tree_folder *folder = tree_find_folder(&w->tree, slice_text(path));
    assert_non_null(folder);
    tree_list_begin(&w->tree);
    for (; entries->name; entries++)
        (void)show(w, folder, entries);
    tree_list_end(&w->tree, folder);
}

#define A_FILE(name, size, age_ms)                                                                 \
    {                                                                                              \
        (name), (size), (age_ms), 0, PLAT_KIND_FILE, false                                         \
    }
#define ONE_FILE(size, age_ms, id)                                                                 \
    ((const struct shown[]){{"a", (size), (age_ms), (id), PLAT_KIND_FILE, false}, {.name = NULL}})
#define A_FOLDER(name)                                                                             \
    {                                                                                              \
        (name), 0, 0, 0, PLAT_KIND_FOLDER, false                                                   \
    }
#define LIST(...) ((const struct shown[]){__VA_ARGS__, {.name = NULL}})
#define NOTHING   ((const struct shown[]){{.name = NULL}})

/* Looks at the only pending file again, written to so long ago; false if none is pending. */
static bool look_again(struct world *w, uint64_t size, int64_t age_ms)
{
    struct tree_file *file = w->tree.pending;
    struct shown shown = {.name = "", .size = size, .age_ms = age_ms};
    struct plat_file_info info = info_of(w, &shown);
    if (!file)
        return false;
    tree_look_again(&w->tree, file, &info, w->now_ms, unix_ms(w));
    return true;
}

static void a_settled_file_is_announced_once(void **state)
{
    struct world *w = *state;
    int64_t age_ms = OLD;
    list(w, "", LIST(A_FILE("a", 5, age_ms)));
    expect_told(w, "+a=5 ");
    w->now_ms += 1000;
    list(w, "", LIST(A_FILE("a", 5, age_ms + 1000)));
    expect_told(w, "");
    assert_null(w->tree.pending);
}

static void a_file_is_settled_after_a_while_and_not_before(void **state)
{
    static const struct {
        const char *row;
        int64_t age_ms;
        bool settled;
    } rows[] = {
        {"just written", 0, false},
        {"almost settled", TREE_SETTLE_MS - 1, false},
        {"settled", TREE_SETTLE_MS, true},
        {"a little ahead", -TREE_SETTLE_MS, false},
        {"from the future", -TREE_SETTLE_MS - 1, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct world *w = *state;
        list(w, "", LIST(A_FILE("a", 5, rows[i].age_ms)));
        assert_row_slice(rows[i].row, buffer_content(&w->told), rows[i].settled ? "+a=5 " : "");
        assert_row(rows[i].row, (w->tree.pending == NULL) == rows[i].settled);
        list(w, "", NOTHING);
        buffer_fini(&w->told);
    }
}

static void a_file_that_is_being_written_waits_until_it_stops(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 1, 0)));
    for (uint64_t size = 2; size < 20; size++) {
        w->now_ms += 500;
        assert_true(look_again(w, size, 100));
        expect_told(w, "");
    }
    w->now_ms += 699;
    assert_true(look_again(w, 19, 799));
    expect_told(w, "");
    w->now_ms += 1;
    assert_true(look_again(w, 19, 800));
    expect_told(w, "+a=19 ");
    assert_false(look_again(w, 19, 800));
}

static void an_announced_file_that_changes_shortly_is_announced_anew(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 5, OLD)));
    w->now_ms += 10000;
    list(w, "", LIST(A_FILE("a", 7, 0)));
    w->now_ms += TREE_WITHDRAW_MS - 1;
    assert_true(look_again(w, 9, 0));
    expect_told(w, "+a=5 "); /* still the old one */
    w->now_ms += TREE_SETTLE_MS;
    assert_true(look_again(w, 9, TREE_SETTLE_MS));
    expect_told(w, "+a=9 ");
}

static void an_announced_file_that_goes_on_changing_is_withdrawn(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 5, OLD)));
    w->now_ms += 10000;
    list(w, "", LIST(A_FILE("a", 7, 0)));
    w->now_ms += TREE_WITHDRAW_MS;
    assert_true(look_again(w, 9, 0));
    expect_told(w, "+a=5 -a ");
    w->now_ms += 100;
    assert_true(look_again(w, 10, 0));
    expect_told(w, ""); /* once */
    w->now_ms += 1000;
    assert_true(look_again(w, 10, 1000));
    expect_told(w, "+a=10 ");
}

/* Whoever rewrites a file in place with the same size may have every byte of it wanted. */
static void a_file_rewritten_in_its_size_stays_and_is_announced_again(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 5, OLD)));
    w->now_ms += 10000;
    list(w, "", LIST(A_FILE("a", 5, 0)));
    w->now_ms += TREE_WITHDRAW_MS * 2;
    assert_true(look_again(w, 5, 100));
    expect_told(w, "+a=5 ");
    w->now_ms += 1000;
    assert_true(look_again(w, 5, 1100));
    expect_told(w, "+a=5 ");
}

static void a_file_replaced_by_another_is_announced_again(void **state)
{
    struct world *w = *state;
    list(w, "", ONE_FILE(5, OLD, 1));
    w->now_ms += TREE_REST_MS;
    list(w, "", ONE_FILE(5, OLD + TREE_REST_MS, 2)); /* another file of the same size and time */
    w->now_ms += TREE_REST_MS;
    list(w, "", ONE_FILE(6, OLD + 2 * TREE_REST_MS, 2));
    w->now_ms += TREE_REST_MS;
    list(w, "", ONE_FILE(6, OLD, 2));
    expect_told(w, "+a=5 +a=5 +a=6 +a=6 ");
}

/* As on a volume whose server's clock is an hour behind. */
static void a_file_that_changes_with_old_times_waits_until_it_rests(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 1, OLD)));
    expect_told(w, "+a=1 ");
    for (uint64_t size = 2; size < 14; size++) {
        w->now_ms += 200;
        if (!look_again(w, size, OLD))
            list(w, "", LIST(A_FILE("a", size, OLD)));
    }
    expect_told(w, "-a ");
    w->now_ms += TREE_REST_MS;
    assert_true(look_again(w, 13, OLD + TREE_REST_MS));
    expect_told(w, "+a=13 ");
}

static void what_a_listing_does_not_show_is_gone(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 5, OLD), A_FILE("b", 6, OLD), A_FILE("c", 7, 0)));
    expect_told(w, "+a=5 +b=6 ");
    list(w, "", LIST(A_FILE("b", 6, OLD)));
    expect_told(w, "-a ");
    assert_null(w->tree.pending); /* c was never announced, so nothing is told of it */
    list(w, "", NOTHING);
    expect_told(w, "-b ");
}

static void a_pending_file_that_is_gone_is_forgotten(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 5, OLD)));
    list(w, "", LIST(A_FILE("a", 6, 0)));
    tree_look_again(&w->tree, w->tree.pending, NULL, w->now_ms, unix_ms(w));
    expect_told(w, "+a=5 -a ");
    assert_null(w->tree.pending);
    list(w, "", LIST(A_FILE("a", 6, OLD)));
    expect_told(w, "+a=6 ");
}

static void several_files_settle_each_in_its_time(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a", 1, 0), A_FILE("b", 2, 0), A_FILE("c", 3, 0)));
    w->now_ms += TREE_SETTLE_MS;
    while (look_again(w, 4, OLD))
        ;
    struct slice told = buffer_content(&w->told);
    assert_int_equal(told.size, 3 * 5);
    assert_null(w->tree.pending);
}

static void folders_below_have_paths(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FOLDER("d"), A_FILE("a", 1, OLD)));
    list(w, "d", LIST(A_FOLDER("e"), A_FILE("a", 2, OLD)));
    list(w, "d/e", LIST(A_FILE("my file", 3, OLD)));
    expect_told(w, "+a=1 +d/a=2 +d/e/my file=3 ");
    list(w, "d", LIST(A_FOLDER("e")));
    expect_told(w, "-d/a ");
    assert_non_null(tree_find_folder(&w->tree, slice_text("d/e")));
    assert_null(tree_find_folder(&w->tree, slice_text("e")));
    assert_null(tree_find_folder(&w->tree, slice_text("d/a")));
    assert_null(tree_find_folder(&w->tree, slice_text("d/e/f")));
    assert_ptr_equal(tree_find_folder(&w->tree, slice_text("")), w->tree.root);
}

static void a_folder_goes_with_all_below(void **state)
{
    struct world *w = *state;
    for (int run = 0; run < 2; run++) {
        list(w, "", LIST(A_FOLDER("d")));
        list(w, "d", LIST(A_FOLDER("e"), A_FILE("p", 9, 0)));
        list(w, "d/e", LIST(A_FILE("a", 3, OLD)));
        expect_told(w, "+d/e/a=3 ");
        if (run == 0)
            list(w, "", NOTHING);
        else
            tree_remove_folder(&w->tree, tree_find_folder(&w->tree, slice_text("d")));
        expect_told(w, "-d/e/a ");
        assert_null(w->tree.pending);
        assert_null(tree_find_folder(&w->tree, slice_text("d")));
    }
}

static void a_file_may_become_a_folder_and_back(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("x", 1, OLD)));
    list(w, "", LIST(A_FOLDER("x")));
    expect_told(w, "+x=1 -x ");
    list(w, "x", LIST(A_FILE("a", 2, OLD)));
    expect_told(w, "+x/a=2 ");
    list(w, "", LIST(A_FILE("x", 3, OLD)));
    struct slice told = buffer_content(&w->told); /* in whichever order */
    assert_true(slice_is(told, "+x=3 -x/a ") || slice_is(told, "-x/a +x=3 "));
}

static void hidden_and_unfinished_files_are_not_even_refused(void **state)
{
    struct world *w = *state;
    list(w, "",
         LIST(A_FILE(".hidden", 1, OLD), A_FILE("a.mcdn-part", 1, OLD), A_FILE("..x", 1, OLD),
              A_FILE("a.mcdn-journal", 1, OLD), A_FOLDER(".git")));
    expect_told(w, "");
    assert_null(tree_find_folder(&w->tree, slice_text(".git")));
}

static void what_is_no_readable_file_is_not_announced(void **state)
{
    struct world *w = *state;
    list(w, "",
         LIST({.name = "link", .age_ms = OLD, .kind = PLAT_KIND_OTHER},
              {.name = "secret", .age_ms = OLD, .unreadable = true}, A_FILE("a", 1, OLD)));
    expect_told(w, "+a=1 ");
    list(w, "", LIST({.name = "a", .size = 1, .age_ms = OLD, .unreadable = true}));
    expect_told(w, "-a ");
}

static void a_pending_file_that_becomes_unreadable_is_forgotten(void **state)
{
    struct world *w = *state;
    struct shown shown = {.name = "a", .unreadable = true};
    list(w, "", LIST(A_FILE("a", 1, 0)));
    struct plat_file_info info = info_of(w, &shown);
    tree_look_again(&w->tree, w->tree.pending, &info, w->now_ms, unix_ms(w));
    assert_null(w->tree.pending);
    expect_told(w, "");
}

static void a_name_that_breaks_the_rules_is_refused_once(void **state)
{
    struct world *w = *state;
    list(w, "", LIST(A_FILE("a\nb", 1, OLD), A_FILE("c ", 1, 0)));
    expect_told(w, "!a\nb !c  ");
    list(w, "", LIST(A_FILE("a\nb", 2, OLD), A_FILE("c ", 1, OLD)));
    expect_told(w, "");
    assert_null(w->tree.pending);
    list(w, "", NOTHING);
    expect_told(w, ""); /* nothing to withdraw */
    list(w, "", LIST(A_FILE("a\nb", 2, OLD)));
    expect_told(w, "!a\nb ");
}

/* Four folders of 255 bytes make a path of 1,023 with their slashes; one byte fits behind it. */
static void a_path_has_the_longest_size_of_a_name(void **state)
{
    struct world *w = *state;
    char *part = text_of('d', 254);
    struct buffer path = BUFFER_INIT;
    for (int i = 0; i < 4; i++) {
        char *folder = text_of('\0', buffer_size(&path));
        slice_copy(buffer_content(&path), folder, buffer_size(&path) + 1);
        list(w, folder, LIST(A_FOLDER(part)));
        free(folder);
        if (i > 0)
            buffer_put_char(&path, '/');
        buffer_put_text(&path, part);
    }
    assert_int_equal(buffer_size(&path), 4 * 254 + 3); /* 1,019 */
    struct tree_folder *folder = tree_find_folder(&w->tree, buffer_content(&path));
    assert_non_null(folder);
    tree_list_begin(&w->tree);
    (void)show(w, folder, &(struct shown)A_FILE("1234", 1, OLD));  /* 1,024 bytes */
    (void)show(w, folder, &(struct shown)A_FILE("12345", 1, OLD)); /* 1,025 */
    assert_null(show(w, folder, &(struct shown)A_FOLDER("1234")));
    assert_non_null(show(w, folder, &(struct shown)A_FOLDER("123")));
    tree_list_end(&w->tree, folder);
    struct slice told = buffer_content(&w->told);
    assert_int_equal(told.data[0], '+');
    assert_non_null(memchr(told.data, '!', told.size));
    buffer_fini(&path);
    free(part);
}

static void a_path_is_written_only_if_it_fits(void **state)
{
    struct world *w = *state;
    char path[8];
    list(w, "", LIST(A_FOLDER("d")));
    list(w, "d", LIST(A_FILE("abc", 1, 0)));
    assert_int_equal(tree_path(w->tree.pending, path, 6), 5);
    assert_string_equal(path, "d/abc");
    assert_int_equal(tree_path(w->tree.pending, path, 5), 0);
}

/* Random changes of a few files; what was announced must be what a settled folder shows. */
enum { FILES = 10 };

struct model {
    bool there, announced;
    uint64_t size, announced_size;
};

static void follow(struct world *w, struct model *models)
{
    struct slice rest = buffer_content(&w->told);
    while (rest.size > 0) {
        struct slice word = slice_take_field(&rest);
        struct model *model = &models[word.data[1] - 'a'];
        assert_true(word.data[0] == '+' || word.data[0] == '-');
        assert_true(word.data[0] == '+' || model->announced);
        model->announced = word.data[0] == '+';
        if (model->announced)
            model->announced_size = (uint64_t)strtoul(word.data + 3, NULL, 10);
    }
    buffer_fini(&w->told);
}

static void show_models(struct world *w, const struct model *models, struct seeded *random,
                        int64_t age_ms)
{
    tree_list_begin(&w->tree);
    for (int i = 0; i < FILES; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        struct shown shown = {.name = name, .size = models[i].size, .age_ms = age_ms};
        if (age_ms < OLD)
            shown.age_ms = (int64_t)seeded_below(random, 2000);
        if (models[i].there)
            (void)show(w, w->tree.root, &shown);
    }
    tree_list_end(&w->tree, w->tree.root);
}

static void random_changes_end_in_what_is_there(void **state)
{
    struct world *w = *state;
    struct model models[FILES] = {{0}};
    struct seeded random;
    seeded_init(&random, "tree");
    for (int step = 0; step < 3000; step++) {
        struct model *model = &models[seeded_below(&random, FILES)];
        model->there = seeded_below(&random, 4) > 0;
        model->size = seeded_below(&random, 100);
        w->now_ms += seeded_below(&random, 1000);
        show_models(w, models, &random, 0);
        follow(w, models);
        if (step % 20 > 0)
            continue;
        w->now_ms += 5000;
        show_models(w, models, &random, OLD);
        follow(w, models);
        assert_null(w->tree.pending);
        for (int i = 0; i < FILES; i++) {
            assert_int_equal(models[i].announced, models[i].there);
            assert_true(!models[i].there || models[i].announced_size == models[i].size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        tree_test(a_settled_file_is_announced_once),
        tree_test(a_file_is_settled_after_a_while_and_not_before),
        tree_test(a_file_that_is_being_written_waits_until_it_stops),
        tree_test(an_announced_file_that_changes_shortly_is_announced_anew),
        tree_test(an_announced_file_that_goes_on_changing_is_withdrawn),
        tree_test(a_file_rewritten_in_its_size_stays_and_is_announced_again),
        tree_test(a_file_replaced_by_another_is_announced_again),
        tree_test(a_file_that_changes_with_old_times_waits_until_it_rests),
        tree_test(what_a_listing_does_not_show_is_gone),
        tree_test(a_pending_file_that_is_gone_is_forgotten),
        tree_test(several_files_settle_each_in_its_time),
        tree_test(folders_below_have_paths),
        tree_test(a_folder_goes_with_all_below),
        tree_test(a_file_may_become_a_folder_and_back),
        tree_test(hidden_and_unfinished_files_are_not_even_refused),
        tree_test(what_is_no_readable_file_is_not_announced),
        tree_test(a_pending_file_that_becomes_unreadable_is_forgotten),
        tree_test(a_name_that_breaks_the_rules_is_refused_once),
        tree_test(a_path_has_the_longest_size_of_a_name),
        tree_test(a_path_is_written_only_if_it_fits),
        tree_test(random_changes_end_in_what_is_there),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}

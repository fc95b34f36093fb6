/* index/catalogue.h: all places where a file is. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "world.h"

/* The ids, best first, those with a hash of their own followed by '#'. */
static void expect_sources(struct world *w, const char *name, uint64_t size, const char *ids)
{
    char text[64] = "";
    struct catalogue_sources sources;
    assert_status(0, catalogue_locate(w->catalogue, slice_text(name), &sources));
    assert_true(sources.size == size);
    for (size_t i = 0; i < sources.count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%.*s%s",
                 SLICE_PRINT(catalogue_list_id(sources.items[i].list)),
                 sources.items[i].has_sha256 ? "#" : "");
    }
    catalogue_sources_fini(&sources);
    assert_string_equal(text, ids);
}

static void expect_nowhere(struct world *w, const char *name)
{
    struct catalogue_sources sources;
    assert_status(PLAT_ERR_NOT_FOUND, catalogue_locate(w->catalogue, slice_text(name), &sources));
    catalogue_sources_fini(&sources);
}

static void what_nobody_alive_has_is_nowhere(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 1);
    expect_nowhere(w, "a");
    hold(w, 0, "a", 1);
    plat_atomic_store(&w->servers[0].alive, 0);
    expect_nowhere(w, "a");
    add(w, list, "b", 1);
    expect_nowhere(w, "b");
    publish(w, 1, list);
    expect_sources(w, "b", 1, "B");
}

static void the_best_source_is_first(void **state)
{
    struct world *w = *state;
    static const uint64_t loads[] = {3, 1, 2, 0, 1}, turns[] = {0, 7, 0, 9, 6};
    for (int i = 0; i < 5; i++) {
        hold(w, i, "a", 10);
        plat_atomic_store(&w->servers[i].load, loads[i]);
        plat_atomic_store(&w->servers[i].turn, turns[i]);
    }
    expect_sources(w, "a", 10, "DEBCA");
    plat_atomic_store(&w->servers[3].given, 2);
    expect_sources(w, "a", 10, "EBCDA");
    plat_atomic_store(&w->servers[1].alive, 0);
    expect_sources(w, "a", 10, "ECDA");
}

static void the_first_source_is_the_one_that_would_be_chosen(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < SERVERS; i++) {
        if (i % 2)
            hold(w, i, "a", 10);
        else
            hold_hashed(w, i, "a", 10, 1);
    }
    for (int i = 0; i < 20; i++) {
        struct catalogue_sources sources;
        struct catalogue_hit hit;
        assert_status(0, catalogue_locate(w->catalogue, slice_text("a"), &sources));
        assert_true(find_one(w->reader, slice_text("a"), &hit));
        assert_slices(catalogue_list_id(sources.items[0].list), place_id(&hit.place));
        catalogue_sources_fini(&sources);
    }
}

static void locating_takes_no_turn(void **state)
{
    struct world *w = *state;
    hold(w, 0, "a", 1);
    hold(w, 1, "a", 1);
    for (int i = 0; i < 5; i++)
        expect_sources(w, "a", 1, "AB");
    for (int i = 0; i < 2; i++) {
        assert_true(plat_atomic_load(&w->servers[i].given) == 0);
        assert_true(plat_atomic_load(&w->servers[i].turn) == (uint64_t)i);
    }
}

static void different_files_of_one_name_are_not_mixed(void **state)
{
    struct world *w = *state;
    hold_hashed(w, 0, "a", 10, 1);
    hold_hashed(w, 1, "a", 10, 2);
    hold_hashed(w, 2, "a", 20, 1);
    hold_hashed(w, 3, "a", 10, 1);
    hold(w, 4, "a", 10);
    hold(w, 5, "a", 20);
    expect_sources(w, "a", 20, "C#F"); /* two of each; F was registered last */
    plat_atomic_store(&w->servers[5].alive, 0);
    expect_sources(w, "a", 10, "A#D#");
    plat_atomic_store(&w->servers[0].alive, 0);
    expect_sources(w, "a", 10, "E");
    plat_atomic_store(&w->servers[1].alive, 0);
    expect_sources(w, "a", 10, "D#E");
}

static void the_hash_is_that_of_those_who_know_it(void **state)
{
    struct world *w = *state;
    struct catalogue_sources sources;
    hold(w, 0, "a", 10);
    hold_hashed(w, 1, "a", 10, 5);
    plat_atomic_store(&w->servers[1].load, 1);
    expect_sources(w, "a", 10, "AB#");
    assert_status(0, catalogue_locate(w->catalogue, slice_text("a"), &sources));
    for (size_t i = 0; i < PLAT_HASH_SIZE; i++)
        assert_int_equal(sources.sha256[i], 5);
    catalogue_sources_fini(&sources);
}

static void sources_outlive_their_lists(void **state)
{
    struct world *w = *state;
    struct catalogue_sources sources;
    hold(w, 0, "a", 10);
    assert_status(0, catalogue_locate(w->catalogue, slice_text("a"), &sources));
    discard(w, catalogue_publish(&w->servers[0], NULL));
    assert_true(catalogue_records(w->catalogue) == 0);
    assert_slice(catalogue_list_id(sources.items[0].list), "A");
    assert_slice(place_text(catalogue_list_place(sources.items[0].list)), "10.0.0.1 7001 A");
    catalogue_sources_fini(&sources);
}

/* As many as an index takes. */
static void ten_thousand_sources_come_in_their_order(void **state)
{
    enum { MANY = INDEX_SERVERS_MAX };
    struct catalogue *catalogue;
    struct catalogue_server *servers = calloc(MANY, sizeof *servers);
    struct catalogue_sources sources;
    (void)state;
    assert_non_null(servers);
    assert_status(0, catalogue_open(&catalogue, &(struct catalogue_limits){MANY, MANY}, 1));
    for (int i = 0; i < MANY; i++) {
        struct catalogue_list *list;
        char id[16];
        snprintf(id, sizeof id, "S%05d", i * 7919 % MANY);
        assert_status(0,
                      catalogue_list_open(catalogue, &list, slice_text(id), slice_text("::1"), 1));
        assert_status(0, catalogue_add(catalogue, list, slice_text("a"), 5));
        assert_null(catalogue_publish(&servers[i], list));
        catalogue_list_unref(list);
        plat_atomic_store(&servers[i].alive, 1);
        plat_atomic_store(&servers[i].load, (uint64_t)(i * 7919 % MANY));
    }
    assert_status(0, catalogue_locate(catalogue, slice_text("a"), &sources));
    assert_int_equal(sources.count, MANY);
    for (int i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "S%05d", i);
        assert_slice(catalogue_list_id(sources.items[i].list), id);
    }
    catalogue_sources_fini(&sources);
    for (int i = 0; i < MANY; i++)
        assert_true(catalogue_discard(catalogue, catalogue_publish(&servers[i], NULL), 1));
    catalogue_close(catalogue);
    free(servers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(what_nobody_alive_has_is_nowhere),
        world_test(the_best_source_is_first),
        world_test(the_first_source_is_the_one_that_would_be_chosen),
        world_test(locating_takes_no_turn),
        world_test(different_files_of_one_name_are_not_mixed),
        world_test(the_hash_is_that_of_those_who_know_it),
        world_test(sources_outlive_their_lists),
        cmocka_unit_test(ten_thousand_sources_come_in_their_order),
    };
    return cmocka_run_group_tests_name("catalogue: sources", tests, NULL, NULL);
}

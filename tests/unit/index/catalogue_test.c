/* index/catalogue.h: which file is where. */
#include "index/catalogue.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "world.h"

static void expect_missing(struct world *w, const char *name)
{
    struct catalogue_hit hit;
    struct catalogue_stat stat;
    assert_false(find_one(w->reader, slice_text(name), &hit));
    assert_false(catalogue_look(w->reader, slice_text(name), &stat));
}

/* byte: of the hash; 0: it is not known. */
static void expect_hash(struct world *w, const char *name, uint8_t byte)
{
    struct catalogue_stat stat;
    assert_true(catalogue_look(w->reader, slice_text(name), &stat));
    assert_int_equal(stat.has_sha256, byte != 0);
    for (size_t i = 0; byte && i < sizeof stat.sha256; i++)
        assert_int_equal(stat.sha256[i], byte);
}

/* The one that is chosen; the turn that this takes is given back. */
static void expect_hit(struct world *w, const char *name, const char *id, uint64_t size,
                       size_t holders)
{
    struct catalogue_hit hit;
    struct catalogue_stat stat;
    struct catalogue_server before[SERVERS];
    memcpy(before, w->servers, sizeof before);
    assert_true(find_one(w->reader, slice_text(name), &hit));
    memcpy(w->servers, before, sizeof before);
    assert_slice(place_id(&hit.place), id);
    assert_true(hit.size == size);
    assert_true(catalogue_look(w->reader, slice_text(name), &stat));
    assert_true(stat.size == size);
    assert_int_equal(stat.holders, holders);
}

static void a_list_is_invisible_until_it_is_published(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    add(w, list, "a", 5);
    expect_missing(w, "a");
    assert_true(catalogue_records(w->catalogue) == 1);
    publish(w, 0, list);
    expect_hit(w, "a", "A", 5, 1);
    expect_missing(w, "b");
    expect_missing(w, "");
}

static void a_hit_says_where(void **state)
{
    struct world *w = *state;
    struct catalogue_hit hit;
    hold(w, 1, "a", INT64_MAX);
    assert_true(find_one(w->reader, slice_text("a"), &hit));
    assert_slice(place_address(&hit.place), "10.0.0.1");
    assert_slice(place_text(&hit.place), "10.0.0.1 7002 B");
    assert_int_equal(hit.place.tcp_port, 7002);
    assert_true(hit.size == INT64_MAX);
}

static void a_list_knows_whose_it_is(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 2);
    assert_slice(catalogue_list_id(list), "C");
    assert_slice(place_text(catalogue_list_place(list)), "10.0.0.1 7003 C");
    assert_false(catalogue_list_is_retired(list));
    catalogue_list_unref(list);
}

static void publishing_replaces_the_whole_list_at_once(void **state)
{
    struct world *w = *state;
    struct catalogue_list *before = open_list(w, 0), *after = open_list(w, 0);
    add(w, before, "old", 1);
    add(w, before, "both", 1);
    publish(w, 0, before);
    add(w, after, "new", 2);
    add(w, after, "both", 2);
    expect_missing(w, "new");
    expect_hit(w, "both", "A", 1, 1);
    struct catalogue_list *retired = catalogue_publish(&w->servers[0], after);
    assert_ptr_equal(retired, before);
    expect_missing(w, "old"); /* though its records are still there */
    assert_true(catalogue_records(w->catalogue) == 4);
    expect_hit(w, "new", "A", 2, 1);
    expect_hit(w, "both", "A", 2, 1);
    discard(w, retired);
    assert_true(catalogue_records(w->catalogue) == 2);
    expect_hit(w, "both", "A", 2, 1);
    catalogue_list_unref(after);
}

static void publishing_a_list_again_changes_nothing(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    add(w, list, "a", 1);
    assert_null(catalogue_publish(&w->servers[0], list));
    assert_null(catalogue_publish(&w->servers[0], list));
    assert_false(catalogue_list_is_retired(list));
    expect_hit(w, "a", "A", 1, 1);
    catalogue_list_unref(list);
}

static void a_list_in_force_can_be_changed(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    assert_null(catalogue_publish(&w->servers[0], list));
    add(w, list, "a", 1);
    expect_hit(w, "a", "A", 1, 1);
    add(w, list, "a", 2); /* replaces the size */
    expect_hit(w, "a", "A", 2, 1);
    assert_true(catalogue_records(w->catalogue) == 1);
    assert_status(0, catalogue_remove(w->catalogue, list, slice_text("a")));
    assert_status(PLAT_ERR_NOT_FOUND, catalogue_remove(w->catalogue, list, slice_text("a")));
    expect_missing(w, "a");
    assert_true(catalogue_records(w->catalogue) == 0);
    catalogue_list_unref(list);
}

static void removing_takes_only_ones_own_file(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 1);
    hold(w, 0, "a", 1);
    assert_status(PLAT_ERR_NOT_FOUND, catalogue_remove(w->catalogue, list, slice_text("a")));
    expect_hit(w, "a", "A", 1, 1);
    catalogue_list_unref(list);
}

static void a_retired_list_takes_nothing_more(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    add(w, list, "a", 1);
    assert_null(catalogue_publish(&w->servers[0], list));
    struct catalogue_list *before = catalogue_publish(&w->servers[0], NULL);
    assert_ptr_equal(before, list);
    assert_true(catalogue_list_is_retired(list));
    assert_status(PLAT_ERR_NOT_FOUND, catalogue_add(w->catalogue, list, slice_text("b"), 1));
    assert_status(PLAT_ERR_NOT_FOUND, catalogue_add(w->catalogue, list, slice_text("a"), 1));
    discard(w, before);
    catalogue_list_unref(list);
}

static void a_list_is_discarded_in_steps(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    for (int i = 0; i < 25; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        add(w, list, name, 1);
    }
    assert_false(catalogue_discard(w->catalogue, list, 10));
    assert_true(catalogue_records(w->catalogue) == 15);
    assert_status(PLAT_ERR_NOT_FOUND, catalogue_add(w->catalogue, list, slice_text("x"), 1));
    assert_false(catalogue_discard(w->catalogue, list, 10));
    assert_false(catalogue_discard(w->catalogue, list, 0));
    assert_true(catalogue_discard(w->catalogue, list, 10)); /* and with it our reference */
    assert_true(catalogue_records(w->catalogue) == 0);
}

static void records_have_a_limit(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0), *other = open_list(w, 1);
    for (int i = 0; i < RECORDS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        add(w, list, name, 1);
    }
    assert_status(PLAT_ERR_NO_SPACE, catalogue_add(w->catalogue, list, slice_text("x"), 1));
    assert_status(PLAT_ERR_NO_SPACE, catalogue_add(w->catalogue, other, slice_text("f1"), 1));
    add(w, list, "f1", 2); /* no record more */
    assert_status(0, catalogue_remove(w->catalogue, list, slice_text("f2")));
    add(w, other, "f1", 1);
    assert_status(PLAT_ERR_NO_SPACE, catalogue_add(w->catalogue, list, slice_text("f2"), 1));
    discard(w, list);
    discard(w, other);
}

static void names_have_a_limit_too(void **state)
{
    enum { NAME_SIZE = 1000 };
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0), *other = open_list(w, 1);
    char *name = text_of('n', NAME_SIZE), *one_more = text_of('x', NAME_SIZE);
    for (int i = 0; i < NAME_BYTES_MAX / NAME_SIZE; i++) {
        snprintf(name, 8, "%06d", i);
        name[6] = '/';
        add(w, list, name, 1);
    }
    assert_status(PLAT_ERR_NO_SPACE, catalogue_add(w->catalogue, list, slice_text("x"), 1));
    add(w, other, name, 1); /* known: no name more */
    assert_status(0, catalogue_remove(w->catalogue, list, slice_text(name)));
    assert_status(PLAT_ERR_NO_SPACE, catalogue_add(w->catalogue, list, slice_text("x"), 1));
    assert_status(0, catalogue_remove(w->catalogue, other, slice_text(name)));
    add(w, list, one_more, 1);
    discard(w, other);
    discard(w, list);
    list = open_list(w, 0);
    for (int i = 0; i < NAME_BYTES_MAX / NAME_SIZE; i++) { /* discarding gave all of it back */
        snprintf(name, 8, "%06d", i);
        name[6] = '/';
        add(w, list, name, 1);
    }
    discard(w, list);
    free(name);
    free(one_more);
}

static void dead_servers_have_no_files(void **state)
{
    struct world *w = *state;
    hold(w, 0, "a", 1);
    hold(w, 1, "a", 1);
    plat_atomic_store(&w->servers[0].alive, 0);
    expect_hit(w, "a", "B", 1, 1);
    plat_atomic_store(&w->servers[1].alive, 0);
    expect_missing(w, "a");
    plat_atomic_store(&w->servers[0].alive, 1);
    expect_hit(w, "a", "A", 1, 1);
}

static void the_holder_with_the_least_load_is_found(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 3; i++)
        hold(w, i, "a", 1);
    plat_atomic_store(&w->servers[0].load, 3);
    plat_atomic_store(&w->servers[1].load, 1);
    plat_atomic_store(&w->servers[2].load, 2);
    expect_hit(w, "a", "B", 1, 3);
    plat_atomic_store(&w->servers[1].given, 5); /* clients that were sent there since */
    expect_hit(w, "a", "C", 1, 3);
}

static void equals_are_found_in_turn(void **state)
{
    struct world *w = *state;
    char ids[7] = "";
    for (int i = 0; i < 3; i++)
        hold(w, i, "a", 1);
    for (int i = 0; i < 6; i++) {
        struct catalogue_hit hit;
        assert_true(find_one(w->reader, slice_text("a"), &hit));
        ids[i] = place_id(&hit.place).data[0];
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ids[i], ids[i + 3]);
        assert_int_not_equal(ids[i], ids[(i + 1) % 3]);
        assert_true(plat_atomic_load(&w->servers[i].given) == 2);
    }
}

static void a_look_takes_no_turn(void **state)
{
    struct world *w = *state;
    struct catalogue_stat stat;
    hold(w, 0, "a", 1);
    for (int i = 0; i < 5; i++)
        assert_true(catalogue_look(w->reader, slice_text("a"), &stat));
    assert_true(plat_atomic_load(&w->servers[0].given) == 0);
    assert_true(plat_atomic_load(&w->servers[0].turn) == 0);
}

static void different_files_of_one_name_are_not_mixed(void **state)
{
    struct world *w = *state;
    hold(w, 0, "a", 10);
    hold(w, 1, "a", 20);
    expect_hit(w, "a", "B", 20, 1); /* a tie: the one registered last */
    hold(w, 2, "a", 10);
    plat_atomic_store(&w->servers[2].load, 1);
    expect_hit(w, "a", "A", 10, 2); /* most live holders */
    plat_atomic_store(&w->servers[0].alive, 0);
    expect_hit(w, "a", "C", 10, 1); /* a tie again; C registered last */
    plat_atomic_store(&w->servers[2].alive, 0);
    expect_hit(w, "a", "B", 20, 1);
}

static void different_hashes_are_different_files(void **state)
{
    struct world *w = *state;
    hold_hashed(w, 0, "a", 10, 1);
    hold_hashed(w, 1, "a", 10, 2);
    expect_hit(w, "a", "B", 10, 1); /* a tie: the one registered last */
    expect_hash(w, "a", 2);
    hold_hashed(w, 2, "a", 10, 1);
    expect_hit(w, "a", "A", 10, 2); /* most live holders */
    expect_hash(w, "a", 1);
    hold_hashed(w, 3, "a", 11, 1); /* the same hash does not make the same file of another size */
    expect_hit(w, "a", "A", 10, 2);
}

static void a_hash_that_is_not_known_joins_the_only_one(void **state)
{
    struct world *w = *state;
    hold(w, 0, "a", 10);
    expect_hash(w, "a", 0);
    hold_hashed(w, 1, "a", 10, 1);
    expect_hit(w, "a", "A", 10, 2);
    expect_hash(w, "a", 1);
    plat_atomic_store(&w->servers[0].turn, 9);
    expect_hit(w, "a", "B", 10, 2);
    plat_atomic_store(&w->servers[0].turn, 0);
    hold_hashed(w, 2, "a", 10, 2); /* another one: now nobody knows whose A's is */
    expect_hit(w, "a", "C", 10, 1);
    expect_hash(w, "a", 2);
    hold(w, 3, "a", 10);
    expect_hit(w, "a", "A", 10, 2);
    expect_hash(w, "a", 0);
    plat_atomic_store(&w->servers[2].alive, 0); /* the dead do not count */
    expect_hit(w, "a", "A", 10, 3);
    expect_hash(w, "a", 1);
}

static void a_hash_is_of_a_file_that_was_added(void **state)
{
    struct world *w = *state;
    uint8_t sha256[PLAT_HASH_SIZE] = {7};
    struct catalogue_list *list = open_list(w, 0), *other = open_list(w, 1);
    add(w, list, "a", 10);
    assert_status(PLAT_ERR_NOT_FOUND,
                  catalogue_set_hash(w->catalogue, list, slice_text("b"), sha256));
    assert_status(PLAT_ERR_NOT_FOUND,
                  catalogue_set_hash(w->catalogue, other, slice_text("a"), sha256));
    assert_status(0, catalogue_set_hash(w->catalogue, list, slice_text("a"), sha256));
    assert_null(catalogue_publish(&w->servers[0], list));
    expect_hit(w, "a", "A", 10, 1);
    set_hash(w, list, "a", 3); /* replaces it */
    expect_hash(w, "a", 3);
    struct catalogue_list *before = catalogue_publish(&w->servers[0], NULL);
    assert_status(PLAT_ERR_NOT_FOUND,
                  catalogue_set_hash(w->catalogue, list, slice_text("a"), sha256));
    discard(w, before);
    catalogue_list_unref(list);
    catalogue_list_unref(other);
}

static void adding_a_file_again_forgets_its_hash(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    assert_null(catalogue_publish(&w->servers[0], list));
    add(w, list, "a", 10);
    set_hash(w, list, "a", 1);
    expect_hash(w, "a", 1);
    add(w, list, "a", 10);
    expect_hash(w, "a", 0);
    set_hash(w, list, "a", 2);
    assert_status(0, catalogue_remove(w->catalogue, list, slice_text("a")));
    add(w, list, "a", 10);
    expect_hash(w, "a", 0);
    catalogue_list_unref(list);
}

static void adding_a_file_again_registers_it_anew(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list = open_list(w, 0);
    assert_null(catalogue_publish(&w->servers[0], list));
    add(w, list, "a", 10);
    hold(w, 1, "a", 20);
    expect_hit(w, "a", "B", 20, 1);
    add(w, list, "a", 11);
    expect_hit(w, "a", "A", 11, 1);
    add(w, list, "a", 20);
    expect_hit(w, "a", "A", 20, 2);
    catalogue_list_unref(list);
}

static void many_names_are_looked_up_at_once(void **state)
{
    struct world *w = *state;
    struct slice names[CATALOGUE_NAMES_MOST];
    struct catalogue_hit hits[CATALOGUE_NAMES_MOST];
    static const char *const known[] = {"a", "both", "b", "nobody's"};
    struct catalogue_list *one = open_list(w, 0), *two = open_list(w, 1);
    add(w, one, "a", 1);
    add(w, one, "both", 2);
    add(w, two, "both", 2);
    add(w, two, "b", 3);
    publish(w, 0, one);
    publish(w, 1, two);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        names[i] = slice_text(known[i % COUNT_OF(known)]);
    catalogue_find(w->reader, names, COUNT_OF(names), hits);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        size_t which = i % COUNT_OF(known);
        assert_int_equal(hits[i].found, which != 3);
        if (which == 0 || which == 2)
            assert_slice(place_id(&hits[i].place), which == 0 ? "A" : "B");
        if (which != 3)
            assert_true(hits[i].size == which + 1);
    }
    /* Every client is counted, and those for both went to the one that had fewer just then. */
    uint64_t to_a = plat_atomic_load(&w->servers[0].given);
    uint64_t to_b = plat_atomic_load(&w->servers[1].given);
    assert_int_equal(to_a + to_b, COUNT_OF(names) / 4 * 3);
    assert_true(to_a <= to_b + 2 && to_b <= to_a + 2);
}

static void the_longest_names_fit(void **state)
{
    struct world *w = *state;
    char *name = text_of('n', 1024), *id = text_of('i', 64), *address = text_of('h', 255);
    struct catalogue_list *list;
    struct catalogue_hit hit;
    assert_status(
        0, catalogue_list_open(w->catalogue, &list, slice_text(id), slice_text(address), 65535));
    add(w, list, name, 1);
    publish(w, 0, list);
    assert_true(find_one(w->reader, slice_text(name), &hit));
    assert_slice(place_id(&hit.place), id);
    assert_slice(place_address(&hit.place), address);
    assert_int_equal(hit.place.size, PLACE_SIZE_MAX);
    free(name);
    free(id);
    free(address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(a_list_is_invisible_until_it_is_published),
        world_test(a_hit_says_where),
        world_test(a_list_knows_whose_it_is),
        world_test(publishing_replaces_the_whole_list_at_once),
        world_test(publishing_a_list_again_changes_nothing),
        world_test(a_list_in_force_can_be_changed),
        world_test(removing_takes_only_ones_own_file),
        world_test(a_retired_list_takes_nothing_more),
        world_test(a_list_is_discarded_in_steps),
        world_test(records_have_a_limit),
        world_test(names_have_a_limit_too),
        world_test(dead_servers_have_no_files),
        world_test(the_holder_with_the_least_load_is_found),
        world_test(equals_are_found_in_turn),
        world_test(a_look_takes_no_turn),
        world_test(different_files_of_one_name_are_not_mixed),
        world_test(different_hashes_are_different_files),
        world_test(a_hash_that_is_not_known_joins_the_only_one),
        world_test(a_hash_is_of_a_file_that_was_added),
        world_test(adding_a_file_again_forgets_its_hash),
        world_test(adding_a_file_again_registers_it_anew),
        world_test(many_names_are_looked_up_at_once),
        world_test(the_longest_names_fit),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}

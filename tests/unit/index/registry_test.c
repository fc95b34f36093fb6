/* index/registry.h: the servers that the index knows. */
#include "index/registry.h"

#include <stdio.h>

#include "check.h"
#include "expect.h"
#include "plat/process.h"

enum { SERVERS_MAX = 3, T = 1000000 };

struct world {
    struct loop *loop;
    struct catalogue *catalogue;
    struct sweeper *sweeper;
    struct registry *registry;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_status(0, loop_open(&w->loop));
    assert_status(
        0, catalogue_open(&w->catalogue, &(struct catalogue_limits){UINT64_MAX, UINT64_MAX}, 1));
    assert_status(0, sweeper_open(&w->sweeper, w->loop, w->catalogue));
    assert_status(0, registry_open(&w->registry, w->catalogue, w->sweeper, SERVERS_MAX));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    registry_close(w->registry);
    sweeper_close(w->sweeper);
    bool empty = catalogue_records(w->catalogue) == 0;
    catalogue_close(w->catalogue);
    loop_close(w->loop);
    free(w);
    return empty ? 0 : -1;
}

#define registry_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* A whole registration with the one file "file", and one named like the server. */
static int register_server(struct world *w, const char *id, uint64_t now_ms)
{
    struct catalogue_list *list;
    assert_status(
        0, catalogue_list_open(w->catalogue, &list, slice_text(id), slice_text("10.0.0.1"), 7001));
    assert_status(0, catalogue_add(w->catalogue, list, slice_text("file"), 10));
    assert_status(0, catalogue_add(w->catalogue, list, slice_text(id), 10));
    int rc = registry_publish(w->registry, list, now_ms);
    if (rc < 0)
        sweeper_add(w->sweeper, list, NULL); /* which gives the reference back */
    else
        catalogue_list_unref(list);
    return rc;
}

/* Ids and whether they are alive, as in "A+ B- ". */
static void expect_servers(struct world *w, const char *expected)
{
    struct registry_entry entries[SERVERS_MAX + 1];
    struct buffer text = BUFFER_INIT;
    size_t count = registry_list(w->registry, slice_text(""), entries, SERVERS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        buffer_put_text(&text, entries[i].id);
        buffer_put_text(&text, entries[i].alive ? "+ " : "- ");
    }
    assert_slice(buffer_content(&text), expected);
    buffer_fini(&text);
}

static bool has_file(struct world *w, const char *name)
{
    struct catalogue_stat stat;
    return catalogue_look(catalogue_reader(w->catalogue, 0), slice_text(name), &stat);
}

static void poll_one(struct world *w, const char *id, bool alive, uint32_t load, uint64_t at_ms)
{
    struct reply_server word = {slice_text(id), slice_text("10.0.0.1"), 7001, load, alive};
    registry_polled(w->registry, &word, at_ms, at_ms);
}

/* Ends a poll of a monitor that has answered for long; whether it missed some. */
static bool poll_end(struct world *w, uint64_t at_ms)
{
    bool missed;
    registry_poll_done(w->registry, at_ms, 0, at_ms, &missed);
    return missed;
}

static void a_registered_server_is_listed_alive(void **state)
{
    struct world *w = *state;
    struct registry_entry entry;
    expect_servers(w, "");
    assert_status(0, register_server(w, "B", T));
    assert_status(0, register_server(w, "A", T));
    expect_servers(w, "A+ B+ ");
    assert_int_equal(registry_list(w->registry, slice_text("A"), &entry, 1), 1);
    assert_string_equal(entry.id, "B");
    assert_string_equal(entry.address, "10.0.0.1");
    assert_int_equal(entry.tcp_port, 7001);
    assert_int_equal(entry.load, 0);
    assert_int_equal(registry_list(w->registry, slice_text("B"), &entry, 1), 0);
    assert_true(has_file(w, "file") && has_file(w, "A"));
}

static void a_registration_replaces_the_list_and_the_address(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list;
    struct registry_entry entry;
    assert_status(0, register_server(w, "A", T));
    assert_status(0,
                  catalogue_list_open(w->catalogue, &list, slice_text("A"), slice_text("::1"), 9));
    assert_status(0, registry_publish(w->registry, list, T + 1));
    assert_int_equal(registry_list(w->registry, slice_text(""), &entry, 1), 1);
    assert_string_equal(entry.address, "::1");
    assert_int_equal(entry.tcp_port, 9);
    assert_false(has_file(w, "A"));
    catalogue_list_unref(list);
    while (catalogue_records(w->catalogue) > 0) /* the sweeper takes the old list out */
        assert_status(0, loop_turn(w->loop, 100));
}

static void a_list_that_was_replaced_cannot_be_published(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list;
    assert_status(0,
                  catalogue_list_open(w->catalogue, &list, slice_text("A"), slice_text("::1"), 9));
    assert_status(0, registry_publish(w->registry, list, T));
    assert_status(0, registry_publish(w->registry, list, T)); /* DONE_FILES once more */
    assert_status(0, register_server(w, "A", T + 1));
    assert_status(PLAT_ERR_NOT_FOUND, registry_publish(w->registry, list, T + 2));
    catalogue_list_unref(list);
    assert_true(has_file(w, "A"));
}

static void words_about_a_server_are_shown_to_lookups(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_true(registry_down(w->registry, slice_text("A"), T + 1));
    expect_servers(w, "A- ");
    assert_false(has_file(w, "file"));
    assert_true(registry_up(w->registry, slice_text("A"), T + 2));
    assert_true(has_file(w, "file"));
    assert_true(registry_leave(w->registry, slice_text("A"), T + 3));
    assert_false(has_file(w, "file"));
    poll_one(w, "A", true, 0, T + 4);
    assert_false(has_file(w, "file"));
    assert_status(0, register_server(w, "A", T + 5));
    expect_servers(w, "A+ ");
}

static void words_about_strangers_change_nothing(void **state)
{
    struct world *w = *state;
    assert_false(registry_down(w->registry, slice_text("X"), T));
    assert_false(registry_up(w->registry, slice_text("X"), T));
    assert_false(registry_leave(w->registry, slice_text("X"), T));
    assert_false(registry_load(w->registry, slice_text("X"), 1, T));
    poll_one(w, "X", true, 0, T);
    assert_false(poll_end(w, T));
    expect_servers(w, "");
}

static void the_longest_dead_makes_room_and_the_living_never(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    assert_true(registry_has_room(w->registry, slice_text("D")));
    assert_status(0, register_server(w, "C", T));
    assert_false(registry_has_room(w->registry, slice_text("D")));
    assert_true(registry_has_room(w->registry, slice_text("A")));
    assert_status(PLAT_ERR_NO_SPACE, register_server(w, "D", T));
    assert_status(0, register_server(w, "A", T)); /* known: needs no room */
    (void)registry_down(w->registry, slice_text("B"), T + 20);
    (void)registry_down(w->registry, slice_text("C"), T + 10);
    (void)registry_down(w->registry, slice_text("C"), T + 30); /* dead already, since T + 10 */
    assert_true(registry_has_room(w->registry, slice_text("D")));
    assert_status(0, register_server(w, "D", T + 40));
    expect_servers(w, "A+ B- D+ ");
    assert_status(0, register_server(w, "E", T + 50));
    expect_servers(w, "A+ D+ E+ ");
    assert_status(PLAT_ERR_NO_SPACE, register_server(w, "F", T + 60));
    assert_true(has_file(w, "E"));
    assert_false(has_file(w, "C"));
}

static void a_list_of_servers_goes_on_where_it_ended(void **state)
{
    struct world *w = *state;
    struct registry_entry entries[2];
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    assert_status(0, register_server(w, "C", T));
    assert_int_equal(registry_list(w->registry, slice_text(""), entries, 2), 2);
    assert_string_equal(entries[1].id, "B");
    assert_int_equal(registry_list(w->registry, slice_text("B"), entries, 2), 1);
    assert_string_equal(entries[0].id, "C");
}

static void polls_follow_the_rules_of_standing(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    poll_one(w, "A", false, 0, T + 9999);
    expect_servers(w, "A+ ");
    poll_one(w, "A", false, 0, T + 10000);
    expect_servers(w, "A- ");
    poll_one(w, "A", true, 4, T + 11000);
    expect_servers(w, "A+ ");
    struct registry_entry entry;
    (void)registry_list(w->registry, slice_text(""), &entry, 1);
    assert_int_equal(entry.load, 4);
}

static void who_is_not_listed_by_a_reachable_monitor_dies(void **state)
{
    struct world *w = *state;
    bool missed;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    poll_one(w, "A", true, 0, T + 30000);
    (void)poll_end(w, T + 30000);
    expect_servers(w, "A+ B- ");
    /* Not reached for long: nothing changes. */
    registry_poll_done(w->registry, T + 90000, T + 60001, T + 90000, &missed);
    expect_servers(w, "A+ B- ");
    registry_poll_done(w->registry, T + 90001, T + 60001, T + 90001, &missed);
    expect_servers(w, "A- B- ");
}

static void a_poll_that_names_fewer_of_ours_is_told(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    poll_one(w, "A", true, 0, T + 1000);
    poll_one(w, "B", true, 0, T + 1000);
    poll_one(w, "X", true, 0, T + 1000);
    assert_false(poll_end(w, T + 1000));
    poll_one(w, "A", true, 0, T + 2000);
    poll_one(w, "A", true, 0, T + 2000); /* twice is once */
    assert_true(poll_end(w, T + 2000));
    poll_one(w, "A", true, 0, T + 3000);
    assert_false(poll_end(w, T + 3000)); /* no fewer than the last time */
    poll_one(w, "A", true, 0, T + 4000);
    poll_one(w, "B", true, 0, T + 4000);
    assert_false(poll_end(w, T + 4000));
    assert_true(poll_end(w, T + 5000));
}

/* Sends so many clients somewhere; how many of them to A. */
static int send_clients(struct world *w, int count)
{
    int to_a = 0;
    for (int i = 0; i < count; i++) {
        struct slice name = slice_text("file");
        struct catalogue_hit hit;
        catalogue_find(catalogue_reader(w->catalogue, 0), &name, 1, &hit);
        assert_true(hit.found);
        to_a += place_id(&hit.place).data[0] == 'A';
    }
    return to_a;
}

static void a_hundred_turns_between_polls_are_spread_evenly(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    poll_one(w, "A", true, 0, T + 1000);
    poll_one(w, "B", true, 0, T + 1000);
    (void)poll_end(w, T + 1000);
    assert_int_equal(send_clients(w, 100), 50);
}

static void clients_even_out_unequal_loads(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    poll_one(w, "A", true, 0, T + 1000);
    poll_one(w, "B", true, 20, T + 1000);
    (void)poll_end(w, T + 1000);
    assert_int_equal(send_clients(w, 20), 20);
    assert_int_equal(send_clients(w, 10), 5);
}

static void new_loads_begin_the_count_anew(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    poll_one(w, "A", true, 1, T + 1000);
    poll_one(w, "B", true, 0, T + 1000);
    (void)poll_end(w, T + 1000);
    assert_int_equal(send_clients(w, 1), 0); /* B, which is equal to A now */
    poll_one(w, "A", true, 1, T + 2000);
    poll_one(w, "B", true, 0, T + 2000); /* its heartbeat is not newer: the count stays */
    (void)poll_end(w, T + 2000);
    assert_int_equal(send_clients(w, 1), 1); /* A's turn is longer ago */
    poll_one(w, "A", true, 2, T + 3000);
    poll_one(w, "B", true, 0, T + 3000);
    (void)poll_end(w, T + 3000);
    assert_int_equal(send_clients(w, 2), 0);
}

/* A monitor whose loads do not change tells them anew with each heartbeat. */
static void the_count_begins_anew_after_a_heartbeats_time(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    poll_one(w, "A", true, 1, T + 1000);
    poll_one(w, "B", true, 0, T + 1000);
    (void)poll_end(w, T + 1000);
    assert_int_equal(send_clients(w, 1), 0); /* they are equal now, and A's turn would be next */
    for (uint64_t at_ms = T + 2000; at_ms <= T + 4000; at_ms += 1000) {
        poll_one(w, "A", true, 1, at_ms);
        poll_one(w, "B", true, 0, at_ms);
        (void)poll_end(w, at_ms);
    }
    assert_int_equal(send_clients(w, 1), 0);
}

static void a_told_load_counts_at_once(void **state)
{
    struct world *w = *state;
    assert_status(0, register_server(w, "A", T));
    assert_status(0, register_server(w, "B", T));
    assert_true(registry_load(w->registry, slice_text("A"), 10, T + 1));
    assert_int_equal(send_clients(w, 10), 0);
    assert_true(registry_load(w->registry, slice_text("A"), 0, T + 2));
    assert_int_equal(send_clients(w, 10), 10);
}

/* A list of 5,000 files goes in several turns of the loop. */
static void a_long_list_is_swept_in_steps(void **state)
{
    struct world *w = *state;
    struct catalogue_list *list;
    assert_status(0,
                  catalogue_list_open(w->catalogue, &list, slice_text("A"), slice_text("::1"), 9));
    for (int i = 0; i < 5000; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        assert_status(0, catalogue_add(w->catalogue, list, slice_text(name), 1));
    }
    assert_status(0, registry_publish(w->registry, list, T));
    catalogue_list_unref(list);
    assert_status(0, register_server(w, "A", T + 1));
    assert_false(has_file(w, "f1"));
    assert_true(catalogue_records(w->catalogue) == 5002);
    assert_status(0, loop_turn(w->loop, 1000));
    uint64_t left = catalogue_records(w->catalogue);
    assert_true(left > 2 && left < 5002);
    while (catalogue_records(w->catalogue) > 2)
        assert_status(0, loop_turn(w->loop, 1000));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        registry_test(a_registered_server_is_listed_alive),
        registry_test(a_registration_replaces_the_list_and_the_address),
        registry_test(a_list_that_was_replaced_cannot_be_published),
        registry_test(words_about_a_server_are_shown_to_lookups),
        registry_test(words_about_strangers_change_nothing),
        registry_test(the_longest_dead_makes_room_and_the_living_never),
        registry_test(a_list_of_servers_goes_on_where_it_ended),
        registry_test(polls_follow_the_rules_of_standing),
        registry_test(who_is_not_listed_by_a_reachable_monitor_dies),
        registry_test(a_poll_that_names_fewer_of_ours_is_told),
        registry_test(a_hundred_turns_between_polls_are_spread_evenly),
        registry_test(clients_even_out_unequal_loads),
        registry_test(new_loads_begin_the_count_anew),
        registry_test(the_count_begins_anew_after_a_heartbeats_time),
        registry_test(a_told_load_counts_at_once),
        registry_test(a_long_list_is_swept_in_steps),
    };
    if (plat_process_init(&argc, &argv) != 0)
        return 1;
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}

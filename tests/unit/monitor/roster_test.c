/* monitor/roster.h: who is alive. */
#include "monitor/roster.h"

#include <stdio.h>

#include "expect.h"
#include "seeded.h"

enum { TIMEOUT_MS = 8000, START_MS = 1000000 };

struct world {
    struct roster roster;
    char left[256]; /* ids of those that left the dead or the returned, each with a space */
};

/* Those that leave the returned with a plus sign. */
static void on_leave(void *arg, struct roster_server *server)
{
    struct world *w = arg;
    size_t length = strlen(w->left);
    snprintf(w->left + length, sizeof w->left - length, "%s%s ", server->alive ? "+" : "",
             server->id);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    roster_init(&w->roster, 3);
    w->roster.on_leave = on_leave;
    w->roster.arg = w;
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    roster_fini(&w->roster);
    free(w);
    return 0;
}

#define roster_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static enum roster_news hear(struct world *w, const char *id, uint64_t now_ms)
{
    struct heartbeat h = {slice_text(id), slice_text("localhost"), 7001, 2, 3};
    struct roster_server *server = NULL;
    enum roster_news news = roster_hear(&w->roster, &h, slice_text("10.0.0.1"), now_ms, &server);
    if (news != ROSTER_FULL) {
        assert_string_equal(server->id, id);
        assert_true(server->alive && server->heard_ms == now_ms);
    }
    return news;
}

/* The ids of those that are found dead at that time, in the order of the verdicts. */
static void expect_verdicts(struct world *w, uint64_t now_ms, const char *ids)
{
    char text[256] = "";
    struct roster_server *server;
    while ((server = roster_judge(&w->roster, TIMEOUT_MS, now_ms)) != NULL) {
        size_t length = strlen(text);
        assert_false(server->alive);
        snprintf(text + length, sizeof text - length, "%s ", server->id);
    }
    assert_string_equal(text, ids);
}

static void a_heartbeat_makes_a_server_known_and_alive(void **state)
{
    struct world *w = *state;
    assert_int_equal(hear(w, "CS1", START_MS), ROSTER_NEW);
    assert_int_equal(hear(w, "CS1", START_MS + 1), ROSTER_HEARD);
    assert_int_equal(roster_count(&w->roster), 1);
    const struct roster_server *server = roster_find(&w->roster, slice_text("CS1"));
    assert_non_null(server);
    assert_string_equal(server->address, "10.0.0.1"); /* the one that it was told beside */
    assert_int_equal(server->tcp_port, 7001);
    assert_int_equal(server->load, 2);
    assert_int_equal(server->file_count, 3);
    assert_null(roster_find(&w->roster, slice_text("CS")));
}

static void the_newest_heartbeat_counts(void **state)
{
    struct world *w = *state;
    struct heartbeat h = {slice_text("CS1"), slice_text("x"), 9, 8, 7};
    struct roster_server *server;
    hear(w, "CS1", START_MS);
    assert_int_equal(roster_hear(&w->roster, &h, slice_text("::1"), START_MS + 5, &server),
                     ROSTER_HEARD);
    assert_string_equal(server->address, "::1");
    assert_int_equal(server->tcp_port, 9);
    assert_int_equal(server->load, 8);
    assert_int_equal(server->file_count, 7);
}

static void silence_of_the_timeout_is_death_and_a_millisecond_less_is_not(void **state)
{
    struct world *w = *state;
    hear(w, "CS1", START_MS);
    expect_verdicts(w, START_MS + TIMEOUT_MS - 1, "");
    expect_verdicts(w, START_MS + TIMEOUT_MS, "CS1 ");
    expect_verdicts(w, START_MS + TIMEOUT_MS * 2, ""); /* once */
    assert_false(roster_find(&w->roster, slice_text("CS1"))->alive);
}

static void each_heartbeat_begins_the_silence_anew(void **state)
{
    struct world *w = *state;
    hear(w, "CS1", START_MS);
    hear(w, "CS1", START_MS + TIMEOUT_MS - 1);
    expect_verdicts(w, START_MS + TIMEOUT_MS * 2 - 2, "");
    expect_verdicts(w, START_MS + TIMEOUT_MS * 2 - 1, "CS1 ");
}

static void the_longest_silent_is_judged_first(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS + 1);
    hear(w, "c", START_MS + 2);
    hear(w, "a", START_MS + 3);
    expect_verdicts(w, START_MS + 2 + TIMEOUT_MS, "b c ");
    expect_verdicts(w, START_MS + 3 + TIMEOUT_MS, "a ");
}

static void a_dead_server_that_is_heard_is_back(void **state)
{
    struct world *w = *state;
    hear(w, "CS1", START_MS);
    expect_verdicts(w, START_MS + TIMEOUT_MS, "CS1 ");
    assert_int_equal(hear(w, "CS1", START_MS + TIMEOUT_MS + 1), ROSTER_BACK);
    assert_string_equal(w->left, "CS1 ");
    assert_int_equal(hear(w, "CS1", START_MS + TIMEOUT_MS + 2), ROSTER_HEARD);
    assert_string_equal(w->left, "CS1 ");
    expect_verdicts(w, START_MS + TIMEOUT_MS * 2 + 2, "CS1 ");
    assert_string_equal(w->left, "CS1 +CS1 ");
}

/* The ids in one of the roster's lists, as who works it off sees them. */
static void expect_list(const struct roster_list *list, const char *ids)
{
    char text[256] = "";
    for (const struct roster_server *s = list->first; s; s = roster_next(s)) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, "%s ", s->id);
    }
    assert_string_equal(text, ids);
}

static void the_dead_and_the_returned_stand_in_their_order(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS + 1);
    hear(w, "c", START_MS + 2);
    expect_list(&w->roster.returned, ""); /* whoever is new has not returned */
    expect_verdicts(w, START_MS + 2 + TIMEOUT_MS, "a b c ");
    expect_list(&w->roster.dead, "a b c ");
    hear(w, "b", START_MS + 9000);
    hear(w, "a", START_MS + 9001);
    expect_list(&w->roster.dead, "c ");
    expect_list(&w->roster.returned, "b a ");
    hear(w, "b", START_MS + 9002); /* once more is no return */
    expect_list(&w->roster.returned, "b a ");
    assert_string_equal(w->left, "b a ");
    expect_verdicts(w, START_MS + 9001 + TIMEOUT_MS, "a ");
    expect_list(&w->roster.dead, "c a ");
    expect_list(&w->roster.returned, "b ");
    assert_string_equal(w->left, "b a +a ");
    hear(w, "a", START_MS + 20000);
    expect_list(&w->roster.dead, "c ");
    expect_list(&w->roster.returned, "b a ");
    hear(w, "d", START_MS + 20001); /* makes room: the dead go, the returned stay */
    expect_list(&w->roster.dead, "");
    expect_list(&w->roster.returned, "b a ");
}

static void silence_that_nobody_could_break_is_excused(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS + 7000);
    /* Suspended from 7,500 to 60,000. */
    roster_excuse(&w->roster, 52500, START_MS + 60000);
    expect_verdicts(w, START_MS + 60000, "");
    expect_verdicts(w, START_MS + 60499, "");
    expect_verdicts(w, START_MS + 60500, "a ");
    expect_verdicts(w, START_MS + 67499, "");
    expect_verdicts(w, START_MS + 67500, "b ");
}

static void no_excuse_reaches_into_the_future(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS + 100);
    roster_excuse(&w->roster, 5000, START_MS + 200);
    assert_true(roster_find(&w->roster, slice_text("a"))->heard_ms == START_MS + 200);
    assert_true(roster_find(&w->roster, slice_text("b"))->heard_ms == START_MS + 200);
    expect_verdicts(w, START_MS + 200 + TIMEOUT_MS, "a b ");
}

static void the_longest_dead_makes_room_and_is_told(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS + 1);
    hear(w, "c", START_MS + 2);
    expect_verdicts(w, START_MS + 1 + TIMEOUT_MS, "a b ");
    assert_int_equal(hear(w, "d", START_MS + TIMEOUT_MS + 2), ROSTER_NEW);
    assert_string_equal(w->left, "a ");
    assert_null(roster_find(&w->roster, slice_text("a")));
    assert_int_equal(hear(w, "e", START_MS + TIMEOUT_MS + 2), ROSTER_NEW);
    assert_string_equal(w->left, "a b ");
    assert_int_equal(roster_count(&w->roster), 3);
    assert_non_null(roster_find(&w->roster, slice_text("c")));
}

static void the_living_never_make_room(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS);
    hear(w, "c", START_MS);
    assert_int_equal(hear(w, "d", START_MS + 1), ROSTER_FULL);
    assert_int_equal(hear(w, "a", START_MS + 2), ROSTER_HEARD);
    assert_int_equal(roster_count(&w->roster), 3);
    assert_string_equal(w->left, "");
}

static void a_server_that_was_back_in_between_is_not_the_longest_dead(void **state)
{
    struct world *w = *state;
    hear(w, "a", START_MS);
    hear(w, "b", START_MS + 10);
    hear(w, "c", START_MS + 20);
    expect_verdicts(w, START_MS + 20 + TIMEOUT_MS, "a b c ");
    hear(w, "a", START_MS + 10000);
    expect_verdicts(w, START_MS + 20000, "a ");
    hear(w, "d", START_MS + 20001);
    assert_null(roster_find(&w->roster, slice_text("b")));
    assert_non_null(roster_find(&w->roster, slice_text("a")));
}

static void servers_are_listed_by_id(void **state)
{
    struct world *w = *state;
    hear(w, "CS2", START_MS);
    hear(w, "CS10", START_MS);
    hear(w, "CS1", START_MS);
    assert_int_equal(roster_after(&w->roster, slice_text("")), 0);
    assert_string_equal(roster_at(&w->roster, 0)->id, "CS1");
    assert_string_equal(roster_at(&w->roster, 1)->id, "CS10");
    assert_string_equal(roster_at(&w->roster, 2)->id, "CS2");
    assert_int_equal(roster_after(&w->roster, slice_text("CS1")), 1);
    assert_int_equal(roster_after(&w->roster, slice_text("CS11")), 2);
    assert_int_equal(roster_after(&w->roster, slice_text("CS2")), 3);
}

static void the_longest_id_and_address_fit(void **state)
{
    struct world *w = *state;
    char *id = text_of('i', 64), *address = text_of('h', 255);
    struct heartbeat h = {slice_text(id), slice_text(address), 1, 0, 0};
    struct roster_server *server;
    assert_int_equal(roster_hear(&w->roster, &h, slice_text(address), START_MS, &server),
                     ROSTER_NEW);
    assert_string_equal(server->id, id);
    assert_string_equal(server->address, address);
    free(id);
    free(address);
}

/* What a naive monitor with all the time in the world would say. */
struct model {
    bool known, alive, returned;
    uint64_t heard_ms, died;
};

enum { SERVERS = 12, ROOM = 8 };

static int longest_dead(const struct model *models)
{
    int longest = -1;
    for (int i = 0; i < SERVERS; i++)
        if (models[i].known && !models[i].alive &&
            (longest < 0 || models[i].died < models[longest].died))
            longest = i;
    return longest;
}

static int count_known(const struct model *models)
{
    int count = 0;
    for (int i = 0; i < SERVERS; i++)
        count += models[i].known;
    return count;
}

static enum roster_news model_hear(struct model *models, int i, uint64_t now_ms)
{
    enum roster_news news = models[i].alive ? ROSTER_HEARD : ROSTER_BACK;
    if (!models[i].known && count_known(models) == ROOM) {
        int dead = longest_dead(models);
        if (dead < 0)
            return ROSTER_FULL;
        models[dead] = (struct model){0};
    }
    if (!models[i].known)
        news = ROSTER_NEW;
    models[i] = (struct model){true, true, models[i].returned || news == ROSTER_BACK, now_ms, 0};
    return news;
}

static void judge_all(struct roster *roster, struct model *models, uint64_t now_ms,
                      uint64_t *deaths)
{
    struct roster_server *server;
    while ((server = roster_judge(roster, TIMEOUT_MS, now_ms)) != NULL) {
        struct model *model = &models[server->id[0] - 'a'];
        assert_true(model->alive && now_ms - model->heard_ms >= TIMEOUT_MS);
        model->alive = model->returned = false;
        model->died = ++*deaths;
    }
    for (int i = 0; i < SERVERS; i++)
        assert_true(!models[i].alive || now_ms - models[i].heard_ms < TIMEOUT_MS);
}

/* Every dead one is in the one list, every returned one in the other. */
static void expect_whole_lists(const struct roster *roster, const struct model *models)
{
    int dead = 0, returned = 0;
    for (const struct roster_server *s = roster->dead.first; s; s = roster_next(s))
        dead += !s->alive;
    for (const struct roster_server *s = roster->returned.first; s; s = roster_next(s))
        returned += s->alive;
    for (int i = 0; i < SERVERS; i++) {
        dead -= models[i].known && !models[i].alive;
        returned -= models[i].alive && models[i].returned;
    }
    assert_int_equal(dead, 0);
    assert_int_equal(returned, 0);
}

static void random_histories_match_a_model(void **state)
{
    struct world *w = *state;
    struct model models[SERVERS] = {{0}};
    struct seeded random;
    uint64_t now_ms = START_MS, deaths = 0;
    roster_fini(&w->roster);
    roster_init(&w->roster, ROOM);
    seeded_init(&random, "roster");
    for (int step = 0; step < 20000; step++) {
        int i = (int)seeded_below(&random, SERVERS);
        char id[2] = {(char)('a' + i), '\0'};
        now_ms += seeded_below(&random, 2500);
        judge_all(&w->roster, models, now_ms, &deaths);
        assert_int_equal(hear(w, id, now_ms), model_hear(models, i, now_ms));
        assert_int_equal(roster_count(&w->roster), count_known(models));
        for (int j = 0; j < SERVERS; j++) {
            char other[2] = {(char)('a' + j), '\0'};
            const struct roster_server *server = roster_find(&w->roster, slice_text(other));
            assert_int_equal(server != NULL, models[j].known);
            assert_true(!server || server->alive == models[j].alive);
        }
        expect_whole_lists(&w->roster, models);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        roster_test(a_heartbeat_makes_a_server_known_and_alive),
        roster_test(the_newest_heartbeat_counts),
        roster_test(silence_of_the_timeout_is_death_and_a_millisecond_less_is_not),
        roster_test(each_heartbeat_begins_the_silence_anew),
        roster_test(the_longest_silent_is_judged_first),
        roster_test(a_dead_server_that_is_heard_is_back),
        roster_test(the_dead_and_the_returned_stand_in_their_order),
        roster_test(silence_that_nobody_could_break_is_excused),
        roster_test(no_excuse_reaches_into_the_future),
        roster_test(the_longest_dead_makes_room_and_is_told),
        roster_test(the_living_never_make_room),
        roster_test(a_server_that_was_back_in_between_is_not_the_longest_dead),
        roster_test(servers_are_listed_by_id),
        roster_test(the_longest_id_and_address_fit),
        roster_test(random_histories_match_a_model),
    };
    return cmocka_run_group_tests_name("roster", tests, NULL, NULL);
}

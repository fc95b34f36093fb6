/* index/standing.h: what the index believes of a server, to the millisecond. */
#include "index/standing.h"

#include "expect.h"

/* One word about the server, and what is believed after it. */
struct word {
    enum { NONE, REGISTERED, DOWN, UP, LEFT, ALIVE, DEAD, UNLISTED } what;
    uint64_t at_ms;    /* when it came */
    uint64_t asked_ms; /* of ALIVE and DEAD: when the poll was asked; of UNLISTED: since when the
                          monitor has answered without a gap */
    bool alive;        /* after it */
};

enum { T = 1000000, WORDS_MOST = 8 };

static void tell(struct standing *s, const struct word *word)
{
    switch (word->what) {
    case REGISTERED: standing_registered(s, word->at_ms); break;
    case DOWN: standing_down(s, word->at_ms); break;
    case UP: standing_up(s, word->at_ms); break;
    case LEFT: standing_left(s, word->at_ms); break;
    case ALIVE: standing_polled(s, true, 0, word->asked_ms, word->at_ms); break;
    case DEAD: standing_polled(s, false, 0, word->asked_ms, word->at_ms); break;
    case UNLISTED: standing_unlisted(s, word->asked_ms, word->at_ms); break;
    case NONE: break;
    }
}

struct row {
    const char *name;
    struct word words[WORDS_MOST];
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct standing s = {0};
        for (size_t j = 0; j < WORDS_MOST && rows[i].words[j].what != NONE; j++) {
            tell(&s, &rows[i].words[j]);
            if (s.alive != rows[i].words[j].alive)
                print_error("after word %lu:\n", (unsigned long)j + 1);
            assert_row_number(rows[i].name, s.alive, rows[i].words[j].alive);
        }
    }
}

static void the_newest_word_wins(void **state)
{
    static const struct row rows[] = {
        {"a registration makes alive", {{REGISTERED, T, 0, true}}},
        {"SERVER_DOWN is believed at once, even right after a registration",
         {{REGISTERED, T, 0, true}, {DOWN, T + 1, 0, false}}},
        {"SERVER_UP brings back",
         {{REGISTERED, T, 0, true}, {DOWN, T + 1, 0, false}, {UP, T + 2, 0, true}}},
        {"a registration brings back",
         {{REGISTERED, T, 0, true}, {DOWN, T + 1, 0, false}, {REGISTERED, T + 2, 0, true}}},
        {"a polled alive brings back",
         {{REGISTERED, T, 0, true}, {DOWN, T + 1, 0, false}, {ALIVE, T + 3, T + 2, true}}},
        {"a polled dead kills, long after the registration",
         {{REGISTERED, T, 0, true}, {DEAD, T + 60000, T + 59000, false}}},
        {"and a later poll brings back",
         {{REGISTERED, T, 0, true},
          {DEAD, T + 60000, T + 60000, false},
          {ALIVE, T + 61000, T + 61000, true}}},
    };
    (void)state;
    expect_rows(rows, COUNT_OF(rows));
}

static void a_poll_speaks_of_the_time_when_it_was_asked(void **state)
{
    static const struct row rows[] = {
        {"alive, asked before SERVER_DOWN came",
         {{REGISTERED, T, 0, true}, {DOWN, T + 100, 0, false}, {ALIVE, T + 200, T + 99, false}}},
        {"alive, asked in the same millisecond",
         {{REGISTERED, T, 0, true}, {DOWN, T + 100, 0, false}, {ALIVE, T + 200, T + 100, true}}},
        {"dead, asked before SERVER_UP came",
         {{REGISTERED, T, 0, true},
          {DOWN, T + 20000, 0, false},
          {UP, T + 30000, 0, true},
          {DEAD, T + 30500, T + 29999, true},
          {DEAD, T + 31500, T + 31000, false}}},
        {"dead, asked before a registration",
         {{REGISTERED, T, 0, true},
          {REGISTERED, T + 60000, 0, true},
          {DEAD, T + 75000, T + 59999, true}}},
    };
    (void)state;
    expect_rows(rows, COUNT_OF(rows));
}

static void a_polled_dead_is_doubted_for_ten_seconds_after_a_registration(void **state)
{
    static const struct row rows[] = {
        {"at once", {{REGISTERED, T, 0, true}, {DEAD, T, T, true}}},
        {"a millisecond before the end",
         {{REGISTERED, T, 0, true}, {DEAD, T + 9999, T + 9999, true}}},
        {"at the end", {{REGISTERED, T, 0, true}, {DEAD, T + 10000, T + 10000, false}}},
        {"a known server that registers again",
         {{REGISTERED, T, 0, true},
          {REGISTERED, T + 60000, 0, true},
          {DEAD, T + 69999, T + 69999, true},
          {DEAD, T + 70000, T + 70000, false}}},
        {"unless it was polled alive in between",
         {{REGISTERED, T, 0, true},
          {ALIVE, T + 1000, T + 900, true},
          {DEAD, T + 2000, T + 1900, false}}},
        {"alive before the registration does not count",
         {{REGISTERED, T, 0, true},
          {ALIVE, T + 1000, T + 1000, true},
          {REGISTERED, T + 5000, 0, true},
          {DEAD, T + 6000, T + 6000, true}}},
        {"alive that was asked before it does not count",
         {{REGISTERED, T, 0, true},
          {ALIVE, T + 1000, T - 1, true},
          {DEAD, T + 2000, T + 2000, true}}},
        {"what is doubted does not bring a dead one back",
         {{REGISTERED, T, 0, true}, {DOWN, T + 1, 0, false}, {DEAD, T + 1000, T + 1000, false}}},
    };
    (void)state;
    expect_rows(rows, COUNT_OF(rows));
}

static void a_polled_alive_does_not_bring_back_who_left(void **state)
{
    static const struct row rows[] = {
        {"however often",
         {{REGISTERED, T, 0, true},
          {LEFT, T + 20000, 0, false},
          {ALIVE, T + 21000, T + 21000, false},
          {ALIVE, T + 99000, T + 99000, false}}},
        {"even after a polled dead",
         {{REGISTERED, T, 0, true},
          {LEFT, T + 20000, 0, false},
          {DEAD, T + 30000, T + 30000, false},
          {ALIVE, T + 31000, T + 31000, false}}},
        {"a registration does",
         {{REGISTERED, T, 0, true},
          {LEFT, T + 20000, 0, false},
          {REGISTERED, T + 30000, 0, true},
          {DOWN, T + 50000, 0, false},
          {ALIVE, T + 51000, T + 51000, true}}},
        {"SERVER_UP does",
         {{REGISTERED, T, 0, true},
          {LEFT, T + 20000, 0, false},
          {UP, T + 30000, 0, true},
          {DEAD, T + 40000, T + 40000, false},
          {ALIVE, T + 41000, T + 41000, true}}},
    };
    (void)state;
    expect_rows(rows, COUNT_OF(rows));
}

static void who_is_not_listed_for_thirty_seconds_is_dead(void **state)
{
    static const struct row rows[] = {
        {"counted from the registration",
         {{REGISTERED, T, 0, true},
          {UNLISTED, T + 29999, T - 9000, true},
          {UNLISTED, T + 30000, T - 9000, false}}},
        {"counted from when a poll last named it",
         {{REGISTERED, T, 0, true},
          {ALIVE, T + 20000, T + 20000, true},
          {UNLISTED, T + 49999, T, true},
          {UNLISTED, T + 50000, T, false}}},
        {"counted from when the monitor could be reached again",
         {{REGISTERED, T, 0, true},
          {UNLISTED, T + 90000, T + 60001, true},
          {UNLISTED, T + 90001, T + 60001, false}}},
        {"a dead that is doubted names it too",
         {{REGISTERED, T, 0, true},
          {DEAD, T + 5000, T + 5000, true},
          {UNLISTED, T + 34999, T, true},
          {UNLISTED, T + 35000, T, false}}},
        {"a poll that names it again brings it back",
         {{REGISTERED, T, 0, true},
          {UNLISTED, T + 30000, T, false},
          {ALIVE, T + 31000, T + 31000, true},
          {UNLISTED, T + 60999, T, true}}},
        {"and so does a registration",
         {{REGISTERED, T, 0, true},
          {UNLISTED, T + 30000, T, false},
          {REGISTERED, T + 40000, 0, true},
          {UNLISTED, T + 69999, T, true},
          {UNLISTED, T + 70000, T, false}}},
    };
    (void)state;
    expect_rows(rows, COUNT_OF(rows));
}

static void the_newest_load_wins(void **state)
{
    struct standing s = {0};
    (void)state;
    standing_registered(&s, T);
    standing_polled(&s, true, 5, T + 1000, T + 1000);
    assert_int_equal(s.load, 5);
    standing_loaded(&s, 7, T + 2000);
    assert_int_equal(s.load, 7);
    standing_polled(&s, true, 6, T + 1999, T + 2100); /* asked before */
    assert_int_equal(s.load, 7);
    standing_polled(&s, true, 8, T + 2000, T + 2200);
    assert_int_equal(s.load, 8);
}

static void a_word_about_load_says_nothing_about_life(void **state)
{
    struct standing s = {0};
    (void)state;
    standing_registered(&s, T);
    standing_down(&s, T + 1);
    standing_loaded(&s, 7, T + 2);
    assert_false(s.alive);
    standing_polled(&s, true, 3, T, T + 3); /* too old for the status, not for the load */
    assert_false(s.alive);
    assert_int_equal(s.load, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_word_wins),
        cmocka_unit_test(a_poll_speaks_of_the_time_when_it_was_asked),
        cmocka_unit_test(a_polled_dead_is_doubted_for_ten_seconds_after_a_registration),
        cmocka_unit_test(a_polled_alive_does_not_bring_back_who_left),
        cmocka_unit_test(who_is_not_listed_for_thirty_seconds_is_dead),
        cmocka_unit_test(the_newest_load_wins),
        cmocka_unit_test(a_word_about_load_says_nothing_about_life),
    };
    return cmocka_run_group_tests_name("standing", tests, NULL, NULL);
}

/* index/choice.h: which live holder a client is sent to. */
#include "index/choice.h"

#include "expect.h"
#include "seeded.h"

enum { MOST = 6 };

static void the_right_holder_is_chosen(void **state)
{
    static const struct {
        const char *row;
        size_t count;
        struct choice_candidate offers[MOST]; /* holder is filled in */
        size_t chosen, holders;
    } rows[] = {
        {"the only one", 1, {{NULL, 10, 1, 99, 99}}, 0, 1},
        {"the least load",
         3,
         {{NULL, 10, 1, 5, 0}, {NULL, 10, 2, 3, 9}, {NULL, 10, 3, 4, 0}},
         1,
         3},
        {"among equals the longest ago",
         3,
         {{NULL, 10, 1, 3, 8}, {NULL, 10, 2, 3, 7}, {NULL, 10, 3, 3, 9}},
         1,
         3},
        {"among equals the first offered", 2, {{NULL, 10, 2, 0, 0}, {NULL, 10, 1, 0, 0}}, 0, 2},
        {"the larger group, whatever its load",
         3,
         {{NULL, 10, 9, 0, 0}, {NULL, 20, 1, 50, 5}, {NULL, 20, 2, 40, 6}},
         2,
         2},
        {"of groups that tie the one registered last",
         2,
         {{NULL, 10, 1, 0, 0}, {NULL, 20, 2, 9, 9}},
         1,
         1},
        {"the same, the other way round", 2, {{NULL, 10, 2, 9, 9}, {NULL, 20, 1, 0, 0}}, 0, 1},
        {"a group is as new as its newest member",
         4,
         {{NULL, 10, 1, 0, 0}, {NULL, 10, 4, 1, 0}, {NULL, 20, 2, 0, 0}, {NULL, 20, 3, 0, 0}},
         0,
         2},
        {"the largest of three groups",
         6,
         {{NULL, 1, 1, 0, 0},
          {NULL, 2, 2, 2, 0},
          {NULL, 2, 3, 1, 0},
          {NULL, 2, 4, 3, 0},
          {NULL, 3, 5, 0, 0},
          {NULL, 3, 6, 0, 0}},
         2,
         3},
        {"an empty file is a file", 2, {{NULL, 0, 2, 0, 0}, {NULL, 7, 1, 0, 0}}, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct choice choice = CHOICE_INIT;
        size_t holders = 99;
        for (size_t j = 0; j < rows[i].count; j++) {
            struct choice_candidate candidate = rows[i].offers[j];
            candidate.holder = &rows[i].offers[j];
            choice_offer(&choice, &candidate);
        }
        const struct choice_candidate *chosen = choice_end(&choice, &holders);
        assert_row(rows[i].row, chosen && chosen->holder == &rows[i].offers[rows[i].chosen]);
        assert_row_number(rows[i].row, holders, rows[i].holders);
    }
}

static void without_offers_there_is_no_choice(void **state)
{
    struct choice choice = CHOICE_INIT;
    size_t holders = 99;
    (void)state;
    assert_null(choice_end(&choice, &holders));
    assert_int_equal(holders, 0);
}

/* The rules said once more, slowly: sort out the group, then the member. */
static const struct choice_candidate *choose_slowly(const struct choice_candidate *all,
                                                    size_t count, size_t *holders)
{
    const struct choice_candidate *best = NULL;
    uint64_t best_latest = 0;
    *holders = 0;
    for (size_t i = 0; i < count; i++) {
        const struct choice_candidate *member = NULL;
        uint64_t latest = 0;
        size_t size = 0;
        for (size_t j = 0; j < count; j++) {
            if (all[j].size != all[i].size)
                continue;
            size++;
            latest = all[j].registered > latest ? all[j].registered : latest;
            if (!member || all[j].load < member->load ||
                (all[j].load == member->load && all[j].turn < member->turn))
                member = &all[j];
        }
        if (size > *holders || (size == *holders && latest > best_latest)) {
            *holders = size;
            best_latest = latest;
            best = member;
        }
    }
    return best;
}

static void random_offers_agree_with_the_rules(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "choice");
    for (int run = 0; run < 5000; run++) {
        struct choice_candidate all[MOST * 2];
        struct choice choice = CHOICE_INIT;
        size_t count = seeded_below(&random, COUNT_OF(all) + 1), holders, expected;
        uint64_t size = 0;
        for (size_t i = 0; i < count; i++) {
            size += seeded_below(&random, 3) == 0;
            all[i] = (struct choice_candidate){&all[i], size, seeded_next(&random) >> 1,
                                               seeded_below(&random, 3), seeded_next(&random)};
            choice_offer(&choice, &all[i]);
        }
        const struct choice_candidate *chosen = choice_end(&choice, &holders);
        const struct choice_candidate *slow = choose_slowly(all, count, &expected);
        assert_ptr_equal(chosen ? chosen->holder : NULL, slow);
        assert_int_equal(holders, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_holder_is_chosen),
        cmocka_unit_test(without_offers_there_is_no_choice),
        cmocka_unit_test(random_offers_agree_with_the_rules),
    };
    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}

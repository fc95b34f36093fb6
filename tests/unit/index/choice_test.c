/* index/choice.h: which live holder a client is sent to. */
#include "index/choice.h"

#include "expect.h"
#include "seeded.h"

enum { MOST = 6 };

static const uint8_t hash_x[PLAT_HASH_SIZE] = {1}, hash_x_too[PLAT_HASH_SIZE] = {1},
                     hash_y[PLAT_HASH_SIZE] = {1, 2}, hash_z[PLAT_HASH_SIZE] = {3};

static void the_right_holder_is_chosen(void **state)
{
    static const struct {
        const char *row;
        size_t count;
        struct choice_candidate offers[MOST]; /* holder is filled in */
        size_t chosen, holders;
    } rows[] = {
        {"the only one", 1, {{NULL, 10, NULL, 1, 99, 99}}, 0, 1},
        {"the least load",
         3,
         {{NULL, 10, NULL, 1, 5, 0}, {NULL, 10, NULL, 2, 3, 9}, {NULL, 10, NULL, 3, 4, 0}},
         1,
         3},
        {"among equals the longest ago",
         3,
         {{NULL, 10, NULL, 1, 3, 8}, {NULL, 10, NULL, 2, 3, 7}, {NULL, 10, NULL, 3, 3, 9}},
         1,
         3},
        {"among equals the first offered",
         2,
         {{NULL, 10, NULL, 2, 0, 0}, {NULL, 10, NULL, 1, 0, 0}},
         0,
         2},
        {"the larger group, whatever its load",
         3,
         {{NULL, 10, NULL, 9, 0, 0}, {NULL, 20, NULL, 1, 50, 5}, {NULL, 20, NULL, 2, 40, 6}},
         2,
         2},
        {"of groups that tie the one registered last",
         2,
         {{NULL, 10, NULL, 1, 0, 0}, {NULL, 20, NULL, 2, 9, 9}},
         1,
         1},
        {"the same, the other way round",
         2,
         {{NULL, 10, NULL, 2, 9, 9}, {NULL, 20, NULL, 1, 0, 0}},
         0,
         1},
        {"a group is as new as its newest member",
         4,
         {{NULL, 10, NULL, 1, 0, 0},
          {NULL, 10, NULL, 4, 1, 0},
          {NULL, 20, NULL, 2, 0, 0},
          {NULL, 20, NULL, 3, 0, 0}},
         0,
         2},
        {"the largest of three groups",
         6,
         {{NULL, 1, NULL, 1, 0, 0},
          {NULL, 2, NULL, 2, 2, 0},
          {NULL, 2, NULL, 3, 1, 0},
          {NULL, 2, NULL, 4, 3, 0},
          {NULL, 3, NULL, 5, 0, 0},
          {NULL, 3, NULL, 6, 0, 0}},
         2,
         3},
        {"a hash that is not known joins the only one of its size",
         3,
         {{NULL, 10, NULL, 1, 0, 0}, {NULL, 10, hash_x, 2, 5, 0}, {NULL, 20, hash_y, 3, 0, 0}},
         0,
         2},
        {"and makes it as new as itself",
         3,
         {{NULL, 10, NULL, 3, 1, 0}, {NULL, 10, hash_x, 1, 0, 9}, {NULL, 20, NULL, 2, 0, 0}},
         1,
         2},
        {"of equals the one with a hash",
         2,
         {{NULL, 10, NULL, 1, 4, 4}, {NULL, 10, hash_x, 2, 4, 4}},
         1,
         2},
        {"hashes are equal by their bytes",
         3,
         {{NULL, 10, hash_x, 1, 3, 0},
          {NULL, 10, hash_x_too, 2, 2, 0},
          {NULL, 10, hash_y, 3, 0, 0}},
         1,
         2},
        {"beside two hashes those without one are a group of their own",
         5,
         {{NULL, 10, NULL, 1, 0, 0},
          {NULL, 10, hash_x, 2, 0, 0},
          {NULL, 10, hash_y, 5, 2, 0},
          {NULL, 10, hash_y, 4, 1, 0},
          {NULL, 10, hash_z, 6, 0, 0}},
         3,
         2},
        {"which may be the largest one",
         4,
         {{NULL, 10, NULL, 1, 2, 0},
          {NULL, 10, NULL, 2, 1, 0},
          {NULL, 10, hash_x, 3, 0, 0},
          {NULL, 10, hash_y, 4, 0, 0}},
         1,
         2},
        {"two hashes of one size are no two of another",
         5,
         {{NULL, 10, hash_x, 1, 0, 0},
          {NULL, 10, hash_y, 2, 0, 0},
          {NULL, 20, NULL, 3, 1, 0},
          {NULL, 20, NULL, 4, 2, 0},
          {NULL, 20, hash_z, 5, 0, 0}},
         4,
         3},
        {"an empty file is a file", 2, {{NULL, 0, NULL, 2, 0, 0}, {NULL, 7, NULL, 1, 0, 0}}, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct choice choice;
        choice_init(&choice);
        for (size_t j = 0; j < rows[i].count; j++) {
            struct choice_candidate candidate = rows[i].offers[j];
            candidate.holder = &rows[i].offers[j];
            choice_offer(&choice, &candidate);
        }
        const struct choice_group *group = choice_end(&choice);
        assert_row(rows[i].row, group && group->best.holder == &rows[i].offers[rows[i].chosen]);
        assert_row_number(rows[i].row, group->count, rows[i].holders);
    }
}

static void without_offers_there_is_no_choice(void **state)
{
    struct choice choice;
    (void)state;
    choice_init(&choice);
    assert_null(choice_end(&choice));
}

static void a_group_knows_its_members(void **state)
{
    struct choice choice;
    struct choice_candidate unknown = {NULL, 10, NULL, 1, 0, 0},
                            known = {NULL, 10, hash_x, 2, 0, 0},
                            other = {NULL, 10, hash_y, 3, 0, 0};
    (void)state;
    choice_init(&choice);
    choice_offer(&choice, &unknown);
    choice_offer(&choice, &known);
    const struct choice_group *group = choice_end(&choice);
    assert_ptr_equal(group->sha256, hash_x);
    assert_true(choice_is_member(group, 10, NULL));
    assert_true(choice_is_member(group, 10, hash_x_too));
    assert_false(choice_is_member(group, 11, hash_x));
    assert_false(choice_is_member(group, 10, hash_y));

    choice_init(&choice);
    choice_offer(&choice, &unknown);
    choice_offer(&choice, &known);
    choice_offer(&choice, &other);
    group = choice_end(&choice); /* the last registered of three */
    assert_ptr_equal(group->sha256, hash_y);
    assert_false(choice_is_member(group, 10, NULL));
    assert_false(choice_is_member(group, 10, hash_x));

    choice_init(&choice);
    choice_offer(&choice, &unknown);
    group = choice_end(&choice);
    assert_null(group->sha256);
    assert_true(choice_is_member(group, 10, NULL));
    assert_false(choice_is_member(group, 10, hash_x));
}

static bool is_same_hash(const uint8_t *a, const uint8_t *b)
{
    return a == b || (a && b && memcmp(a, b, PLAT_HASH_SIZE) == 0);
}

/* How many different hashes there are of a size. */
static size_t count_hashes(const struct choice_candidate *all, size_t count, uint64_t size)
{
    size_t hashes = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_first = all[i].size == size && all[i].sha256;
        for (size_t j = 0; is_first && j < i; j++)
            is_first = all[j].size != size || !is_same_hash(all[j].sha256, all[i].sha256);
        hashes += is_first;
    }
    return hashes;
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
        bool joins = count_hashes(all, count, all[i].size) == 1;
        for (size_t j = 0; j < count; j++) {
            if (all[j].size != all[i].size ||
                (!joins && !is_same_hash(all[j].sha256, all[i].sha256)))
                continue;
            size++;
            latest = all[j].registered > latest ? all[j].registered : latest;
            if (!member || choice_is_better(&all[j], member))
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

/* Sizes and hashes go up; turns differ, so that there is one best. */
static size_t fill(struct seeded *random, struct choice_candidate *all, size_t most)
{
    static const uint8_t *const hashes[] = {NULL, hash_x, hash_y, hash_z};
    size_t count = seeded_below(random, most + 1), hash = 0;
    uint64_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (seeded_below(random, 4) == 0) {
            size++;
            hash = 0;
        }
        while (hash < 3 && seeded_below(random, 3) == 0)
            hash++;
        all[i] = (struct choice_candidate){&all[i],
                                           size,
                                           hashes[hash],
                                           seeded_next(random) >> 1,
                                           seeded_below(random, 3),
                                           seeded_next(random)};
    }
    return count;
}

static void random_offers_agree_with_the_rules(void **state)
{
    struct seeded random;
    (void)state;
    seeded_init(&random, "choice");
    for (int run = 0; run < 20000; run++) {
        struct choice_candidate all[MOST * 2];
        struct choice choice;
        size_t count = fill(&random, all, COUNT_OF(all)), expected;
        choice_init(&choice);
        for (size_t i = 0; i < count; i++)
            choice_offer(&choice, &all[i]);
        const struct choice_group *group = choice_end(&choice);
        const struct choice_candidate *slow = choose_slowly(all, count, &expected);
        assert_ptr_equal(group ? group->best.holder : NULL, slow);
        assert_int_equal(group ? group->count : 0, expected);
        for (size_t i = 0; group && i < count; i++)
            expected -= choice_is_member(group, all[i].size, all[i].sha256);
        assert_int_equal(expected, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_holder_is_chosen),
        cmocka_unit_test(without_offers_there_is_no_choice),
        cmocka_unit_test(a_group_knows_its_members),
        cmocka_unit_test(random_offers_agree_with_the_rules),
    };
    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}

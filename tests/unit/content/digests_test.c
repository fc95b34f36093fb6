/* content/digests.h: what is known of the files, and who is next. */
#include "content/digests.h"

#include "content/hash_record.h"
#include "expect.h"
#include "seeded.h"

static const unsigned char SHA[PLAT_HASH_SIZE] = {1, 2, 3};

static struct stamp stamp(uint64_t size, int64_t mtime_ns)
{
    return (struct stamp){size, mtime_ns, 7};
}

static void want(struct digests *digests, const char *name, uint64_t size, int64_t mtime_ns)
{
    struct stamp wanted = stamp(size, mtime_ns);
    assert_int_equal(digests_want(digests, slice_text(name), &wanted), 0);
}

static struct digest *find(const struct digests *digests, const char *name)
{
    struct digest *digest = digests_find(digests, slice_text(name));
    assert_non_null(digest);
    return digest;
}

static void know(struct digests *digests, const char *name)
{
    digests_know(digests, find(digests, name), SHA, (struct chunk_list){0});
}

/* Takes the next of the queue, which has to be this one. */
static void expect_next(struct digests *digests, const char *name)
{
    struct digest *digest = digests_first(digests);
    assert_non_null(digest);
    assert_slice(digest_name(digest), name);
    digests_open(digests, digest);
    assert_int_equal(digest->state, DIGEST_OPEN);
}

static void the_newest_file_is_hashed_first(void **state)
{
    struct digests digests;
    (void)state;
    digests_init(&digests);
    want(&digests, "old", 1, -100);
    want(&digests, "newest", 1, 300);
    want(&digests, "new", 1, 200);
    assert_int_equal(digests.waiting, 3);
    expect_next(&digests, "newest");
    expect_next(&digests, "new");
    expect_next(&digests, "old");
    assert_null(digests_first(&digests));
    digests_fini(&digests);
}

static void what_was_asked_for_comes_before_that_and_small_ones_first(void **state)
{
    struct digests digests;
    (void)state;
    digests_init(&digests);
    want(&digests, "newest", 5, 300);
    want(&digests, "large", 1000, 100);
    want(&digests, "small", 10, 50);
    assert_true(digests_ask(&digests, find(&digests, "large")));
    assert_false(digests_ask(&digests, find(&digests, "large")));
    assert_true(digests_ask(&digests, find(&digests, "small")));
    expect_next(&digests, "small");
    expect_next(&digests, "large");
    assert_true(digests_is_before(find(&digests, "large"), find(&digests, "newest")));
    expect_next(&digests, "newest");
    digests_fini(&digests);
}

static void one_that_is_being_hashed_can_be_asked_for(void **state)
{
    struct digests digests;
    (void)state;
    digests_init(&digests);
    want(&digests, "a", 5, 1);
    want(&digests, "b", 5, 2);
    expect_next(&digests, "b");
    expect_next(&digests, "a");
    assert_true(digests_ask(&digests, find(&digests, "a")));
    assert_true(digests_is_before(find(&digests, "a"), find(&digests, "b")));
    know(&digests, "a");
    assert_false(digests_ask(&digests, find(&digests, "a")));
    digests_fini(&digests);
}

static void a_hash_is_that_of_one_version(void **state)
{
    struct digests digests;
    struct stamp now = stamp(5, 1), later = stamp(5, 2);
    (void)state;
    digests_init(&digests);
    want(&digests, "a", 5, 1);
    expect_next(&digests, "a");
    know(&digests, "a");
    assert_memory_equal(find(&digests, "a")->sha256, SHA, sizeof SHA);
    assert_non_null(digests_find_version(&digests, slice_text("a"), &now));
    assert_null(digests_find_version(&digests, slice_text("a"), &later));
    want(&digests, "a", 5, 1); /* announced again, and still the same */
    assert_int_equal(find(&digests, "a")->state, DIGEST_KNOWN);
    want(&digests, "a", 5, 2);
    assert_int_equal(find(&digests, "a")->state, DIGEST_WAITING);
    assert_null(digests_find_version(&digests, slice_text("a"), &now));
    expect_next(&digests, "a");
    digests_fini(&digests);
}

static void a_file_that_changes_while_it_is_hashed_waits_again(void **state)
{
    struct digests digests;
    (void)state;
    digests_init(&digests);
    want(&digests, "a", 5, 1);
    expect_next(&digests, "a");
    want(&digests, "a", 6, 2);
    assert_int_equal(find(&digests, "a")->state, DIGEST_WAITING);
    expect_next(&digests, "a");
    digests_fini(&digests);
}

static void a_failed_one_waits_to_be_wanted_or_asked_for(void **state)
{
    struct digests digests;
    (void)state;
    digests_init(&digests);
    want(&digests, "a", 5, 1);
    expect_next(&digests, "a");
    digests_fail(&digests, find(&digests, "a"));
    assert_null(digests_first(&digests));
    want(&digests, "a", 5, 1);
    expect_next(&digests, "a");
    digests_fail(&digests, find(&digests, "a"));
    assert_true(digests_ask(&digests, find(&digests, "a")));
    expect_next(&digests, "a");
    digests_fini(&digests);
}

static void forgotten_files_leave_the_queue(void **state)
{
    struct digests digests;
    (void)state;
    digests_init(&digests);
    want(&digests, "a", 5, 1);
    want(&digests, "b", 5, 2);
    digests_forget(&digests, slice_text("b"));
    digests_forget(&digests, slice_text("b"));
    assert_null(digests_find(&digests, slice_text("b")));
    expect_next(&digests, "a");
    digests_forget(&digests, slice_text("a"));
    assert_null(digests_first(&digests));
    digests_fini(&digests);
}

static void the_size_of_what_is_known_is_counted(void **state)
{
    struct digests digests;
    uint64_t large = 3 * (uint64_t)CHUNK_SIZE;
    (void)state;
    digests_init(&digests);
    want(&digests, "a", 5, 1);
    want(&digests, "large", large, 2);
    assert_true(digests.record_bytes == 0);
    know(&digests, "a");
    know(&digests, "large");
    assert_true(digests.record_bytes == hash_record_size(1, 5) + hash_record_size(5, large));
    assert_int_equal(digests_requeue(&digests, find(&digests, "large")), 0);
    assert_true(digests.record_bytes == hash_record_size(1, 5));
    know(&digests, "large");
    want(&digests, "large", 4, 2);
    digests_forget(&digests, slice_text("a"));
    assert_true(digests.record_bytes == 0);
    digests_fini(&digests);
}

enum { NAMES = 40, STEPS = 20000 };

/* No waiting one may be before the queue's first. */
static void check_first(const struct digests *digests)
{
    const struct digest *first = digests_first(digests), *digest;
    size_t waiting = 0;
    for (size_t at = 0; (digest = table_next(&digests->files, &at)) != NULL;) {
        if (digest->state != DIGEST_WAITING)
            continue;
        waiting++;
        assert_false(digests_is_before(digest, first));
    }
    assert_int_equal(waiting, digests->waiting);
}

static void random_step(struct digests *digests, struct seeded *random)
{
    char name[3] = {'a', (char)('a' + seeded_below(random, NAMES / 2)), '\0'};
    name[0] = (char)('a' + seeded_below(random, 2));
    struct digest *digest = digests_find(digests, slice_text(name));
    switch (seeded_below(random, 7)) {
    case 0:
    case 1:
        want(digests, name, 1 + seeded_below(random, 5), (int64_t)seeded_below(random, 5));
        break;
    case 2: digests_forget(digests, slice_text(name)); break;
    case 3:
        if (digest)
            (void)digests_ask(digests, digest);
        break;
    case 4:
        if (digests_first(digests))
            digests_open(digests, digests_first(digests));
        break;
    case 5:
        if (digest && digest->state == DIGEST_OPEN)
            know(digests, name);
        break;
    default:
        if (digest && digest->state == DIGEST_OPEN)
            digests_fail(digests, digest);
        break;
    }
}

static void the_first_is_the_first_whatever_happens(void **state)
{
    struct digests digests;
    struct seeded random;
    (void)state;
    seeded_init(&random, "the_first_is_the_first_whatever_happens");
    digests_init(&digests);
    for (int i = 0; i < STEPS; i++) {
        random_step(&digests, &random);
        check_first(&digests);
    }
    digests_fini(&digests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_file_is_hashed_first),
        cmocka_unit_test(what_was_asked_for_comes_before_that_and_small_ones_first),
        cmocka_unit_test(one_that_is_being_hashed_can_be_asked_for),
        cmocka_unit_test(a_hash_is_that_of_one_version),
        cmocka_unit_test(a_file_that_changes_while_it_is_hashed_waits_again),
        cmocka_unit_test(a_failed_one_waits_to_be_wanted_or_asked_for),
        cmocka_unit_test(forgotten_files_leave_the_queue),
        cmocka_unit_test(the_size_of_what_is_known_is_counted),
        cmocka_unit_test(the_first_is_the_first_whatever_happens),
    };
    return cmocka_run_group_tests_name("digests", tests, NULL, NULL);
}

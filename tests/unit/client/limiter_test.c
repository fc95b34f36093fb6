/* client/limiter.h: how fast bytes may come. */
#include "client/limiter.h"
#include "expect.h"

/* Takes all that one may take at once. */
static size_t take(struct limiter *limiter, struct limiter_account *account)
{
    size_t allowed = limiter_allow(limiter, account, 4096);
    limiter_take(limiter, account, allowed);
    return allowed;
}

/* The same again and again, until there is no more for him in this round. */
static uint64_t take_all(struct limiter *limiter, struct limiter_account *account)
{
    uint64_t taken = 0;
    for (size_t got = 1; got > 0; taken += got)
        got = take(limiter, account);
    return taken;
}

/* What is let through in ten seconds by someone who takes all he may, and waits as told. */
static void a_rate_is_kept_by_whoever_waits(void **state)
{
    static const uint64_t rates[] = {1, 7, 1000, 65536, 10000000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        struct limiter limiter;
        struct limiter_account account = {0};
        uint64_t now_ms = 500, taken = 0;
        limiter_init(&limiter, rates[i], now_ms);
        while (now_ms <= 10500) {
            size_t got = take(&limiter, &account);
            taken += got;
            if (got > 0 || limiter_begin_round(&limiter, 1, now_ms))
                continue;
            assert_true(limiter_wake_ms(&limiter) > now_ms);
            now_ms = limiter_wake_ms(&limiter);
        }
        assert_between(taken, rates[i] * 9, rates[i] * 10 + rates[i] / 8 + 1);
    }
}

/* The first one asks for more whenever it may, before the others have asked at all. */
static void shares_are_equal_whoever_comes_first(void **state)
{
    struct limiter limiter;
    struct limiter_account accounts[3] = {0};
    uint64_t taken[3] = {0}, now_ms = 0;
    (void)state;
    limiter_init(&limiter, 1000000, now_ms);
    for (; now_ms < 10000; now_ms = limiter_wake_ms(&limiter)) {
        (void)limiter_begin_round(&limiter, 3, now_ms);
        for (unsigned k = 0; k < 3; k++)
            taken[k] += take_all(&limiter, &accounts[k]);
    }
    for (unsigned k = 0; k < 3; k++)
        assert_between(taken[k], 3200000, 3340000);
}

/* Its share lies idle for a while only. */
static void who_takes_nothing_costs_the_others_nothing(void **state)
{
    struct limiter limiter;
    struct limiter_account account = {0};
    uint64_t taken = 0, now_ms = 0;
    (void)state;
    limiter_init(&limiter, 1000000, now_ms);
    while (now_ms <= 10000) {
        while (limiter_begin_round(&limiter, 4, now_ms))
            taken += take_all(&limiter, &account);
        now_ms = limiter_wake_ms(&limiter);
    }
    assert_between(taken, 9800000, 10030000);
}

static void many_share_a_rate_of_a_few_bytes(void **state)
{
    struct limiter limiter;
    struct limiter_account accounts[64] = {0};
    uint64_t taken = 0, now_ms = 0;
    (void)state;
    limiter_init(&limiter, 10, now_ms);
    for (; now_ms < 100000; now_ms = limiter_wake_ms(&limiter)) {
        (void)limiter_begin_round(&limiter, 64, now_ms);
        for (unsigned k = 0; k < 64; k++)
            taken += take_all(&limiter, &accounts[k]);
    }
    assert_between(taken, 900, 1064);
}

static void no_rate_is_no_limit(void **state)
{
    struct limiter limiter;
    struct limiter_account account = {0};
    (void)state;
    limiter_init(&limiter, 0, 5);
    assert_int_equal(limiter_allow(&limiter, &account, 1000000), 1000000);
    limiter_take(&limiter, &account, 1000000);
    assert_int_equal(limiter_allow(&limiter, &account, 1000000), 1000000);
    assert_int_equal(limiter_wake_ms(&limiter), 5);
}

static void what_came_unasked_is_waited_for(void **state)
{
    struct limiter limiter;
    struct limiter_account account = {0};
    (void)state;
    limiter_init(&limiter, 1000, 0);
    assert_true(limiter_begin_round(&limiter, 1, 0));
    limiter_take(&limiter, &account, 5020);
    assert_false(limiter_begin_round(&limiter, 1, 4900));
    assert_int_equal(limiter_allow(&limiter, &account, 100), 0);
    assert_between(limiter_wake_ms(&limiter), 5020, 5022);
    assert_true(limiter_begin_round(&limiter, 1, 5030));
    assert_int_equal(limiter_allow(&limiter, &account, 100), 30);
}

static void what_came_unasked_is_of_its_share(void **state)
{
    struct limiter limiter;
    struct limiter_account accounts[2] = {0};
    (void)state;
    limiter_init(&limiter, 1000, 0);
    assert_true(limiter_begin_round(&limiter, 2, 100));
    limiter_take(&limiter, &accounts[0], 40);
    assert_int_equal(limiter_allow(&limiter, &accounts[0], 100), 10);
    assert_int_equal(limiter_allow(&limiter, &accounts[1], 100), 50);
    assert_true(limiter_begin_round(&limiter, 2, 100));
    assert_int_equal(limiter_allow(&limiter, &accounts[0], 100), 30);
}

static void a_debt_stays_while_the_rate_does(void **state)
{
    struct limiter limiter;
    struct limiter_account account = {0};
    (void)state;
    limiter_init(&limiter, 0, 0);
    limiter_set_rate(&limiter, 1000, 0);
    limiter_take(&limiter, &account, 5020);
    limiter_set_rate(&limiter, 1000, 10);
    assert_between(limiter_wake_ms(&limiter), 5020, 5022);
    limiter_set_rate(&limiter, 2000, 10);
    assert_int_equal(limiter_wake_ms(&limiter), 10);
}

static void the_highest_rate_lets_all_in(void **state)
{
    struct limiter limiter;
    struct limiter_account account = {0};
    (void)state;
    limiter_init(&limiter, INT64_MAX, 0);
    assert_true(limiter_begin_round(&limiter, 64, 1));
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(take(&limiter, &account), 4096);
    assert_int_equal(limiter_wake_ms(&limiter), 1);
}

static void a_long_pause_is_no_reason_for_a_flood(void **state)
{
    struct limiter limiter;
    struct limiter_account account = {0};
    (void)state;
    limiter_init(&limiter, 1000, 0);
    assert_true(limiter_begin_round(&limiter, 1, 3600000));
    assert_int_equal(limiter_allow(&limiter, &account, 100000), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_is_kept_by_whoever_waits),
        cmocka_unit_test(shares_are_equal_whoever_comes_first),
        cmocka_unit_test(who_takes_nothing_costs_the_others_nothing),
        cmocka_unit_test(many_share_a_rate_of_a_few_bytes),
        cmocka_unit_test(no_rate_is_no_limit),
        cmocka_unit_test(what_came_unasked_is_waited_for),
        cmocka_unit_test(what_came_unasked_is_of_its_share),
        cmocka_unit_test(a_debt_stays_while_the_rate_does),
        cmocka_unit_test(the_highest_rate_lets_all_in),
        cmocka_unit_test(a_long_pause_is_no_reason_for_a_flood),
    };
    return cmocka_run_group_tests_name("limiter", tests, NULL, NULL);
}

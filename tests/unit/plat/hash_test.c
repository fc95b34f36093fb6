/*
 * Conformance of plat/hash.h: the vectors of FIPS 180-4's examples and NIST's additional ones, and
 * whatever parts a message comes in.
 */
#include "plat/hash.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "plat/thread.h"

enum { HEX_SIZE = 2 * PLAT_HASH_SIZE + 1, PATTERN_SIZE = 1025 };

static int setup(void **state)
{
    struct plat_hash *hash = NULL;
    assert_status(PLAT_OK, plat_hash_open(&hash));
    assert_non_null(hash);
    *state = hash;
    return 0;
}

static int teardown(void **state)
{
    plat_hash_close(*state);
    return 0;
}

/* Ends the message, whose digest must be this one. */
static void expect_digest(struct plat_hash *hash, const char *hex)
{
    unsigned char digest[PLAT_HASH_SIZE];
    char text[HEX_SIZE];

    assert_status(PLAT_OK, plat_hash_end(hash, digest));
    for (size_t i = 0; i < sizeof(digest); i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    assert_string_equal(text, hex);
}

static void digest_of(struct plat_hash *hash, const void *data, size_t size,
                      unsigned char digest[PLAT_HASH_SIZE])
{
    plat_hash_update(hash, data, size);
    assert_status(PLAT_OK, plat_hash_end(hash, digest));
}

/* Bytes of which no 64 are like the 64 before. */
static void fill_pattern(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(i * 7 + (i >> 8) * 13);
    }
}

static const struct {
    const char *message;
    const char *hex;
} texts[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
     "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"\xbd", "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    {"\xc9\x8c\x8e\x55", "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
};

static void known_texts_have_their_digests(void **state)
{
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        plat_hash_update(*state, texts[i].message, strlen(texts[i].message));
        expect_digest(*state, texts[i].hex);
    }
}

static const struct {
    size_t count;
    int byte;
    const char *hex;
} runs[] = {
    /* around the place of the length in the last block, and a full one */
    {55, 0, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
    {56, 0, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
    {57, 0, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
    {64, 0, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
    {1000, 0, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
    {1000, 'A', "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"},
    {1005, 'U', "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"},
    {1000000, 0, "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"},
    {1000000, 'a', "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void runs_of_one_byte_have_their_digests(void **state)
{
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        void *bytes = malloc(runs[i].count);
        assert_non_null(bytes);
        memset(bytes, runs[i].byte, runs[i].count);
        plat_hash_update(*state, bytes, runs[i].count);
        expect_digest(*state, runs[i].hex);
        free(bytes);
    }
}

/* The digest of the digests of the pattern's first 0, 1, … bytes, as another implementation has
 * it: no length is left out, and all systems agree on each. */
static void every_length_has_its_digest(void **state)
{
    unsigned char pattern[PATTERN_SIZE], digests[(PATTERN_SIZE + 1) * PLAT_HASH_SIZE];

    fill_pattern(pattern, sizeof(pattern));
    for (size_t size = 0; size <= sizeof(pattern); size++) {
        digest_of(*state, pattern, size, digests + size * PLAT_HASH_SIZE);
    }
    plat_hash_update(*state, digests, sizeof(digests));
    expect_digest(*state, "a173781df3cc6e6bdf35fb82c91187ce3d9635441ae1630a30fff070318eb1f8");
}

static void every_split_has_the_same_digest(void **state)
{
    unsigned char pattern[200], whole[PLAT_HASH_SIZE], parts[PLAT_HASH_SIZE];

    fill_pattern(pattern, sizeof(pattern));
    digest_of(*state, pattern, sizeof(pattern), whole);
    for (size_t first = 0; first <= sizeof(pattern); first++) {
        for (size_t second = first; second <= sizeof(pattern); second++) {
            plat_hash_update(*state, pattern, first);
            plat_hash_update(*state, pattern + first, second - first);
            digest_of(*state, pattern + second, sizeof(pattern) - second, parts);
            assert_memory_equal(parts, whole, PLAT_HASH_SIZE);
        }
    }
}

static void equal_parts_of_any_size_have_the_same_digest(void **state)
{
    unsigned char pattern[PATTERN_SIZE], whole[PLAT_HASH_SIZE], parts[PLAT_HASH_SIZE];

    fill_pattern(pattern, sizeof(pattern));
    digest_of(*state, pattern, sizeof(pattern), whole);
    for (size_t most = 1; most <= 130; most++) {
        for (size_t at = 0; at < sizeof(pattern); at += most) {
            size_t left = sizeof(pattern) - at;
            plat_hash_update(*state, pattern + at, left < most ? left : most);
        }
        assert_status(PLAT_OK, plat_hash_end(*state, parts));
        assert_memory_equal(parts, whole, PLAT_HASH_SIZE);
    }
}

static void alignment_makes_no_difference(void **state)
{
    unsigned char pattern[300], shifted[300 + 16], whole[PLAT_HASH_SIZE], again[PLAT_HASH_SIZE];

    fill_pattern(pattern, sizeof(pattern));
    digest_of(*state, pattern, sizeof(pattern), whole);
    for (size_t shift = 0; shift < 16; shift++) {
        memcpy(shifted + shift, pattern, sizeof(pattern));
        digest_of(*state, shifted + shift, sizeof(pattern), again);
        assert_memory_equal(again, whole, PLAT_HASH_SIZE);
    }
}

static void no_bytes_add_nothing_and_may_be_nowhere(void **state)
{
    plat_hash_update(*state, NULL, 0);
    expect_digest(*state, texts[0].hex);
    plat_hash_update(*state, "ab", 2);
    plat_hash_update(*state, NULL, 0);
    plat_hash_update(*state, "c", 1);
    plat_hash_update(*state, "", 0);
    expect_digest(*state, texts[1].hex);
}

static void end_begins_anew(void **state)
{
    plat_hash_update(*state, "abc", 3);
    expect_digest(*state, texts[1].hex);
    expect_digest(*state, texts[0].hex);
    plat_hash_update(*state, "abc", 3);
    expect_digest(*state, texts[1].hex);
}

static void begin_forgets_what_was_added(void **state)
{
    unsigned char bytes[100] = {0};

    for (size_t size = 0; size <= sizeof(bytes); size++) {
        plat_hash_update(*state, bytes, size);
        plat_hash_begin(*state);
        plat_hash_begin(*state);
        plat_hash_update(*state, "abc", 3);
        expect_digest(*state, texts[1].hex);
    }
}

static void hashers_know_nothing_of_each_other(void **state)
{
    struct plat_hash *hashes[COUNT_OF(texts)];
    size_t longest = 0;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t length = strlen(texts[i].message);
        longest = length > longest ? length : longest;
        assert_status(PLAT_OK, plat_hash_open(&hashes[i]));
    }
    for (size_t at = 0; at < longest; at++) {
        for (size_t i = 0; i < COUNT_OF(texts); i++) {
            if (at < strlen(texts[i].message)) {
                plat_hash_update(hashes[i], texts[i].message + at, 1);
            }
        }
    }
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        expect_digest(hashes[i], texts[i].hex);
        plat_hash_close(hashes[i]);
    }
}

static void closing_no_hasher_and_one_in_the_middle_is_allowed(void **state)
{
    struct plat_hash *hash = NULL;
    (void)state;

    plat_hash_close(NULL);
    assert_status(PLAT_OK, plat_hash_open(&hash));
    plat_hash_close(hash);
    assert_status(PLAT_OK, plat_hash_open(&hash));
    plat_hash_update(hash, "abc", 3);
    plat_hash_close(hash);
}

struct work {
    unsigned char seed;
    unsigned char digest[PLAT_HASH_SIZE];
    int rc;
};

/* Hashes its own digest many times over, with a hasher of its own. */
static void hash_many(void *arg)
{
    struct work *work = arg;
    struct plat_hash *hash = NULL;

    memset(work->digest, work->seed, sizeof(work->digest));
    work->rc = plat_hash_open(&hash);
    for (int i = 0; i < 5000 && work->rc == PLAT_OK; i++) {
        plat_hash_update(hash, work->digest, sizeof(work->digest));
        work->rc = plat_hash_end(hash, work->digest);
    }
    plat_hash_close(hash);
}

static void threads_hash_at_once(void **state)
{
    struct plat_thread threads[4];
    struct work work[COUNT_OF(threads)], alone[COUNT_OF(threads)];
    (void)state;

    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        work[i].seed = alone[i].seed = (unsigned char)i;
        assert_status(PLAT_OK, plat_thread_start(&threads[i], hash_many, &work[i]));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        plat_thread_join(&threads[i]);
        hash_many(&alone[i]);
        assert_status(PLAT_OK, work[i].rc);
        assert_status(PLAT_OK, alone[i].rc);
        assert_memory_equal(work[i].digest, alone[i].digest, PLAT_HASH_SIZE);
    }
}

#define hash_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        hash_test(known_texts_have_their_digests),
        hash_test(runs_of_one_byte_have_their_digests),
        hash_test(every_length_has_its_digest),
        hash_test(every_split_has_the_same_digest),
        hash_test(equal_parts_of_any_size_have_the_same_digest),
        hash_test(alignment_makes_no_difference),
        hash_test(no_bytes_add_nothing_and_may_be_nowhere),
        hash_test(end_begins_anew),
        hash_test(begin_forgets_what_was_added),
        cmocka_unit_test(hashers_know_nothing_of_each_other),
        cmocka_unit_test(closing_no_hasher_and_one_in_the_middle_is_allowed),
        cmocka_unit_test(threads_hash_at_once),
    };
    return cmocka_run_group_tests_name("plat/hash", tests, NULL, NULL);
}

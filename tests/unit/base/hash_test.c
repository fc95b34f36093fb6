/* base/hash.h: SipHash-1-3, against a slow implementation made from the paper alone. */
#include "base/hash.h"

#include "expect.h"
#include "seeded.h"

/* SipHash-c-d after Aumasson and Bernstein, section 2: the message is padded into words first, and
 * every step is written as there. */
struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t left(uint64_t value, unsigned by)
{
    return (value << by) | (value >> (64 - by));
}

static void sip_rounds(struct sip *s, int count)
{
    while (count-- > 0) {
        s->v0 += s->v1;
        s->v2 += s->v3;
        s->v1 = left(s->v1, 13);
        s->v3 = left(s->v3, 16);
        s->v1 ^= s->v0;
        s->v3 ^= s->v2;
        s->v0 = left(s->v0, 32);
        s->v2 += s->v1;
        s->v0 += s->v3;
        s->v1 = left(s->v1, 17);
        s->v3 = left(s->v3, 21);
        s->v1 ^= s->v2;
        s->v3 ^= s->v0;
        s->v2 = left(s->v2, 32);
    }
}

static uint64_t sip_reference(int c, int d, struct hash_key key, const unsigned char *m, size_t b)
{
    struct sip s = {key.k0 ^ 0x736f6d6570736575u, key.k1 ^ 0x646f72616e646f6du,
                    key.k0 ^ 0x6c7967656e657261u, key.k1 ^ 0x7465646279746573u};
    for (size_t word = 0; word < (b + 8) / 8; word++) {
        uint64_t mi = 0;
        for (size_t i = 8; i-- > 0;) {
            size_t at = word * 8 + i;
            bool last = word == b / 8 && i == 7;
            uint64_t byte = last ? b & 0xff : at < b ? m[at] : 0u;
            mi = mi << 8 | byte;
        }
        s.v3 ^= mi;
        sip_rounds(&s, c);
        s.v0 ^= mi;
    }
    s.v2 ^= 0xff;
    sip_rounds(&s, d);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* The paper's key and message: 00 01 02 ... */
static const struct hash_key paper_key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

static void count_up(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)i;
}

/* The reference is right about the paper's own example (appendix A), which is of SipHash-2-4. */
static void reference_agrees_with_the_paper(void **state)
{
    unsigned char message[15];
    (void)state;
    count_up(message, sizeof message);
    assert_true(sip_reference(2, 4, paper_key, message, 15) == 0xa129ca6149be45e5u);
}

/* Answers that other implementations of SipHash-1-3 give for that key and 0, 1, 8, 15 bytes. */
static void known_answers_hold(void **state)
{
    static const struct {
        const char *row;
        size_t size;
        uint64_t hash;
    } rows[] = {
        {"no bytes", 0, 0xabac0158050fc4dcu},
        {"one byte", 1, 0xc9f49bf37d57ca93u},
        {"eight bytes", 8, 0x369095118d299a8eu},
        {"fifteen bytes", 15, 0xd320d86d2a519956u},
    };
    unsigned char message[15];
    (void)state;
    count_up(message, sizeof message);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct slice bytes = slice_of((const char *)message, rows[i].size);
        assert_row_number(rows[i].row, hash_bytes(&paper_key, bytes), rows[i].hash);
    }
}

static void every_length_and_key_agrees_with_the_reference(void **state)
{
    unsigned char message[300];
    struct seeded random;
    (void)state;
    seeded_init(&random, "hash");
    for (size_t size = 0; size <= sizeof message; size++) {
        struct hash_key key = {seeded_next(&random), seeded_next(&random)};
        for (size_t i = 0; i < size; i++)
            message[i] = (unsigned char)seeded_next(&random);
        assert_true(hash_bytes(&key, slice_of((const char *)message, size)) ==
                    sip_reference(1, 3, key, message, size));
    }
}

static void alignment_makes_no_difference(void **state)
{
    char bytes[64 + 8];
    (void)state;
    for (size_t shift = 0; shift < 8; shift++) {
        memset(bytes + shift, 'x', 64);
        assert_true(hash_bytes(&paper_key, slice_of(bytes + shift, 64)) ==
                    sip_reference(1, 3, paper_key, (unsigned char *)bytes + shift, 64));
    }
}

static void no_bytes_may_be_nowhere(void **state)
{
    (void)state;
    assert_true(hash_bytes(&paper_key, slice_of(NULL, 0)) ==
                hash_bytes(&paper_key, slice_text("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_agrees_with_the_paper),
        cmocka_unit_test(known_answers_hold),
        cmocka_unit_test(every_length_and_key_agrees_with_the_reference),
        cmocka_unit_test(alignment_makes_no_difference),
        cmocka_unit_test(no_bytes_may_be_nowhere),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}

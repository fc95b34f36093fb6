/* content/hash_record.h: what is written is read, and nothing else is taken for it. */
#include "content/hash_record.h"

#include "expect.h"
#include "seeded.h"

static struct hash_record sample(const char *name, uint64_t size)
{
    struct hash_record record = {.name = slice_text(name), .stamp = {size, -5, UINT64_MAX - 3}};
    for (size_t i = 0; i < PLAT_HASH_SIZE; i++)
        record.sha256[i] = (unsigned char)(i * 7);
    return record;
}

static void a_record_comes_back_as_it_was(void **state)
{
    static const uint64_t sizes[] = {0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, INT64_MAX};
    char *longest = text_of('n', FILE_NAME_SIZE_MAX);
    const char *names[] = {"a", "pool/a b.iso", longest};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (size_t j = 0; j < COUNT_OF(names); j++) {
            struct hash_record record = sample(names[j], sizes[i]), back;
            struct buffer out = BUFFER_INIT;
            size_t used;
            hash_record_encode(&out, &record);
            buffer_put_text(&out, "what follows");
            assert_int_equal(hash_record_decode(buffer_content(&out), &back, &used),
                             HASH_RECORD_OK);
            assert_int_equal(used, buffer_size(&out) - strlen("what follows"));
            assert_true(used <= HASH_HEAD_SIZE_MAX);
            assert_true(hash_record_size(record.name.size, sizes[i]) ==
                        used + hash_record_blocks_size(sizes[i]));
            assert_slices(back.name, record.name);
            assert_true(stamp_equal(&back.stamp, &record.stamp));
            assert_memory_equal(back.sha256, record.sha256, PLAT_HASH_SIZE);
            buffer_fini(&out);
        }
    }
    free(longest);
}

static void a_record_that_is_cut_off_is_partial(void **state)
{
    struct hash_record record = sample("some/name", 77), back;
    struct buffer out = BUFFER_INIT;
    size_t used;
    (void)state;
    hash_record_encode(&out, &record);
    for (size_t size = 0; size < buffer_size(&out); size++)
        assert_int_equal(
            hash_record_decode(slice_of(buffer_content(&out).data, size), &back, &used),
            HASH_RECORD_PARTIAL);
    buffer_fini(&out);
}

static void a_record_with_one_wrong_bit_is_not_taken(void **state)
{
    struct hash_record record = sample("some/name", 77), back;
    struct buffer out = BUFFER_INIT;
    size_t used;
    (void)state;
    hash_record_encode(&out, &record);
    char *bytes = out.data + out.start;
    for (size_t bit = 0; bit < 8 * buffer_size(&out); bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_not_equal(hash_record_decode(buffer_content(&out), &back, &used),
                             HASH_RECORD_OK);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    assert_int_equal(hash_record_decode(buffer_content(&out), &back, &used), HASH_RECORD_OK);
    buffer_fini(&out);
}

static void names_and_sizes_that_cannot_be_served_are_bad(void **state)
{
    static const char *const names[] = {"../up", "/root",       "a//b", ".hidden",
                                        "a/.b",  "x.mcdn-part", "a\nb", " a"};
    struct hash_record back;
    size_t used;
    (void)state;
    for (size_t i = 0; i <= COUNT_OF(names); i++) {
        bool by_size = i == COUNT_OF(names);
        struct hash_record record =
            sample(by_size ? "a" : names[i], by_size ? (uint64_t)INT64_MAX + 1 : 1);
        struct buffer out = BUFFER_INIT;
        hash_record_encode(&out, &record);
        assert_row_number(by_size ? "size" : names[i],
                          hash_record_decode(buffer_content(&out), &back, &used), HASH_RECORD_BAD);
        buffer_fini(&out);
    }
}

static void zeros_and_long_names_are_bad_at_once(void **state)
{
    static const char zeros[4] = {0}, long_name[4] = {1, 4, 0, 0}, longest_name[4] = {0, 4, 0, 0};
    struct hash_record back;
    size_t used;
    (void)state;
    assert_int_equal(hash_record_decode(slice_of(zeros, 4), &back, &used), HASH_RECORD_BAD);
    assert_int_equal(hash_record_decode(slice_of(long_name, 4), &back, &used), HASH_RECORD_BAD);
    assert_int_equal(hash_record_decode(slice_of(longest_name, 4), &back, &used),
                     HASH_RECORD_PARTIAL);
}

static void chunks_are_counted_and_only_several_have_blocks(void **state)
{
    static const struct {
        const char *label;
        uint64_t size, chunks, blocks_size;
    } rows[] = {
        {"empty", 0, 0, 0},
        {"one byte", 1, 1, 0},
        {"one chunk", CHUNK_SIZE, 1, 0},
        {"two chunks", CHUNK_SIZE + 1, 2, 2 * 32 + 8},
        {"a full block", 64ull * CHUNK_SIZE, 64, 64 * 32 + 8},
        {"one more", 64ull * CHUNK_SIZE + 1, 65, 65 * 32 + 16},
        {"1 TiB", 1ull << 40, 262144, 262144 * 32 + 4096 * 8},
        {"the largest", INT64_MAX, 1ull << 41, (1ull << 46) + (1ull << 38)},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_row_number(rows[i].label, hash_record_chunks(rows[i].size), rows[i].chunks);
        assert_row_number(rows[i].label, hash_record_blocks_size(rows[i].size),
                          rows[i].blocks_size);
    }
}

static void a_block_is_known_by_its_bytes_and_its_place(void **state)
{
    struct seeded random;
    unsigned char digests[HASH_BLOCK_CHUNKS * PLAT_HASH_SIZE];
    struct buffer out = BUFFER_INIT;
    (void)state;
    seeded_init(&random, "a_block_is_known_by_its_bytes_and_its_place");
    for (size_t i = 0; i < sizeof digests; i++)
        digests[i] = (unsigned char)seeded_next(&random);
    hash_record_encode_block(&out, 3, digests, HASH_BLOCK_CHUNKS);
    assert_int_equal(buffer_size(&out), HASH_BLOCK_SIZE);
    unsigned char *block = (unsigned char *)out.data + out.start;
    assert_memory_equal(block, digests, sizeof digests);
    assert_true(hash_record_check_block(block, 3, HASH_BLOCK_CHUNKS));
    assert_false(hash_record_check_block(block, 4, HASH_BLOCK_CHUNKS));
    assert_false(hash_record_check_block(block, 3, HASH_BLOCK_CHUNKS - 1));
    block[seeded_below(&random, HASH_BLOCK_SIZE)] ^= 1;
    assert_false(hash_record_check_block(block, 3, HASH_BLOCK_CHUNKS));
    buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_comes_back_as_it_was),
        cmocka_unit_test(a_record_that_is_cut_off_is_partial),
        cmocka_unit_test(a_record_with_one_wrong_bit_is_not_taken),
        cmocka_unit_test(names_and_sizes_that_cannot_be_served_are_bad),
        cmocka_unit_test(zeros_and_long_names_are_bad_at_once),
        cmocka_unit_test(chunks_are_counted_and_only_several_have_blocks),
        cmocka_unit_test(a_block_is_known_by_its_bytes_and_its_place),
    };
    return cmocka_run_group_tests_name("hash_record", tests, NULL, NULL);
}

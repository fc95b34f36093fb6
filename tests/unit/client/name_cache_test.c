/* client/name_cache.h */
#include "client/name_cache.h"

#include "expect.h"

static void put(void *arg, struct slice name)
{
    struct buffer *out = arg;
    buffer_put_slice(out, name);
    buffer_put_char(out, ';');
}

static void expect_names(const struct name_cache *cache, const char *names)
{
    struct buffer out = BUFFER_INIT;
    name_cache_each(cache, put, &out);
    assert_slice(buffer_content(&out), names);
    buffer_fini(&out);
}

static void names_are_kept_for_some_seconds(void **state)
{
    struct name_cache cache = {0};
    (void)state;
    assert_false(name_cache_is_fresh(&cache, 1000));
    name_cache_begin(&cache);
    name_cache_add(&cache, slice_text("a b"));
    name_cache_add(&cache, slice_text("c/d"));
    assert_false(name_cache_is_fresh(&cache, 1000));
    name_cache_end(&cache, 1000);
    assert_true(name_cache_is_fresh(&cache, 1000 + NAME_CACHE_MS - 1));
    assert_false(name_cache_is_fresh(&cache, 1000 + NAME_CACHE_MS));
    expect_names(&cache, "a b;c/d;");
    name_cache_begin(&cache);
    assert_false(name_cache_is_fresh(&cache, 1000));
    expect_names(&cache, "");
    name_cache_fini(&cache);
}

static void an_empty_list_is_one(void **state)
{
    struct name_cache cache = {0};
    (void)state;
    name_cache_begin(&cache);
    name_cache_end(&cache, 1000);
    assert_true(name_cache_is_fresh(&cache, 1000));
    expect_names(&cache, "");
    name_cache_fini(&cache);
}

static void more_than_it_takes_is_not_kept(void **state)
{
    enum { SIZE = 1023, FITS = NAME_CACHE_SIZE_MAX / (SIZE + 1) };
    struct name_cache cache = {0};
    char *name = text_of('x', SIZE);
    (void)state;
    for (size_t count = FITS; count <= FITS + 1; count++) {
        name_cache_begin(&cache);
        for (size_t i = 0; i < count; i++)
            name_cache_add(&cache, slice_text(name));
        name_cache_end(&cache, 1000);
        assert_int_equal(name_cache_is_fresh(&cache, 1000), count == FITS);
    }
    expect_names(&cache, "");
    name_cache_fini(&cache);
    free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_kept_for_some_seconds),
        cmocka_unit_test(an_empty_list_is_one),
        cmocka_unit_test(more_than_it_takes_is_not_kept),
    };
    return cmocka_run_group_tests_name("name cache", tests, NULL, NULL);
}

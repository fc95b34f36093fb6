#include "client/name_cache.h"

#include <string.h>

void name_cache_fini(struct name_cache *cache)
{
    buffer_fini(&cache->names);
    *cache = (struct name_cache){0};
}

void name_cache_begin(struct name_cache *cache)
{
    name_cache_fini(cache);
}

void name_cache_add(struct name_cache *cache, struct slice name)
{
    cache->is_too_large = cache->is_too_large || cache->names.failed ||
                          buffer_size(&cache->names) + name.size + 1 > NAME_CACHE_SIZE_MAX;
    if (cache->is_too_large) {
        buffer_fini(&cache->names);
        return;
    }
    buffer_put_slice(&cache->names, name);
    buffer_put_char(&cache->names, '\n');
}

void name_cache_end(struct name_cache *cache, uint64_t now_ms)
{
    if (!cache->is_too_large && !cache->names.failed)
        cache->until_ms = now_ms + NAME_CACHE_MS;
}

bool name_cache_is_fresh(const struct name_cache *cache, uint64_t now_ms)
{
    return now_ms < cache->until_ms;
}

void name_cache_each(const struct name_cache *cache, void (*on_name)(void *arg, struct slice name),
                     void *arg)
{
    struct slice rest = buffer_content(&cache->names);
    while (rest.size > 0) {
        const char *end = memchr(rest.data, '\n', rest.size);
        size_t size = end ? (size_t)(end - rest.data) : rest.size;
        on_name(arg, slice_of(rest.data, size));
        size += end != NULL;
        rest = slice_of(rest.data + size, rest.size - size);
    }
}

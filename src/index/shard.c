#include "index/shard.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void shard_init(struct shard *shard)
{
    *shard = (struct shard){.files = TABLE_INIT};
    plat_mutex_init(&shard->mutex);
}

static void free_record(struct record *record)
{
    free(record->sha256);
    free(record);
}

static void free_file(struct file *file)
{
    while (file->records) {
        struct record *record = file->records;
        file->records = record->next_holder;
        free_record(record);
    }
    free(file);
}

void shard_fini(struct shard *shard)
{
    size_t at = 0;
    struct file *file;
    while ((file = table_next(&shard->files, &at)) != NULL)
        free_file(file);
    table_fini(&shard->files);
    free(shard->order);
    plat_mutex_fini(&shard->mutex);
}

static bool has_name(const void *item, const void *key)
{
    return slice_equal(file_name(item), *(const struct slice *)key);
}

struct file *shard_find(const struct shard *shard, uint32_t hash, struct slice name)
{
    return table_find(&shard->files, hash, has_name, &name);
}

struct record *shard_find_record(const struct shard *shard, uint32_t hash, struct slice name,
                                 const struct catalogue_list *list)
{
    struct file *file = shard_find(shard, hash, name);
    struct record *record = file ? file->records : NULL;
    while (record && record->list != list)
        record = record->next_holder;
    return record;
}

/* The order of the names is made when the first listing asks for it, and kept from then on, so that
 * a listing beside a registration does not sort again and again. */
static bool reserve_order(struct shard *shard, size_t count)
{
    size_t capacity = shard->order_capacity ? shard->order_capacity : 16;
    while (capacity < count)
        capacity *= 2;
    if (capacity == shard->order_capacity)
        return true;
    struct file **order = realloc(shard->order, capacity * sizeof(struct file *));
    if (!order)
        return false;
    shard->order = order;
    shard->order_capacity = capacity;
    return true;
}

static int by_name(const void *a, const void *b)
{
    return slice_compare(file_name(*(struct file *const *)a), file_name(*(struct file *const *)b));
}

static void make_order(struct shard *shard)
{
    size_t at = 0, count = 0;
    struct file *file;
    if (!reserve_order(shard, shard->files.count))
        return;
    while ((file = table_next(&shard->files, &at)) != NULL)
        shard->order[count++] = file;
    qsort(shard->order, count, sizeof(struct file *), by_name);
    shard->is_ordered = true;
}

static size_t first_after(const struct shard *shard, size_t count, struct slice after)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(file_name(shard->order[middle]), after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* `count` is how many stand in the order before. */
static void order_insert(struct shard *shard, struct file *file, size_t count)
{
    if (!shard->is_ordered)
        return;
    shard->is_ordered = reserve_order(shard, count + 1);
    if (!shard->is_ordered)
        return; /* the next listing makes it anew */
    size_t at = first_after(shard, count, file_name(file));
    memmove(shard->order + at + 1, shard->order + at, (count - at) * sizeof(struct file *));
    shard->order[at] = file;
}

static void order_remove(struct shard *shard, const struct file *file, size_t count)
{
    if (!shard->is_ordered)
        return;
    size_t behind = first_after(shard, count, file_name(file));
    memmove(shard->order + behind - 1, shard->order + behind,
            (count - behind) * sizeof(struct file *));
}

static struct file *add_file(struct shard *shard, uint32_t hash, struct slice name)
{
    struct file *file = malloc(offsetof(struct file, name) + name.size);
    if (!file)
        return NULL;
    file->records = NULL;
    file->name_size = (uint16_t)name.size;
    memcpy(file->name, name.data, name.size);
    if (table_add(&shard->files, hash, file) < 0) {
        free(file);
        return NULL;
    }
    order_insert(shard, file, shard->files.count - 1);
    return file;
}

/* Those without a hash come first. */
static bool stands_before(const struct record *a, const struct record *b)
{
    if (a->size != b->size)
        return a->size < b->size;
    if (!a->sha256 || !b->sha256)
        return !a->sha256 && b->sha256;
    return memcmp(a->sha256, b->sha256, PLAT_HASH_SIZE) < 0;
}

static void link_holder(struct record *record)
{
    struct record **at = &record->file->records;
    while (*at && stands_before(*at, record))
        at = &(*at)->next_holder;
    record->next_holder = *at;
    *at = record;
}

static void unlink_holder(struct record *record)
{
    struct record **at = &record->file->records;
    while (*at != record)
        at = &(*at)->next_holder;
    *at = record->next_holder;
}

int shard_add(struct shard *shard, uint32_t hash, struct slice name, struct record *record)
{
    struct file *file = shard_find(shard, hash, name);
    if (!file)
        file = add_file(shard, hash, name);
    if (!file)
        return PLAT_ERR_NO_MEMORY;
    record->file = file;
    link_holder(record);
    return 0;
}

void shard_remove(struct shard *shard, uint32_t hash, struct record *record)
{
    struct file *file = record->file;
    unlink_holder(record);
    free_record(record);
    if (file->records)
        return;
    order_remove(shard, file, shard->files.count);
    table_remove(&shard->files, hash, file);
    free(file);
}

void shard_resize(struct record *record, uint64_t size, uint64_t registered)
{
    unlink_holder(record);
    free(record->sha256);
    record->sha256 = NULL;
    record->size = size;
    record->registered = registered;
    link_holder(record);
}

int shard_set_hash(struct record *record, const uint8_t sha256[PLAT_HASH_SIZE])
{
    uint8_t *copy = record->sha256 ? record->sha256 : malloc(PLAT_HASH_SIZE);
    if (!copy)
        return PLAT_ERR_NO_MEMORY;
    unlink_holder(record);
    memcpy(copy, sha256, PLAT_HASH_SIZE);
    record->sha256 = copy;
    link_holder(record);
    return 0;
}

size_t shard_names(struct shard *shard, struct slice after, size_t most, struct buffer *bytes,
                   size_t *sizes)
{
    size_t count = 0;
    if (shard->files.count == 0)
        return 0;
    if (!shard->is_ordered)
        make_order(shard);
    if (!shard->is_ordered) {
        bytes->failed = true;
        return 0;
    }
    for (size_t at = first_after(shard, shard->files.count, after);
         at < shard->files.count && count < most; at++) {
        buffer_put_slice(bytes, file_name(shard->order[at]));
        sizes[count++] = shard->order[at]->name_size;
    }
    return count;
}

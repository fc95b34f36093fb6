#include "content/shelf.h"

#include <stdlib.h>

#include "base/container.h"
#include "base/hash.h"
#include "base/table.h"
#include "proto/reply.h"

/* A file on the shelf, in one piece of memory: this, the name, the answer. */
struct item {
    struct shelf_file file;
    struct item *newer, *older; /* in the order of their last use */
    uint64_t read_ms, looked_ms, changes;
    size_t size; /* of all of it */
    struct slice name;
};

struct shelf {
    struct table items;
    struct item *newest, *oldest;
    size_t size, size_max;
    struct buffer header;
};

static struct item *item_of(const struct shelf_file *file)
{
    return CONTAINER_OF(file, struct item, file);
}

/* Only names of files that are there get on the shelf, so the key need not be secret. */
static uint32_t hash_name(struct slice name)
{
    static const struct hash_key key = {0, 0};
    return (uint32_t)hash_bytes(&key, name);
}

static bool has_name(const void *item, const void *key)
{
    return slice_equal(((const struct item *)item)->name, *(const struct slice *)key);
}

int shelf_open(struct shelf **out, size_t size_max)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        return PLAT_ERR_NO_MEMORY;
    shelf->size_max = size_max;
    *out = shelf;
    return 0;
}

static void unlink_item(struct shelf *shelf, struct item *item)
{
    *(item->newer ? &item->newer->older : &shelf->newest) = item->older;
    *(item->older ? &item->older->newer : &shelf->oldest) = item->newer;
}

static void link_newest(struct shelf *shelf, struct item *item)
{
    item->newer = NULL;
    item->older = shelf->newest;
    *(item->older ? &item->older->newer : &shelf->oldest) = item;
    shelf->newest = item;
}

static void remove_item(struct shelf *shelf, struct item *item)
{
    unlink_item(shelf, item);
    table_remove(&shelf->items, hash_name(item->name), item);
    shelf->size -= item->size;
    free(item);
}

void shelf_close(struct shelf *shelf)
{
    if (!shelf)
        return;
    while (shelf->oldest)
        remove_item(shelf, shelf->oldest);
    table_fini(&shelf->items);
    buffer_fini(&shelf->header);
    free(shelf);
}

const struct shelf_file *shelf_find(struct shelf *shelf, struct slice name, uint64_t now_ms)
{
    struct item *item = table_find(&shelf->items, hash_name(name), has_name, &name);
    if (!item)
        return NULL;
    if (now_ms - item->read_ms >= SHELF_KEEP_MS) {
        remove_item(shelf, item);
        return NULL;
    }
    if (item != shelf->newest) {
        unlink_item(shelf, item);
        link_newest(shelf, item);
    }
    return &item->file;
}

bool shelf_is_fresh(const struct shelf_file *file, uint64_t now_ms, uint64_t changes)
{
    const struct item *item = item_of(file);
    return item->changes == changes && now_ms - item->looked_ms < SHELF_TRUST_MS;
}

void shelf_trust(const struct shelf_file *file, uint64_t now_ms, uint64_t changes)
{
    struct item *item = item_of(file);
    item->looked_ms = now_ms;
    item->changes = changes;
}

void shelf_forget(struct shelf *shelf, const struct shelf_file *file)
{
    remove_item(shelf, item_of(file));
}

static struct item *new_item(struct slice name, struct slice header, struct slice contents)
{
    size_t size = sizeof(struct item) + name.size + header.size + contents.size;
    struct item *item = malloc(size);
    if (!item)
        return NULL;
    char *at = (char *)(item + 1);
    memcpy(at, name.data, name.size);
    memcpy(at + name.size, header.data, header.size);
    memcpy(at + name.size + header.size, contents.data, contents.size);
    *item = (struct item){.size = size, .name = slice_of(at, name.size)};
    item->file.answer = slice_of(at + name.size, header.size + contents.size);
    item->file.contents = slice_of(at + name.size + header.size, contents.size);
    return item;
}

static struct item *make_item(struct shelf *shelf, struct slice name, struct slice contents)
{
    buffer_consume(&shelf->header, buffer_size(&shelf->header));
    reply_put_body(&shelf->header, contents.size);
    if (shelf->header.failed)
        return NULL;
    return new_item(name, buffer_content(&shelf->header), contents);
}

static void make_room(struct shelf *shelf, size_t size)
{
    while (shelf->oldest && shelf->size + size > shelf->size_max)
        remove_item(shelf, shelf->oldest);
}

void shelf_put(struct shelf *shelf, struct slice name, const struct stamp *stamp,
               struct slice contents, uint64_t now_ms, int64_t unix_ms, uint64_t changes)
{
    struct item *old = table_find(&shelf->items, hash_name(name), has_name, &name);
    if (old)
        remove_item(shelf, old);
    if (contents.size > SHELF_FILE_SIZE_MAX || contents.size != stamp->size ||
        stamp->mtime_ns / 1000000 > unix_ms - SHELF_RACY_MS)
        return;
    struct item *item = make_item(shelf, name, contents);
    if (!item)
        return;
    make_room(shelf, item->size);
    if (item->size > shelf->size_max || table_add(&shelf->items, hash_name(name), item) < 0) {
        free(item);
        return;
    }
    item->file.stamp = *stamp;
    item->read_ms = item->looked_ms = now_ms;
    item->changes = changes;
    shelf->size += item->size;
    link_newest(shelf, item);
}

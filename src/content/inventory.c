#include "content/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

void inventory_fini(struct inventory *inventory)
{
    size_t at = 0;
    void *file;
    while ((file = table_next(&inventory->files, &at)) != NULL)
        free(file);
    table_fini(&inventory->files);
}

static bool has_name(const void *item, const void *key)
{
    const struct inventory_file *file = item;
    return slice_equal(slice_of(file->name, file->name_size), *(const struct slice *)key);
}

static int add(struct inventory *inventory, uint32_t hash, const struct change *change)
{
    struct inventory_file *file = malloc(sizeof *file + change->path_size);
    if (!file)
        return PLAT_ERR_NO_MEMORY;
    file->stamp = change->stamp;
    file->name_size = change->path_size;
    memcpy(file->name, change->path, change->path_size + 1);
    int rc = table_add(&inventory->files, hash, file);
    if (rc < 0)
        free(file);
    return rc;
}

/* The folder's owner chooses the names, so the key need not be secret. */
static uint32_t hash_name(struct slice name)
{
    static const struct hash_key key = {0, 0};
    return (uint32_t)hash_bytes(&key, name);
}

const struct inventory_file *inventory_find(const struct inventory *inventory, struct slice name)
{
    return table_find(&inventory->files, hash_name(name), has_name, &name);
}

int inventory_apply(struct inventory *inventory, const struct change *change)
{
    struct slice name = slice_of(change->path, change->path_size);
    uint32_t hash = hash_name(name);
    struct inventory_file *file = table_find(&inventory->files, hash, has_name, &name);
    if (!file)
        return change->kind == CHANGE_FILE ? add(inventory, hash, change) : 0;
    if (change->kind == CHANGE_FILE) {
        file->stamp = change->stamp;
    } else if (change->kind == CHANGE_GONE) {
        table_remove(&inventory->files, hash, file);
        free(file);
    }
    return 0;
}

const struct inventory_file *inventory_next(const struct inventory *inventory, size_t *at)
{
    return table_next(&inventory->files, at);
}

bool inventory_has_space(const struct inventory_file *file)
{
    return memchr(file->name, ' ', file->name_size) != NULL;
}

size_t inventory_count_spaced(const struct inventory *inventory)
{
    size_t at = 0, count = 0;
    const struct inventory_file *file;
    while ((file = inventory_next(inventory, &at)) != NULL)
        count += inventory_has_space(file);
    return count;
}

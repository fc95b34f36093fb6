#include "index/file.h"

#include <stdlib.h>
#include <string.h>

#include "plat/error.h"

#define NOWHERE SIZE_MAX

/* By size, then those without a hash and by hash: so records of one and the same file stand
 * together, as choice.h wants them. */
static int compare_contents(const struct record *a, const struct record *b)
{
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    if (a->has_sha256 != b->has_sha256)
        return a->has_sha256 ? 1 : -1;
    return a->has_sha256 ? memcmp(a->sha256, b->sha256, sizeof a->sha256) : 0;
}

/* And within them by list, so that one among ten thousand is found by halves. */
static int compare(const struct record *a, const struct record *b)
{
    int order = compare_contents(a, b);
    if (order != 0 || a->list == b->list)
        return order;
    return (uintptr_t)a->list < (uintptr_t)b->list ? -1 : 1;
}

/* The first at or after `low` that is not before the record. */
static size_t find_place(const struct file *file, size_t low, size_t high,
                         const struct record *record)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(file_record(file, middle), record) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The end of those that have the same contents as the one at `start`. */
static size_t end_of_group(const struct file *file, size_t start)
{
    const struct record *first = file_record(file, start);
    size_t low = start + 1, high = file->count;
    if (compare_contents(file_record(file, file->count - 1), first) == 0)
        return file->count; /* there is one group, mostly */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_contents(file_record(file, middle), first) == 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t file_find(const struct file *file, const struct catalogue_list *list)
{
    for (size_t start = 0, end; start < file->count; start = end) {
        end = end_of_group(file, start);
        struct record wanted = *file_record(file, start);
        wanted.list = (struct catalogue_list *)(uintptr_t)list;
        size_t at = find_place(file, start, end, &wanted);
        if (at < end && file_record(file, at)->list == list)
            return at;
    }
    return file->count;
}

static struct file *new_file(struct slice name, size_t count, size_t rest_size)
{
    struct file *file = malloc(file_head_size(name.size) + rest_size);
    if (!file)
        return NULL;
    file->count = (uint32_t)count;
    file->name_size = (uint16_t)name.size;
    memcpy(file->name, name.data, name.size);
    return file;
}

struct file *file_new(struct slice name, const struct record *record)
{
    struct file *file = new_file(name, 1, sizeof *record);
    if (file)
        *file_only(file) = *record;
    return file;
}

static struct holder *new_holder(const struct record *record)
{
    struct holder *holder = malloc(sizeof *holder);
    if (holder)
        holder->record = *record;
    return holder;
}

static struct holder **holders_of(const struct file *file)
{
    return (void *)file_only(file);
}

/* The file that has only one holder left, or still. */
static int make_single(struct file_edit *edit, const struct file *old, const struct record *record)
{
    edit->made = file_new(file_name(old), record);
    if (!edit->made)
        return PLAT_ERR_NO_MEMORY;
    for (size_t i = 0; old->count > 1 && i < old->count; i++)
        edit->dropped[i] = holders_of(old)[i];
    return 0;
}

/* The second holder joins the first. */
static int make_pair(struct file_edit *edit, const struct file *old, const struct record *record)
{
    struct file *file = new_file(file_name(old), 2, 2 * sizeof(struct holder *));
    struct holder *first = new_holder(file_only(old)), *second = new_holder(record);
    if (!file || !first || !second) {
        free(file);
        free(first);
        free(second);
        return PLAT_ERR_NO_MEMORY;
    }
    bool in_order = compare(&first->record, &second->record) < 0;
    holders_of(file)[0] = in_order ? first : second;
    holders_of(file)[1] = in_order ? second : first;
    edit->made = file;
    return 0;
}

/* Copies the pointers but the one at `without`, and puts the new one at its place among them. */
static void copy_holders(struct file *file, const struct file *old, size_t without,
                         struct holder *added)
{
    struct holder **to = holders_of(file), *const *from = holders_of(old);
    size_t place = added ? find_place(old, 0, old->count, &added->record) : NOWHERE;
    size_t kept = 0;
    for (size_t i = 0; i < old->count; i++) {
        if (i == place)
            to[kept++] = added;
        if (i != without)
            to[kept++] = from[i];
    }
    if (place == old->count)
        to[kept] = added;
}

static int make_many(struct file_edit *edit, const struct file *old, size_t without,
                     const struct record *record)
{
    size_t count = old->count - (without != NOWHERE) + (record != NULL);
    struct file *file = new_file(file_name(old), count, count * sizeof(struct holder *));
    struct holder *added = record ? new_holder(record) : NULL;
    if (!file || (record && !added)) {
        free(file);
        free(added);
        return PLAT_ERR_NO_MEMORY;
    }
    copy_holders(file, old, without, added);
    edit->made = file;
    edit->dropped[0] = without == NOWHERE ? NULL : holders_of(old)[without];
    return 0;
}

int file_add(struct file_edit *edit, const struct file *old, const struct record *record)
{
    *edit = (struct file_edit){.made = NULL};
    return old->count == 1 ? make_pair(edit, old, record) : make_many(edit, old, NOWHERE, record);
}

int file_remove(struct file_edit *edit, const struct file *old, size_t at)
{
    *edit = (struct file_edit){.made = NULL};
    if (old->count == 2)
        return make_single(edit, old, file_record(old, 1 - at));
    return make_many(edit, old, at, NULL);
}

int file_replace(struct file_edit *edit, const struct file *old, size_t at,
                 const struct record *record)
{
    *edit = (struct file_edit){.made = NULL};
    return old->count == 1 ? make_single(edit, old, record) : make_many(edit, old, at, record);
}

void file_free(struct file *file)
{
    for (size_t i = 0; file->count > 1 && i < file->count; i++)
        free(holders_of(file)[i]);
    free(file);
}

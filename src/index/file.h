/*
 * A file name and who holds it, as one piece of memory that never changes: whoever changes
 * something makes another and puts it in the place of the old one, so that lookups need no lock.
 *
 * A file with one holder, as most are, has its record behind its name; one with several has
 * pointers to them there, in the order of record_compare.
 */
#ifndef INDEX_FILE_H
#define INDEX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "index/epochs.h"
#include "plat/hash.h"

struct catalogue_list;

/* One server's copy of a file. */
struct record {
    struct catalogue_list *list;
    uint64_t size; /* bytes */
    uint64_t registered;
    uint32_t position; /* in its list; the only thing that changes, and no lookup reads it */
    bool has_sha256;
    uint8_t sha256[PLAT_HASH_SIZE];
};

/* A record outside of a file. */
struct holder {
    struct limbo_item limbo;
    struct record record;
};

struct file {
    struct limbo_item limbo;
    uint32_t count; /* holders; never 0 */
    uint16_t name_size;
    char name[]; /* and behind it the record or the pointers */
};

static inline struct slice file_name(const struct file *file)
{
    return slice_of(file->name, file->name_size);
}

/* Bytes of a file before what is behind its name. */
static inline size_t file_head_size(size_t name_size)
{
    return (offsetof(struct file, name) + name_size + 7) / 8 * 8;
}

/* The record of a file with one holder. */
static inline struct record *file_only(const struct file *file)
{
    return (void *)((char *)(uintptr_t)file + file_head_size(file->name_size));
}

static inline struct record *file_record(const struct file *file, size_t at)
{
    if (file->count == 1)
        return file_only(file);
    struct holder *const *holders = (const void *)file_only(file);
    return &holders[at]->record;
}

/* NULL where it is not known. */
static inline const uint8_t *record_sha256(const struct record *record)
{
    return record->has_sha256 ? record->sha256 : NULL;
}

/* Bytes of the file, without records outside of it. */
static inline size_t file_size(const struct file *file)
{
    size_t record_size = file->count == 1 ? sizeof(struct record) : sizeof(struct holder *);
    return file_head_size(file->name_size) + file->count * record_size;
}

/* Where the record of that list stands, or file->count. */
size_t file_find(const struct file *file, const struct catalogue_list *list);

/* A changed file, and what is not needed any more besides the old one. */
struct file_edit {
    struct file *made;
    struct holder *dropped[2]; /* or NULL */
};

/* A file with this one holder; NULL when memory runs out. */
struct file *file_new(struct slice name, const struct record *record);

/* The file with a record more; without the one at `at`, which is not the only one; or with another
 * in its place. The old file stays as it is. 0, or PLAT_ERR_NO_MEMORY. */
int file_add(struct file_edit *edit, const struct file *old, const struct record *record);
int file_remove(struct file_edit *edit, const struct file *old, size_t at);
int file_replace(struct file_edit *edit, const struct file *old, size_t at,
                 const struct record *record);

/* Frees a file that nobody reads, and its records. */
void file_free(struct file *file);

#endif

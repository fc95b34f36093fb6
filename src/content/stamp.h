/*
 * What tells one version of a file's contents from another, without reading them. Pure.
 */
#ifndef CONTENT_STAMP_H
#define CONTENT_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "plat/file.h"

struct stamp {
    uint64_t size;    /* bytes */
    int64_t mtime_ns; /* since 1970 UTC */
    uint64_t id;      /* of the file on its volume */
};

static inline struct stamp stamp_of(const struct plat_file_info *info)
{
    struct stamp stamp = {info->size, info->mtime_ns, info->id};
    return stamp;
}

static inline bool stamp_equal(const struct stamp *a, const struct stamp *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->id == b->id;
}

#endif

#include "content/changes.h"

#include <stdlib.h>

#include "plat/error.h"

void changes_init(struct changes *changes)
{
    changes->first = NULL;
    changes->last = &changes->first;
    changes->count = 0;
}

void changes_fini(struct changes *changes)
{
    struct change *change;
    while ((change = changes_take(changes)) != NULL)
        free(change);
}

int changes_add(struct changes *changes, struct slice path, enum change_kind kind,
                const struct stamp *stamp)
{
    struct change *change = malloc(sizeof *change + path.size);
    if (!change)
        return PLAT_ERR_NO_MEMORY;
    change->next = NULL;
    change->kind = kind;
    change->stamp = stamp ? *stamp : (struct stamp){0};
    change->path_size = path.size;
    slice_copy(path, change->path, path.size + 1);
    *changes->last = change;
    changes->last = &change->next;
    changes->count++;
    return 0;
}

void changes_move(struct changes *from, struct changes *to)
{
    if (!from->first)
        return;
    *to->last = from->first;
    to->last = from->last;
    to->count += from->count;
    changes_init(from);
}

struct change *changes_take(struct changes *changes)
{
    struct change *change = changes->first;
    if (!change)
        return NULL;
    changes->first = change->next;
    if (!changes->first)
        changes->last = &changes->first;
    changes->count--;
    return change;
}

/*
 * A server's list, apart from its files: who holds on to it, and what it says of the server.
 */
#include <stdlib.h>

#include "index/catalogue_parts.h"
#include "plat/error.h"

int catalogue_list_open(struct catalogue *catalogue, struct catalogue_list **out, struct slice id,
                        struct slice address, uint16_t tcp_port)
{
    struct catalogue_list *list = calloc(1, sizeof *list);
    if (!list)
        return PLAT_ERR_NO_MEMORY;
    place_init(&list->place, address, tcp_port, id);
    list->catalogue = catalogue;
    plat_atomic_store(&list->refs, 1);
    plat_mutex_init(&list->mutex);
    *out = list;
    return 0;
}

void catalogue_list_unref(struct catalogue_list *list)
{
    if (plat_atomic_add(&list->refs, UINT64_MAX) > 1)
        return;
    plat_mutex_fini(&list->mutex);
    free(list->names);
    catalogue_bury(list->catalogue, &list->limbo,
                   sizeof *list); /* lookups may still come across it */
}

int catalogue_list_reserve(struct catalogue_list *list)
{
    if (list->count < list->capacity)
        return 0;
    uint32_t capacity = list->capacity ? 2 * list->capacity : 4;
    uint64_t *names = realloc(list->names, capacity * sizeof *names);
    if (!names)
        return PLAT_ERR_NO_MEMORY;
    list->names = names;
    list->capacity = capacity;
    return 0;
}

bool catalogue_list_is_retired(struct catalogue_list *list)
{
    plat_mutex_lock(&list->mutex);
    bool retired = list->retired;
    plat_mutex_unlock(&list->mutex);
    return retired;
}

const struct place *catalogue_list_place(const struct catalogue_list *list)
{
    return &list->place;
}

struct slice catalogue_list_id(const struct catalogue_list *list)
{
    return place_id(&list->place);
}

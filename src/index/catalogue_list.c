/*
 * A server's list, apart from its files: who holds on to it, and what it says of the server.
 */
#include <stdlib.h>

#include "index/catalogue_parts.h"

int catalogue_list_open(struct catalogue_list **out, struct slice id, struct slice address,
                        uint16_t tcp_port)
{
    struct catalogue_list *list = calloc(1, sizeof *list);
    if (!list)
        return PLAT_ERR_NO_MEMORY;
    slice_copy(id, list->id, sizeof list->id);
    slice_copy(address, list->address, sizeof list->address);
    list->tcp_port = tcp_port;
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
    free(list);
}

bool catalogue_list_is_retired(struct catalogue_list *list)
{
    plat_mutex_lock(&list->mutex);
    bool retired = list->retired;
    plat_mutex_unlock(&list->mutex);
    return retired;
}

struct slice catalogue_list_id(const struct catalogue_list *list)
{
    return slice_text(list->id);
}

struct slice catalogue_list_address(const struct catalogue_list *list)
{
    return slice_text(list->address);
}

uint16_t catalogue_list_port(const struct catalogue_list *list)
{
    return list->tcp_port;
}

#include "world.h"

#include <stdlib.h>

#include "check.h"

int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_status(0, catalogue_open(&w->catalogue,
                                    &(struct catalogue_limits){RECORDS_MAX, NAME_BYTES_MAX}, 1));
    w->reader = catalogue_reader(w->catalogue, 0);
    for (int i = 0; i < SERVERS; i++) {
        plat_atomic_store(&w->servers[i].alive, 1);
        plat_atomic_store(&w->servers[i].turn, (uint64_t)i);
    }
    *state = w;
    return 0;
}

int world_teardown(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < SERVERS; i++)
        discard(w, catalogue_publish(&w->servers[i], NULL));
    bool empty = catalogue_records(w->catalogue) == 0;
    catalogue_close(w->catalogue);
    free(w);
    return empty ? 0 : -1;
}

void discard(struct world *w, struct catalogue_list *list)
{
    if (list)
        assert_true(catalogue_discard(w->catalogue, list, SIZE_MAX));
}

struct catalogue_list *open_list(struct world *w, int server)
{
    static const char *const ids[SERVERS] = {"A", "B", "C", "D", "E", "F"};
    struct catalogue_list *list;
    assert_status(0, catalogue_list_open(w->catalogue, &list, slice_text(ids[server]),
                                         slice_text("10.0.0.1"), (uint16_t)(7001 + server)));
    return list;
}

void add(struct world *w, struct catalogue_list *list, const char *name, uint64_t size)
{
    assert_status(0, catalogue_add(w->catalogue, list, slice_text(name), size));
}

void set_hash(struct world *w, struct catalogue_list *list, const char *name, uint8_t byte)
{
    uint8_t sha256[PLAT_HASH_SIZE];
    memset(sha256, byte, sizeof sha256);
    assert_status(0, catalogue_set_hash(w->catalogue, list, slice_text(name), sha256));
}

void publish(struct world *w, int server, struct catalogue_list *list)
{
    discard(w, catalogue_publish(&w->servers[server], list));
    catalogue_list_unref(list);
}

bool find_one(struct catalogue_reader *reader, struct slice name, struct catalogue_hit *hit)
{
    catalogue_find(reader, &name, 1, hit);
    return hit->found;
}

void hold(struct world *w, int server, const char *name, uint64_t size)
{
    struct catalogue_list *list = open_list(w, server);
    add(w, list, name, size);
    publish(w, server, list);
}

void hold_hashed(struct world *w, int server, const char *name, uint64_t size, uint8_t byte)
{
    struct catalogue_list *list = open_list(w, server);
    add(w, list, name, size);
    set_hash(w, list, name, byte);
    publish(w, server, list);
}

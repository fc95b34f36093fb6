/*
 * Where a server is, as answers tell it: "<ip> <tcp_port> <server_id>", made once for many answers.
 * Pure.
 */
#ifndef INDEX_PLACE_H
#define INDEX_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "proto/limits.h"

/* The longest address, port and id, with a space between them. */
enum { PLACE_SIZE_MAX = HOST_SIZE_MAX + 1 + 5 + 1 + SERVER_ID_SIZE_MAX };

struct place {
    bool is_local; /* the address is one of loopback */
    uint16_t tcp_port;
    uint16_t size, address_size, id_size;
    char text[PLACE_SIZE_MAX];
};

void place_init(struct place *place, struct slice address, uint16_t tcp_port, struct slice id);

/* Copies no more than there is. */
static inline void place_copy(struct place *to, const struct place *from)
{
    memcpy(to, from, offsetof(struct place, text) + from->size);
}

static inline struct slice place_address(const struct place *place)
{
    return slice_of(place->text, place->address_size);
}

static inline struct slice place_id(const struct place *place)
{
    return slice_of(place->text + place->size - place->id_size, place->id_size);
}

static inline struct slice place_port(const struct place *place)
{
    size_t start = (size_t)place->address_size + 1, end = (size_t)place->size - place->id_size - 1;
    return slice_of(place->text + start, end - start);
}

/* All of it, and all but the address: from the space behind that on. */
static inline struct slice place_text(const struct place *place)
{
    return slice_of(place->text, place->size);
}

static inline struct slice place_rest(const struct place *place)
{
    return slice_of(place->text + place->address_size, (size_t)place->size - place->address_size);
}

#endif

#include "index/place.h"

#include "base/numbers.h"
#include "net/reach.h"

static char *put(char *at, struct slice text)
{
    memcpy(at, text.data, text.size);
    return at + text.size;
}

void place_init(struct place *place, struct slice address, uint16_t tcp_port, struct slice id)
{
    char digits[NUMBER_TEXT_SIZE];
    char *at = put(place->text, address);
    *at++ = ' ';
    at = put(at, slice_of(digits, number_format(tcp_port, digits)));
    *at++ = ' ';
    at = put(at, id);
    place->is_local = reach_is_local(address);
    place->tcp_port = tcp_port;
    place->size = (uint16_t)(at - place->text);
    place->address_size = (uint16_t)address.size;
    place->id_size = (uint16_t)id.size;
}

#include "proto/heartbeat.h"

#include "base/line.h"
#include "base/numbers.h"
#include "proto/name.h"

static bool take_number(struct slice *rest, uint64_t max, uint64_t *out)
{
    return number_parse(slice_take_field(rest), max, out) == 0;
}

bool heartbeat_parse(struct slice datagram, struct heartbeat *out)
{
    uint64_t port, load, file_count;
    struct slice rest = datagram;
    if (rest.size > 0 && rest.data[rest.size - 1] == '\n')
        rest.size--;
    rest = line_last(rest);
    if (!slice_is(slice_take_field(&rest), "HEARTBEAT"))
        return false;
    out->server_id = slice_take_field(&rest);
    out->address = slice_take_field(&rest);
    if (!name_is_server_id(out->server_id) || !name_is_host(out->address) ||
        !take_number(&rest, 65535, &port) || port == 0 || !take_number(&rest, INT32_MAX, &load) ||
        !take_number(&rest, INT32_MAX, &file_count))
        return false;
    out->tcp_port = (uint16_t)port;
    out->load = (uint32_t)load;
    out->file_count = (uint32_t)file_count;
    return true;
}

void heartbeat_encode(struct buffer *out, const struct heartbeat *heartbeat)
{
    buffer_put_text(out, "HEARTBEAT ");
    buffer_put_slice(out, heartbeat->server_id);
    buffer_put_char(out, ' ');
    buffer_put_slice(out, heartbeat->address);
    buffer_put_char(out, ' ');
    buffer_put_number(out, heartbeat->tcp_port);
    buffer_put_char(out, ' ');
    buffer_put_number(out, heartbeat->load);
    buffer_put_char(out, ' ');
    buffer_put_number(out, heartbeat->file_count);
}

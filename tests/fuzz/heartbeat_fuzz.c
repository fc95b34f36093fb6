/* Fuzz target: datagrams. What is a heartbeat has valid fields, and comes back from its encoding.
 */
#include "fuzz.h"
#include "proto/heartbeat.h"
#include "proto/limits.h"
#include "proto/name.h"

static void check_fields(const struct heartbeat *h, struct slice datagram)
{
    HOLDS(fuzz_within(h->server_id, datagram));
    HOLDS(fuzz_within(h->address, datagram));
    HOLDS(name_is_server_id(h->server_id));
    HOLDS(name_is_host(h->address));
    HOLDS(h->tcp_port > 0);
    HOLDS(h->load <= INT32_MAX && h->file_count <= INT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice datagram = fuzz_input(data, size);
    struct heartbeat h, back;
    struct buffer out = BUFFER_INIT;
    if (!heartbeat_parse(datagram, &h))
        return 0;
    check_fields(&h, datagram);
    heartbeat_encode(&out, &h);
    HOLDS(buffer_size(&out) <= HEARTBEAT_SIZE_MAX);
    HOLDS(heartbeat_parse(buffer_content(&out), &back));
    HOLDS(slice_equal(h.server_id, back.server_id) && slice_equal(h.address, back.address));
    HOLDS(h.tcp_port == back.tcp_port && h.load == back.load && h.file_count == back.file_count);
    buffer_put_char(&out, '\n');
    HOLDS(heartbeat_parse(buffer_content(&out), &back));
    buffer_fini(&out);
    return 0;
}

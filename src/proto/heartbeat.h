/*
 * The datagram by which a content server says that it lives. Pure.
 */
#ifndef PROTO_HEARTBEAT_H
#define PROTO_HEARTBEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

struct heartbeat {
    struct slice server_id;
    struct slice address;
    uint16_t tcp_port;
    uint32_t load; /* requests being served */
    uint32_t file_count;
};

/* Parses "HEARTBEAT <server_id> <ip> <tcp_port> <load> <num_files>", a line feed behind it or not;
 * further fields are ignored. The result points into the datagram. */
bool heartbeat_parse(struct slice datagram, struct heartbeat *out);

/* Appends it, without a line feed. */
void heartbeat_encode(struct buffer *out, const struct heartbeat *heartbeat);

#endif

#include "beats.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/numbers.h"
#include "plat/clock.h"
#include "proto/reply.h"
#include "wire.h"

int beats_open(struct beats *beats, const struct plat_addr *to, uint32_t servers,
               uint64_t interval_us)
{
    struct plat_addr any = {.is_v6 = to->is_v6};
    *beats = (struct beats){servers, interval_us, .socket = PLAT_SOCKET_NONE};
    beats->last_us = calloc(servers, sizeof *beats->last_us);
    if (!beats->last_us)
        return PLAT_ERR_NO_MEMORY;
    int rc = plat_udp_open(&beats->socket, &any);
    if (rc == 0)
        rc = plat_udp_connect(beats->socket, to);
    beats->begin_us = plat_clock_now_us();
    return rc;
}

void beats_close(struct beats *beats)
{
    if (beats->last_us)
        plat_socket_close(beats->socket);
    free(beats->last_us);
    beats->last_us = NULL;
}

static int send_one(struct beats *beats, uint32_t server, uint32_t round)
{
    char room[128];
    int size = snprintf(room, sizeof room, "HEARTBEAT B%u 127.0.0.1 7001 %u 100", (unsigned)server,
                        (unsigned)round);
    int rc = plat_udp_send(beats->socket, room, (size_t)size);
    if (rc == 0)
        beats->last_us[server] = plat_clock_now_us();
    return rc;
}

bool beats_is_silent(const struct beats *beats, uint32_t server)
{
    return beats->silent_each > 0 && server % beats->silent_each == 0;
}

int beats_send(struct beats *beats, uint64_t end)
{
    uint64_t due = end;
    if (beats->interval_us > 0) {
        uint64_t passed_us = plat_clock_now_us() - beats->begin_us;
        due = passed_us * beats->servers / beats->interval_us + 1;
    }
    for (; beats->sent < due && beats->sent < end; beats->sent++) {
        uint32_t server = (uint32_t)(beats->sent % beats->servers);
        /* Its turn passes, so that the others keep their pace. */
        if (beats_is_silent(beats, server))
            continue;
        int rc = send_one(beats, server, (uint32_t)(beats->sent / beats->servers) + 1);
        if (rc != 0)
            return rc == PLAT_AGAIN ? 0 : rc;
    }
    return 0;
}

/* The list of ten thousand servers does not fit into a wire: it is counted line by line. */
static int count_servers(struct wire *wire, uint32_t round, uint32_t *alive, uint32_t *heard)
{
    struct slice line;
    struct reply_server server;
    int rc = wire_send(wire, slice_text("LIST_SERVERS\n"));
    *alive = *heard = 0;
    while (rc == 0 && (rc = wire_line(wire, &line)) == 0 && !reply_is(line, REPLY_END)) {
        if (!reply_parse_server(line, &server))
            return PLAT_ERR_INVALID;
        *alive += server.alive;
        *heard += server.alive && server.load == round;
    }
    return rc;
}

int beats_count(const struct plat_addr *monitor, uint32_t round, uint32_t *alive, uint32_t *heard)
{
    struct wire *wire = malloc(sizeof *wire);
    if (!wire)
        return PLAT_ERR_NO_MEMORY;
    int rc = wire_open(wire, monitor);
    if (rc == 0)
        rc = count_servers(wire, round, alive, heard);
    wire_close(wire);
    free(wire);
    return rc;
}

int64_t beats_server(struct slice id)
{
    uint64_t number;
    if (id.size < 2 || id.data[0] != 'B' ||
        number_parse(slice_of(id.data + 1, id.size - 1), UINT32_MAX, &number) < 0)
        return -1;
    return (int64_t)number;
}

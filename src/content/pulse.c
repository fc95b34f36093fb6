#include "content/pulse.h"

#include "base/container.h"
#include "proto/heartbeat.h"

/* The monitor may get another address: its name is looked up again from time to time. */
enum { LOOK_UP_EVERY_MS = 60 * 1000 };

static void warn(struct pulse *pulse, int error)
{
    if (!pulse->warned)
        log_warn(pulse->log, "Cannot send heartbeats to Monitor at %s:%u: %s", pulse->options.host,
                 pulse->options.port, plat_error_text(error));
    pulse->warned = true;
}

/* Points the socket to the next of the monitor's addresses. */
static void connect_next(struct pulse *pulse)
{
    size_t count = pulse->resolve.count;
    pulse->connected = false;
    for (size_t i = 0; i < count && !pulse->connected; i++) {
        const struct plat_addr *to = &pulse->resolve.addresses[pulse->next_address++ % count];
        pulse->connected = plat_udp_connect(pulse->socket, to) == 0;
    }
}

static int send_once(struct pulse *pulse)
{
    struct heartbeat heartbeat = {.server_id = slice_text(pulse->options.id),
                                  .address = slice_text(pulse->options.address),
                                  .tcp_port = pulse->options.tcp_port};
    struct buffer datagram = BUFFER_INIT;
    if (!pulse->connected)
        return PLAT_ERR_UNREACHABLE;
    pulse->ask(pulse->owner, &heartbeat.load, &heartbeat.file_count);
    heartbeat_encode(&datagram, &heartbeat);
    struct slice content = buffer_content(&datagram);
    int rc = datagram.failed ? PLAT_ERR_NO_MEMORY
                             : plat_udp_send(pulse->socket, content.data, content.size);
    buffer_fini(&datagram);
    if (rc == 0) {
        log_info(pulse->log, "Sent heartbeat: load=%u, files=%u", (unsigned)heartbeat.load,
                 (unsigned)heartbeat.file_count);
        pulse->warned = false;
    }
    return rc;
}

/* A refusal is about an earlier datagram: nobody listens at that address, so the next one is
 * tried, which for "localhost" is the other family. */
static void send_heartbeat(struct pulse *pulse)
{
    int rc = send_once(pulse);
    if (rc == PLAT_ERR_REFUSED) {
        connect_next(pulse);
        rc = send_once(pulse);
    }
    if (rc < 0)
        warn(pulse, rc);
}

static void on_resolved(struct resolve *resolve, int error)
{
    struct pulse *pulse = CONTAINER_OF(resolve, struct pulse, resolve);
    pulse->resolving = false;
    if (error < 0) {
        warn(pulse, error);
        return;
    }
    pulse->next_address = 0;
    connect_next(pulse);
    send_heartbeat(pulse);
}

/* Looks the name up where that is due; true if the answer will come later. */
static bool look_up(struct pulse *pulse)
{
    uint64_t now_ms = loop_now(pulse->loop);
    if (pulse->resolving)
        return true;
    if (pulse->connected && now_ms - pulse->resolved_ms < LOOK_UP_EVERY_MS)
        return false;
    pulse->resolved_ms = now_ms;
    int rc = resolve_start(&pulse->resolve, pulse->loop, pulse->options.host, pulse->options.port);
    pulse->resolving = rc == PLAT_AGAIN;
    if (rc == 0 && !pulse->connected)
        connect_next(pulse);
    return pulse->resolving;
}

static void on_timer(struct timer *timer)
{
    struct pulse *pulse = CONTAINER_OF(timer, struct pulse, timer);
    if (!look_up(pulse) || pulse->connected)
        send_heartbeat(pulse);
    /* From when it was due, so that lateness does not add up. */
    uint64_t next_ms = timer->at_ms + pulse->options.interval_ms;
    uint64_t now_ms = loop_now(pulse->loop);
    loop_set_timer(pulse->loop, timer, next_ms > now_ms ? next_ms : now_ms + 1);
}

int pulse_open(struct pulse *pulse, struct loop *loop, struct log *log,
               const struct plat_addr *addr, const struct pulse_options *options)
{
    int rc = plat_udp_open(&pulse->socket, addr);
    if (rc < 0)
        return rc;
    pulse->loop = loop;
    pulse->log = log;
    pulse->options = *options;
    pulse->resolve.on_done = on_resolved;
    pulse->timer.fire = on_timer;
    return 0;
}

uint16_t pulse_port(const struct pulse *pulse)
{
    struct plat_addr local;
    if (plat_socket_local(pulse->socket, &local) < 0)
        return 0;
    return local.port;
}

void pulse_start(struct pulse *pulse)
{
    if (pulse->started)
        return;
    pulse->started = true;
    loop_set_timer(pulse->loop, &pulse->timer, loop_now(pulse->loop));
}

void pulse_close(struct pulse *pulse)
{
    if (!pulse->loop)
        return;
    resolve_cancel(&pulse->resolve);
    loop_cancel_timer(pulse->loop, &pulse->timer);
    plat_socket_close(pulse->socket);
    pulse->loop = NULL;
}

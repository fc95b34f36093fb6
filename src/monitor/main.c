#include <stdio.h>

#include "monitor/monitor.h"

#define FIELD(name) offsetof(struct monitor_options, name)

static const struct option options[] = {
    {"bind", 0, OPTION_TEXT, "ADDR", NULL, "address to listen on, IPv4 or IPv6 (default: all)",
     FIELD(bind)},
    {"udp-port", 0, OPTION_PORT, "PORT", "6000", "port for heartbeats, UDP", FIELD(udp_port)},
    {"tcp-port", 0, OPTION_PORT, "PORT", "6001", "port for indexes, TCP", FIELD(tcp_port)},
    {"heartbeat-timeout", 0, OPTION_SECONDS, "SECONDS", "8", "silence after which a server is dead",
     FIELD(heartbeat_timeout_ms)},
    {"log-level", 0, OPTION_LEVEL, "LEVEL", "info", "debug, info, warn or error", FIELD(level)},
    {0},
};

static const struct program program = {
    .name = "mcdn-monitor",
    .summary = "Hears the content servers' heartbeats and says who is alive.",
    .options = options,
    .epilog = "Port 0 lets the system choose; the port is printed.",
};

static int prepare(void *values, char *tag, size_t tag_size, enum log_level *level)
{
    const struct monitor_options *o = values;
    snprintf(tag, tag_size, "MONITOR");
    *level = o->level;
    return service_parse_bind(program.name, o->bind, &(struct plat_addr){0});
}

static int open_server(void **out, const struct service_context *context, const void *values)
{
    struct monitor *monitor;
    int rc = monitor_open(&monitor, context, values);
    *out = rc == 0 ? monitor : NULL;
    return rc;
}

static void stop_server(void *server)
{
    monitor_stop(server);
}

static void close_server(void *server)
{
    monitor_close(server);
}

int main(int argc, char **argv)
{
    static const struct service service = {&program, prepare, open_server, stop_server,
                                           close_server};
    struct monitor_options values = {0};
    return service_main(&service, &values, argc, argv);
}

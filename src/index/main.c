#include <stdio.h>

#include "index/index.h"

#define FIELD(name) offsetof(struct index_options, name)

static const struct option options[] = {
    {"bind", 0, OPTION_TEXT, "ADDR", NULL, "address to listen on, IPv4 or IPv6 (default: all)",
     FIELD(bind)},
    {"tcp-port", 0, OPTION_PORT, "PORT", "5000", "port for clients and content servers",
     FIELD(tcp_port)},
    {"notify-port", 0, OPTION_PORT, "PORT", "5001", "port for the monitor's notices",
     FIELD(notify_port)},
    {"monitor-host", 0, OPTION_TEXT, "HOST", "localhost", "where the monitor runs",
     FIELD(monitor_host)},
    {"monitor-port", 0, OPTION_PEER_PORT, "PORT", "6001", "the monitor's TCP port",
     FIELD(monitor_port)},
    {"threads", 0, OPTION_COUNT, "N", NULL, "threads to serve with (default: one a processor)",
     FIELD(threads)},
    {"log-level", 0, OPTION_LEVEL, "LEVEL", "info", "debug, info, warn or error", FIELD(level)},
    {0},
};

static const struct program program = {
    .name = "mcdn-index",
    .summary = "Knows which file is where and sends each client to the best live holder.",
    .options = options,
    .epilog = "Port 0 lets the system choose; the port is printed.",
};

static int prepare(void *values, char *tag, size_t tag_size, enum log_level *level)
{
    const struct index_options *o = values;
    snprintf(tag, tag_size, "INDEX");
    *level = o->level;
    return service_parse_bind(program.name, o->bind, &(struct plat_addr){0});
}

static int open_server(void **out, const struct service_context *context, const void *values)
{
    struct index_server *index;
    int rc = index_open(&index, context, values);
    *out = rc == 0 ? index : NULL;
    return rc;
}

static void stop_server(void *server)
{
    index_stop(server);
}

static void close_server(void *server)
{
    index_close(server);
}

int main(int argc, char **argv)
{
    static const struct service service = {&program, prepare, open_server, stop_server,
                                           close_server};
    struct index_options values = {0};
    return service_main(&service, &values, argc, argv);
}

#include <stdio.h>

#include "content/content.h"
#include "proto/name.h"

#define FIELD(name) offsetof(struct content_options, name)

static const struct option options[] = {
    {"bind", 0, OPTION_TEXT, "ADDR", NULL, "address to listen on, IPv4 or IPv6 (default: all)",
     FIELD(bind)},
    {"id", 0, OPTION_TEXT, "ID", "CS1", "this server's name in the network", FIELD(id)},
    {"tcp-port", 0, OPTION_PORT, "PORT", "7001", "port for clients", FIELD(tcp_port)},
    {"udp-port", 0, OPTION_PORT, "PORT", "7002", "port that heartbeats leave from",
     FIELD(udp_port)},
    {"files-dir", 0, OPTION_TEXT, "DIR", NULL, "folder to serve (default: files_<id>)",
     FIELD(files_dir)},
    {"index-host", 0, OPTION_TEXT, "HOST", "localhost", "where the index runs", FIELD(index_host)},
    {"index-port", 0, OPTION_PEER_PORT, "PORT", "5000", "the index's port", FIELD(index_port)},
    {"monitor-host", 0, OPTION_TEXT, "HOST", "localhost", "where the monitor runs",
     FIELD(monitor_host)},
    {"monitor-udp-port", 0, OPTION_PEER_PORT, "PORT", "6000", "the monitor's port for heartbeats",
     FIELD(monitor_port)},
    {"heartbeat-interval", 0, OPTION_SECONDS, "SECONDS", "3", "time between heartbeats",
     FIELD(heartbeat_interval_ms)},
    {"advertise", 0, OPTION_TEXT, "ADDR", NULL,
     "address given to clients (default: as the index sees us)", FIELD(advertise)},
    {"threads", 0, OPTION_COUNT, "N", NULL, "threads to serve with (default: one a processor)",
     FIELD(threads)},
    {"log-level", 0, OPTION_LEVEL, "LEVEL", "info", "debug, info, warn or error", FIELD(level)},
    {0},
};

static const struct program program = {
    .name = "mcdn-content",
    .summary = "Serves a folder's files to the clients of the network.",
    .options = options,
    .epilog = "Port 0 lets the system choose; the port is printed. Files and folders whose names\n"
              "begin with a dot are not served.",
};

static int prepare(void *values, char *tag, size_t tag_size, enum log_level *level)
{
    struct content_options *o = values;
    if (!name_is_server_id(slice_text(o->id)))
        return service_error(program.name, "is no server id (1 to 64 of A-Z a-z 0-9 . _ -)",
                             "--id %.80s", o->id);
    if (o->advertise && !name_is_host(slice_text(o->advertise)))
        return service_error(program.name, "is no address or host name", "--advertise %.80s",
                             o->advertise);
    snprintf(tag, tag_size, "CONTENT-%s", o->id);
    if (!o->files_dir) {
        snprintf(o->files_dir_text, sizeof o->files_dir_text, "files_%s", o->id);
        o->files_dir = o->files_dir_text;
    }
    *level = o->level;
    return service_parse_bind(program.name, o->bind, &(struct plat_addr){0});
}

static int open_server(void **out, const struct service_context *context, const void *values)
{
    struct content *content;
    int rc = content_open(&content, context, values);
    *out = rc == 0 ? content : NULL;
    return rc;
}

static void stop_server(void *server)
{
    content_stop(server);
}

static void close_server(void *server)
{
    content_close(server);
}

int main(int argc, char **argv)
{
    static const struct service service = {&program, prepare, open_server, stop_server,
                                           close_server};
    struct content_options values = {0};
    return service_main(&service, &values, argc, argv);
}

#include "index/index.h"

#include <stdlib.h>

#include "index/monitor_link.h"
#include "index/session.h"
#include "index/shared.h"
#include "net/drain.h"
#include "net/listener.h"
#include "proto/reply.h"

struct index_server {
    struct loop *loop;
    struct index_shared shared;
    struct crew *crew;
    struct listener clients, notices;
    struct monitor_link *link;
    struct drain drain;
};

static void on_client(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct index_server *index = listener->owner;
    crew_take(index->crew, &index_session_kind, &index->shared, socket, peer);
}

static void on_notifier(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct index_server *index = listener->owner;
    crew_take(index->crew, &index_notice_kind, &index->shared, socket, peer);
}

static int open_workers(struct index_shared *shared, unsigned threads)
{
    shared->workers = calloc(threads, sizeof *shared->workers);
    if (!shared->workers)
        return PLAT_ERR_NO_MEMORY;
    for (unsigned i = 0; i < threads; i++) {
        shared->workers[i].shared = shared;
        shared->workers[i].reader = catalogue_reader(shared->catalogue, i);
        log_batch_init(&shared->workers[i].log, shared->log);
    }
    return 0;
}

static int open_parts(struct index_server *index, unsigned threads)
{
    struct index_shared *shared = &index->shared;
    struct catalogue_limits limits = {INDEX_FILES_MAX, INDEX_NAME_BYTES_MAX};
    int rc = catalogue_open(&shared->catalogue, &limits, threads);
    if (rc == 0)
        rc = open_workers(shared, threads);
    if (rc == 0)
        rc = sweeper_open(&shared->sweeper, index->loop, shared->catalogue);
    if (rc == 0)
        rc =
            registry_open(&shared->registry, shared->catalogue, shared->sweeper, INDEX_SERVERS_MAX);
    if (rc == 0)
        rc = crew_open(&index->crew, index->loop, threads, CONNECTIONS_MAX, REPLY_LIMIT);
    return rc;
}

static int open_port(struct index_server *index, const struct service_context *context,
                     struct listener *listener, struct plat_addr addr, const char *what)
{
    listener->owner = index;
    int rc = listener_open(listener, index->loop, context->log, &addr);
    if (rc < 0)
        return service_port_error(context->program, addr.port, rc);
    log_info(context->log, "%s started on port %u", what, listener_port(listener));
    return 0;
}

static int open_ports(struct index_server *index, const struct service_context *context,
                      const struct index_options *options)
{
    struct monitor_link_options link = {.host = options->monitor_host,
                                        .port = options->monitor_port};
    if (service_parse_bind(context->program, options->bind, &link.bind) < 0)
        return -1;
    struct plat_addr addr = link.bind;
    index->notices.on_accept = on_notifier;
    addr.port = options->notify_port;
    if (open_port(index, context, &index->notices, addr, "Notification listener") < 0)
        return -1;
    index->clients.on_accept = on_client;
    addr.port = options->tcp_port;
    if (open_port(index, context, &index->clients, addr, "TCP server") < 0)
        return -1;
    link.notify_port = listener_port(&index->notices);
    int rc =
        monitor_link_open(&index->link, index->loop, context->log, index->shared.registry, &link);
    if (rc < 0)
        return service_error(context->program, plat_error_text(rc), "cannot start");
    return 0;
}

int index_open(struct index_server **out, const struct service_context *context,
               const struct index_options *options)
{
    struct index_server *index = calloc(1, sizeof *index);
    int rc = index ? 0 : PLAT_ERR_NO_MEMORY;
    if (rc == 0) {
        index->loop = context->loop;
        index->shared.log = context->log;
        log_info(context->log, "Starting Index Server...");
        rc = open_parts(index, service_threads(options->threads));
    }
    if (rc < 0)
        service_error(context->program, plat_error_text(rc), "cannot start");
    else
        rc = open_ports(index, context, options);
    if (rc < 0) {
        index_close(index);
        return -1;
    }
    *out = index;
    return 0;
}

void index_stop(struct index_server *index)
{
    log_info(index->shared.log, "Shutting down...");
    listener_close(&index->clients);
    listener_close(&index->notices);
    drain_start(&index->drain, index->loop, index->crew);
}

void index_close(struct index_server *index)
{
    if (!index)
        return;
    drain_cancel(&index->drain);
    listener_close(&index->clients);
    listener_close(&index->notices);
    monitor_link_close(index->link);
    crew_close(index->crew);
    registry_close(index->shared.registry);
    sweeper_close(index->shared.sweeper);
    catalogue_close(index->shared.catalogue);
    free(index->shared.workers);
    free(index);
}

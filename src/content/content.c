#include "content/content.h"

#include <stdlib.h>

#include "base/container.h"
#include "content/hasher.h"
#include "content/pulse.h"
#include "content/registrar.h"
#include "content/scanner.h"
#include "content/session.h"
#include "content/shelf.h"
#include "net/drain.h"
#include "net/listener.h"
#include "proto/limits.h"
#include "proto/reply.h"

enum {
    SHELVES_SIZE_MAX = 64 * 1024 * 1024, /* bytes of small files in memory */
    WARMER_THREADS = 4                   /* cold files that are read from the disk at a time */
};

struct content {
    struct loop *loop;
    struct content_shared shared;
    struct crew *crew;
    struct listener listener;
    struct scanner *scanner;
    struct outbox_events scanner_events, hasher_events;
    struct registrar *registrar;
    struct pulse pulse;
    struct drain drain;
    unsigned threads;
    struct timer pulse_at_last; /* a long first scan must not delay the first heartbeat */
    bool stopping;
};

static void on_accept(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct content *content = listener->owner;
    crew_take(content->crew, &content_session_kind, &content->shared, socket, peer);
}

static void on_changes(void *arg, struct changes *changes, bool complete)
{
    struct content *content = arg;
    if (content->stopping)
        return;
    hasher_note(content->shared.hasher, changes);
    registrar_change(content->registrar, changes);
    if (!complete)
        return;
    hasher_start(content->shared.hasher);
    registrar_start(content->registrar);
    pulse_start(&content->pulse);
}

static void on_hashed(void *arg, struct changes *changes, bool complete)
{
    struct content *content = arg;
    (void)complete;
    if (!content->stopping)
        registrar_change(content->registrar, changes);
}

static void ask(void *owner, uint32_t *load, uint32_t *file_count)
{
    struct content *content = owner;
    *load = (uint32_t)plat_atomic_load(&content->shared.load);
    *file_count = (uint32_t)registrar_count(content->registrar);
}

static int open_files(struct content *content, const struct service_context *context,
                      const struct content_options *options)
{
    bool made = false;
    int rc = root_open(&content->shared.root, options->files_dir, &made);
    if (rc < 0)
        return service_error(context->program, plat_error_text(rc), "cannot open folder %s",
                             options->files_dir);
    if (made)
        log_warn(context->log, "Files folder %s was missing and has been made", options->files_dir);
    return 0;
}

static int open_hasher(struct content *content, const struct service_context *context)
{
    content->hasher_events = (struct outbox_events){on_hashed, content};
    int rc = hasher_open(&content->shared.hasher, content->loop, context->log, content->shared.root,
                         &content->hasher_events);
    if (rc < 0)
        return service_error(context->program, plat_error_text(rc), "cannot start");
    return 0;
}

static int open_tcp(struct content *content, const struct service_context *context,
                    struct plat_addr addr)
{
    content->listener.on_accept = on_accept;
    content->listener.owner = content;
    int rc = listener_open(&content->listener, content->loop, context->log, &addr);
    if (rc < 0)
        return service_port_error(context->program, addr.port, rc);
    log_info(context->log, "TCP server started on port %u", listener_port(&content->listener));
    return 0;
}

static void on_pulse_timer(struct timer *timer)
{
    struct content *content = CONTAINER_OF(timer, struct content, pulse_at_last);
    pulse_start(&content->pulse);
}

static int open_pulse(struct content *content, const struct service_context *context,
                      const struct content_options *options, struct plat_addr addr)
{
    struct pulse_options pulse = {
        .id = options->id,
        .address = options->advertise ? options->advertise
                   : options->bind    ? options->bind
                                      : "localhost",
        .tcp_port = listener_port(&content->listener),
        .host = options->monitor_host,
        .port = options->monitor_port,
        .interval_ms = options->heartbeat_interval_ms,
    };
    content->pulse.ask = ask;
    content->pulse.owner = content;
    int rc = pulse_open(&content->pulse, content->loop, context->log, &addr, &pulse);
    if (rc < 0)
        return service_port_error(context->program, addr.port, rc);
    log_info(context->log, "Heartbeats leave from UDP port %u", pulse_port(&content->pulse));
    content->pulse_at_last.fire = on_pulse_timer;
    loop_set_timer(content->loop, &content->pulse_at_last,
                   loop_now(content->loop) + options->heartbeat_interval_ms);
    return 0;
}

static int open_shelves(struct content *content)
{
    content->shared.shelves = calloc(content->threads, sizeof(struct shelf *));
    int rc = content->shared.shelves ? 0 : PLAT_ERR_NO_MEMORY;
    for (unsigned i = 0; rc == 0 && i < content->threads; i++)
        rc = shelf_open(&content->shared.shelves[i], SHELVES_SIZE_MAX / content->threads);
    return rc;
}

static void close_shelves(struct content *content)
{
    for (unsigned i = 0; content->shared.shelves && i < content->threads; i++)
        shelf_close(content->shared.shelves[i]);
    free(content->shared.shelves);
}

static int open_parts(struct content *content, const struct service_context *context,
                      const struct content_options *options, const struct plat_addr *bind)
{
    struct registrar_options registrar = {
        .id = options->id,
        .tcp_port = listener_port(&content->listener),
        .udp_port = pulse_port(&content->pulse),
        .advertise = options->advertise,
        .host = options->index_host,
        .port = options->index_port,
        .bind = *bind,
        .load = &content->shared.load,
        .hasher = content->shared.hasher,
    };
    content->threads = service_threads(options->threads);
    int rc = open_shelves(content);
    if (rc == 0)
        rc = warmer_open(&content->shared.warmer, WARMER_THREADS, false);
    if (rc == 0)
        rc = crew_open(&content->crew, content->loop, content->threads, CONNECTIONS_MAX,
                       REPLY_LIMIT);
    if (rc == 0)
        rc = registrar_open(&content->registrar, content->loop, context->log, &registrar);
    content->scanner_events = (struct outbox_events){on_changes, content};
    if (rc == 0)
        rc = scanner_open(&content->scanner, content->loop, context->log, content->shared.root,
                          &content->scanner_events);
    if (rc < 0)
        return service_error(context->program, plat_error_text(rc), "cannot start");
    return 0;
}

static int open_all(struct content *content, const struct service_context *context,
                    const struct content_options *options)
{
    struct plat_addr addr;
    if (service_parse_bind(context->program, options->bind, &addr) < 0 ||
        open_files(content, context, options) < 0 || open_hasher(content, context) < 0)
        return -1;
    struct plat_addr bind = addr;
    addr.port = options->tcp_port;
    if (open_tcp(content, context, addr) < 0)
        return -1;
    addr.port = options->udp_port;
    if (open_pulse(content, context, options, addr) < 0)
        return -1;
    return open_parts(content, context, options, &bind);
}

int content_open(struct content **out, const struct service_context *context,
                 const struct content_options *options)
{
    struct content *content = calloc(1, sizeof *content);
    if (!content)
        return service_error(context->program, plat_error_text(PLAT_ERR_NO_MEMORY), "cannot start");
    content->loop = context->loop;
    content->shared.log = context->log;
    log_info(context->log, "Starting Content Server %s...", options->id);
    if (open_all(content, context, options) < 0) {
        content_close(content);
        return -1;
    }
    *out = content;
    return 0;
}

static void on_left(void *arg)
{
    struct content *content = arg;
    listener_close(&content->listener);
    drain_start(&content->drain, content->loop, content->crew);
}

/* First the index is told, so that nobody is sent here any more; then the running transfers end. */
void content_stop(struct content *content)
{
    log_info(content->shared.log, "Shutting down...");
    content->stopping = true;
    loop_cancel_timer(content->loop, &content->pulse_at_last);
    pulse_close(&content->pulse);
    registrar_leave(content->registrar, on_left, content);
}

void content_close(struct content *content)
{
    if (!content)
        return;
    content->stopping = true; /* nothing is told to parts that go before those who tell */
    drain_cancel(&content->drain);
    loop_cancel_timer(content->loop, &content->pulse_at_last);
    listener_close(&content->listener);
    scanner_close(content->scanner);
    registrar_close(content->registrar);
    pulse_close(&content->pulse);
    warmer_stop(content->shared.warmer); /* what it still tells needs the crew's loops */
    crew_close(content->crew);
    warmer_close(content->shared.warmer);
    close_shelves(content);
    hasher_close(content->shared.hasher);
    root_close(content->shared.root);
    free(content);
}

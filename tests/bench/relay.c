#include "relay.h"

#include <stdlib.h>

#include "base/container.h"
#include "plat/clock.h"
#include "relay_parts.h"

/* TICK_MS: how often rates are dealt out. SAVED_MS: what a source that was idle may have saved up
 * of its rate; more would be a burst that no rate allows. */
enum { EVENTS = 64, TICK_MS = 1, SAVED_MS = 20, BACKLOG = 64 };

static void bury_links(struct relay *relay)
{
    struct link **at = &relay->links;
    while (*at) {
        struct link *link = *at;
        if (!link->dead) {
            at = &link->next;
            continue;
        }
        *at = link->next;
        free(link);
    }
}

static int add_link(struct relay *relay, struct source *source, plat_socket client)
{
    plat_socket server = PLAT_SOCKET_NONE;
    struct link *link = calloc(1, sizeof *link);
    int rc = link ? plat_socket_connect(&server, &relay->plan.target, NULL) : PLAT_ERR_NO_MEMORY;
    if (rc < 0) {
        free(link);
        return rc;
    }
    link->source = source;
    link->client.watch = (struct plat_watch)PLAT_WATCH_INIT(client);
    link->server.watch = (struct plat_watch)PLAT_WATCH_INIT(server);
    link->client.link = link->server.link = link;
    link->client.other = &link->server;
    link->server.other = &link->client;
    link->next = relay->links;
    relay->links = link;
    relay_watch_link(relay, link);
    return 0;
}

static void accept_all(struct relay *relay, struct source *source)
{
    struct plat_addr peer;
    plat_socket client;
    while (!source->failed && plat_socket_accept(source->listener.socket, &client, &peer) == 0)
        if (add_link(relay, source, client) < 0)
            plat_socket_close(client);
}

static void handle(struct relay *relay, struct plat_watch *watch)
{
    for (unsigned i = 0; i < relay->plan.sources; i++) {
        if (watch == &relay->sources[i].listener) {
            accept_all(relay, &relay->sources[i]);
            return;
        }
    }
    relay_handle_end(relay, CONTAINER_OF(watch, struct end, watch));
}

/* Gives each source what its rate has earned since the last time. */
static void deal(struct relay *relay)
{
    uint64_t rate = relay->plan.rate;
    uint64_t now_us = plat_clock_now_us();
    uint64_t earned = rate * (now_us - relay->dealt_us) / 1000000;
    if (rate == 0 || earned == 0)
        return;
    relay->dealt_us = now_us;
    for (unsigned i = 0; i < relay->plan.sources; i++) {
        uint64_t *allowance = &relay->sources[i].allowance;
        *allowance += earned;
        if (*allowance > rate * SAVED_MS / 1000)
            *allowance = rate * SAVED_MS / 1000;
    }
    for (struct link *link = relay->links; link; link = link->next)
        relay_watch_link(relay, link);
}

int relay_run(struct relay *relay)
{
    struct plat_event events[EVENTS];
    size_t number;
    relay->dealt_us = plat_clock_now_us();
    while (plat_atomic_load(&relay->stopping) == 0) {
        int rc = plat_poller_wait(relay->poller, events, EVENTS,
                                  relay->plan.rate > 0 ? TICK_MS : -1, &number);
        if (rc != 0)
            return rc;
        for (size_t i = 0; i < number; i++)
            handle(relay, events[i].watch);
        deal(relay);
        bury_links(relay);
    }
    return 0;
}

static int listen_as(struct relay *relay, struct source *source)
{
    struct plat_addr addr = plat_addr_loopback(false, 0);
    plat_socket socket;
    int rc = plat_socket_listen(&socket, &addr, BACKLOG);
    if (rc != 0)
        return rc;
    source->listener = (struct plat_watch)PLAT_WATCH_INIT(socket);
    rc = plat_socket_local(socket, &addr);
    source->port = addr.port;
    return rc == 0 ? plat_poller_watch(relay->poller, &source->listener, PLAT_READ) : rc;
}

int relay_open(struct relay **out, const struct relay_plan *plan)
{
    struct relay *relay = calloc(1, sizeof *relay);
    if (!relay)
        return PLAT_ERR_NO_MEMORY;
    relay->plan = *plan;
    for (unsigned i = 0; i < RELAY_SOURCES_MAX; i++)
        relay->sources[i].listener = (struct plat_watch)PLAT_WATCH_INIT(PLAT_SOCKET_NONE);
    int rc = plat_poller_open(&relay->poller);
    for (unsigned i = 0; rc == 0 && i < plan->sources; i++)
        rc = listen_as(relay, &relay->sources[i]);
    if (rc == 0)
        *out = relay;
    else
        relay_close(relay);
    return rc;
}

void relay_close(struct relay *relay)
{
    if (!relay)
        return;
    for (struct link *link = relay->links; link; link = link->next)
        relay_end_link(relay, link);
    bury_links(relay);
    for (unsigned i = 0; i < RELAY_SOURCES_MAX; i++)
        plat_socket_close(relay->sources[i].listener.socket);
    plat_poller_close(relay->poller);
    free(relay);
}

uint16_t relay_port(const struct relay *relay, unsigned source)
{
    return relay->sources[source].port;
}

void relay_stop(struct relay *relay)
{
    plat_atomic_store(&relay->stopping, 1);
    plat_poller_wake(relay->poller);
}

const struct relay_result *relay_result(const struct relay *relay)
{
    return &relay->result;
}

#include "relay.h"

#include <stdlib.h>

#include "base/container.h"
#include "plat/atomic.h"
#include "plat/clock.h"
#include "plat/poller.h"

/* TICK_MS: how often rates are dealt out, a whole one of them at most SAVED_MS' worth. */
enum { ROOM = 64 * 1024, EVENTS = 64, TICK_MS = 1, SAVED_MS = 20, BACKLOG = 64 };

struct link;

/* One socket of a link, and what was read from it and is not yet written to the other one. */
struct end {
    struct plat_watch watch;
    struct link *link;
    struct end *other;
    size_t at, size;
    bool ended; /* its peer sends no more */
    char room[ROOM];
};

struct source {
    struct plat_watch listener;
    uint16_t port;
    uint64_t allowance; /* bytes */
    bool failed;
};

struct link {
    struct link *next;
    struct source *source;
    struct end client, server;
    bool dead;
};

struct relay {
    struct relay_plan plan;
    struct relay_result result;
    struct source sources[RELAY_SOURCES_MAX];
    struct link *links;
    struct plat_poller *poller;
    struct plat_atomic_u64 stopping;
    uint64_t now_us, dealt_us;
    uint64_t total; /* bytes to the client */
    bool has_failed;
};

static void close_end(struct relay *relay, struct end *end)
{
    plat_poller_forget(relay->poller, &end->watch);
    plat_socket_close(end->watch.socket);
    end->watch.socket = PLAT_SOCKET_NONE;
}

/* An event at hand may still name it: it is freed between two turns. */
static void end_link(struct relay *relay, struct link *link)
{
    if (link->dead)
        return;
    link->dead = true;
    close_end(relay, &link->client);
    close_end(relay, &link->server);
}

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

static bool is_limited(const struct relay *relay, const struct end *end)
{
    return relay->plan.rate > 0 && end == &end->link->server;
}

static void watch_end(struct relay *relay, struct end *end)
{
    unsigned events = 0;
    bool may = !is_limited(relay, end) || end->link->source->allowance > 0;
    if (end->size == 0 && !end->ended && may)
        events |= PLAT_READ;
    if (end->other->size > 0)
        events |= PLAT_WRITE;
    if (end->link->source->failed)
        events = 0;
    if (plat_poller_watch(relay->poller, &end->watch, events) < 0)
        end_link(relay, end->link);
}

static void watch_link(struct relay *relay, struct link *link)
{
    if (!link->dead)
        watch_end(relay, &link->client);
    if (!link->dead)
        watch_end(relay, &link->server);
}

static void fail(struct relay *relay, struct source *source)
{
    relay->has_failed = source->failed = true;
    if (relay->plan.fault == RELAY_CUT) {
        plat_poller_forget(relay->poller, &source->listener);
        plat_socket_close(source->listener.socket);
        source->listener.socket = PLAT_SOCKET_NONE;
    }
    for (struct link *link = relay->links; link; link = link->next) {
        if (link->source != source)
            continue;
        if (relay->plan.fault == RELAY_CUT)
            end_link(relay, link);
        else
            watch_link(relay, link);
    }
}

/* Bytes of content went to the client. */
static void count(struct relay *relay, struct source *source, size_t sent)
{
    struct relay_result *result = &relay->result;
    uint64_t now_us = plat_clock_now_us();
    if (relay->has_failed && now_us - result->last_us > result->gap_us)
        result->gap_us = now_us - result->last_us;
    if (relay->total == 0)
        result->first_us = now_us;
    result->last_us = now_us;
    result->bytes[source - relay->sources] += sent;
    relay->total += sent;
    if (!relay->has_failed && relay->plan.fault_at > 0 && relay->total >= relay->plan.fault_at)
        fail(relay, source);
}

/* Reads what the end's peer sends, as far as its source's rate allows. false: the link is over. */
static bool read_end(struct relay *relay, struct end *end)
{
    struct source *source = end->link->source;
    size_t most = ROOM, got;
    if (is_limited(relay, end) && source->allowance < most)
        most = (size_t)source->allowance;
    if (end->size > 0 || end->ended || most == 0)
        return true;
    int rc = plat_socket_recv(end->watch.socket, end->room, most, &got);
    if (rc == PLAT_AGAIN)
        return true;
    if (rc == PLAT_END) {
        end->ended = true;
        plat_socket_shutdown(end->other->watch.socket);
        return !end->other->ended;
    }
    if (rc != 0)
        return false;
    end->at = 0;
    end->size = got;
    if (is_limited(relay, end))
        source->allowance -= got;
    return true;
}

static bool write_end(struct relay *relay, struct end *end)
{
    struct end *from = end->other;
    size_t sent;
    if (from->size == 0)
        return true;
    int rc = plat_socket_send(end->watch.socket, from->room + from->at, from->size, &sent);
    if (rc != 0)
        return rc == PLAT_AGAIN;
    from->at += sent;
    from->size -= sent;
    if (end == &end->link->client)
        count(relay, end->link->source, sent);
    return !end->link->dead;
}

static void handle_end(struct relay *relay, struct end *end)
{
    struct link *link = end->link;
    if (link->dead || link->source->failed)
        return;
    if (!write_end(relay, end) || !read_end(relay, end) || !write_end(relay, end->other))
        end_link(relay, link);
    watch_link(relay, link);
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
    watch_link(relay, link);
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
    handle_end(relay, CONTAINER_OF(watch, struct end, watch));
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
        watch_link(relay, link);
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
        end_link(relay, link);
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

#include "relay_parts.h"

#include "plat/clock.h"

static void close_end(struct relay *relay, struct end *end)
{
    plat_poller_forget(relay->poller, &end->watch);
    plat_socket_close(end->watch.socket);
    end->watch.socket = PLAT_SOCKET_NONE;
}

void relay_end_link(struct relay *relay, struct link *link)
{
    if (link->dead)
        return;
    link->dead = true;
    close_end(relay, &link->client);
    close_end(relay, &link->server);
}

static bool is_limited(const struct relay *relay, const struct end *end)
{
    return relay->plan.rate > 0 && end == &end->link->server;
}

/* Only what can be done is asked for: the poller is level-triggered and would spin. */
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
        relay_end_link(relay, end->link);
}

void relay_watch_link(struct relay *relay, struct link *link)
{
    if (!link->dead)
        watch_end(relay, &link->client);
    if (!link->dead)
        watch_end(relay, &link->server);
}

/* Cutting is what a server that dies does: the system closes what it had. Hanging is what one does
 * whose machine lost power: no word at all, so that only a time limit tells. */
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
            relay_end_link(relay, link);
        else
            relay_watch_link(relay, link);
    }
}

/* Bytes went to the client. A pause counts from the last ones before the fault, since that is how
 * long the user has seen nothing. */
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

/* Reads what the end's peer sends, as far as its source's rate allows; nothing while something
 * still waits, so that a slow reader is felt at the other end. false: the link is over. */
static bool read_end(struct relay *relay, struct end *end)
{
    struct source *source = end->link->source;
    size_t most = RELAY_ROOM, got;
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

void relay_handle_end(struct relay *relay, struct end *end)
{
    struct link *link = end->link;
    if (link->dead || link->source->failed)
        return;
    if (!write_end(relay, end) || !read_end(relay, end) || !write_end(relay, end->other))
        relay_end_link(relay, link);
    relay_watch_link(relay, link);
}

#include "monitor/roster.h"

#include <stdlib.h>

/* Which of a server's places in a list: by_status or by_return. */
typedef struct roster_links *links_of(struct roster_server *server);

static struct roster_links *by_status(struct roster_server *server)
{
    return &server->by_status;
}

static struct roster_links *by_return(struct roster_server *server)
{
    return &server->by_return;
}

static void list_append(struct roster_list *list, links_of *links, struct roster_server *server)
{
    *links(server) = (struct roster_links){.previous = list->last};
    if (list->last)
        links(list->last)->next = server;
    else
        list->first = server;
    list->last = server;
}

static void list_remove(struct roster_list *list, links_of *links, struct roster_server *server)
{
    struct roster_links at = *links(server);
    if (at.previous)
        links(at.previous)->next = at.next;
    else
        list->first = at.next;
    if (at.next)
        links(at.next)->previous = at.previous;
    else
        list->last = at.previous;
}

static struct slice server_id(const void *item)
{
    const struct roster_server *server = item;
    return slice_text(server->id);
}

void roster_init(struct roster *roster, size_t servers_max)
{
    *roster = (struct roster){.servers = SORTED_INIT(server_id), .servers_max = servers_max};
}

void roster_fini(struct roster *roster)
{
    for (size_t i = 0; i < roster->servers.count; i++)
        free(sorted_at(&roster->servers, i));
    sorted_fini(&roster->servers);
}

struct roster_server *roster_find(const struct roster *roster, struct slice id)
{
    return sorted_find(&roster->servers, id);
}

size_t roster_count(const struct roster *roster)
{
    return roster->servers.count;
}

size_t roster_after(const struct roster *roster, struct slice id)
{
    return sorted_after(&roster->servers, id);
}

const struct roster_server *roster_at(const struct roster *roster, size_t position)
{
    return sorted_at(&roster->servers, position);
}

static void tell_leaving(struct roster *roster, struct roster_server *server)
{
    if (roster->on_leave)
        roster->on_leave(roster->arg, server);
}

static void leave_dead(struct roster *roster, struct roster_server *server)
{
    tell_leaving(roster, server);
    list_remove(&roster->dead, by_status, server);
}

static void leave_alive(struct roster *roster, struct roster_server *server)
{
    list_remove(&roster->alive, by_status, server);
    if (!server->returned)
        return;
    tell_leaving(roster, server);
    list_remove(&roster->returned, by_return, server);
    server->returned = false;
}

static void remove_dead(struct roster *roster, struct roster_server *server)
{
    leave_dead(roster, server);
    sorted_remove(&roster->servers, server);
    free(server);
}

/* A new server, not in any list yet; NULL when there is no room. */
static struct roster_server *add(struct roster *roster, struct slice id)
{
    if (roster_count(roster) >= roster->servers_max && roster->dead.first)
        remove_dead(roster, roster->dead.first);
    if (roster_count(roster) >= roster->servers_max)
        return NULL;
    struct roster_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    slice_copy(id, server->id, sizeof server->id);
    if (sorted_add(&roster->servers, server) < 0) {
        free(server);
        return NULL;
    }
    return server;
}

enum roster_news roster_hear(struct roster *roster, const struct heartbeat *heartbeat,
                             struct slice address, uint64_t now_ms, struct roster_server **out)
{
    enum roster_news news = ROSTER_HEARD;
    struct roster_server *server = roster_find(roster, heartbeat->server_id);
    if (!server) {
        server = add(roster, heartbeat->server_id);
        if (!server)
            return ROSTER_FULL;
        news = ROSTER_NEW;
    } else if (!server->alive) {
        leave_dead(roster, server);
        list_append(&roster->returned, by_return, server);
        server->returned = true;
        news = ROSTER_BACK;
    } else {
        list_remove(&roster->alive, by_status, server);
    }
    slice_copy(address, server->address, sizeof server->address);
    server->tcp_port = heartbeat->tcp_port;
    server->load = heartbeat->load;
    server->file_count = heartbeat->file_count;
    server->alive = true;
    server->heard_ms = now_ms;
    list_append(&roster->alive, by_status, server);
    *out = server;
    return news;
}

struct roster_server *roster_judge(struct roster *roster, uint64_t timeout_ms, uint64_t now_ms)
{
    struct roster_server *server = roster->alive.first;
    if (!server || now_ms - server->heard_ms < timeout_ms)
        return NULL;
    leave_alive(roster, server);
    server->alive = false;
    list_append(&roster->dead, by_status, server);
    return server;
}

struct roster_server *roster_next(const struct roster_server *server)
{
    return server->alive ? server->by_return.next : server->by_status.next;
}

void roster_excuse(struct roster *roster, uint64_t ms, uint64_t now_ms)
{
    for (struct roster_server *s = roster->alive.first; s; s = s->by_status.next)
        s->heard_ms = now_ms - s->heard_ms > ms ? s->heard_ms + ms : now_ms;
}

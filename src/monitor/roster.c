#include "monitor/roster.h"

#include <stdlib.h>

static void list_append(struct roster_list *list, struct roster_server *server)
{
    server->next = NULL;
    server->previous = list->last;
    if (list->last)
        list->last->next = server;
    else
        list->first = server;
    list->last = server;
}

static void list_remove(struct roster_list *list, struct roster_server *server)
{
    if (server->previous)
        server->previous->next = server->next;
    else
        list->first = server->next;
    if (server->next)
        server->next->previous = server->previous;
    else
        list->last = server->previous;
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

static void leave_dead(struct roster *roster, struct roster_server *server)
{
    if (roster->on_leave_dead)
        roster->on_leave_dead(roster->arg, server);
    list_remove(&roster->dead, server);
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
        news = ROSTER_BACK;
    } else {
        list_remove(&roster->alive, server);
    }
    slice_copy(address, server->address, sizeof server->address);
    server->tcp_port = heartbeat->tcp_port;
    server->load = heartbeat->load;
    server->file_count = heartbeat->file_count;
    server->alive = true;
    server->heard_ms = now_ms;
    list_append(&roster->alive, server);
    *out = server;
    return news;
}

struct roster_server *roster_judge(struct roster *roster, uint64_t timeout_ms, uint64_t now_ms)
{
    struct roster_server *server = roster->alive.first;
    if (!server || now_ms - server->heard_ms < timeout_ms)
        return NULL;
    list_remove(&roster->alive, server);
    server->alive = false;
    list_append(&roster->dead, server);
    return server;
}

void roster_excuse(struct roster *roster, uint64_t ms, uint64_t now_ms)
{
    for (struct roster_server *s = roster->alive.first; s; s = s->next)
        s->heard_ms = now_ms - s->heard_ms > ms ? s->heard_ms + ms : now_ms;
}

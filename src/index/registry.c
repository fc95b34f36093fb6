#include "index/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"
#include "index/standing.h"
#include "plat/thread.h"

/* Heartbeats come each three seconds, so after that long the load that a monitor tells includes
 * every client that was counted, even if its number has not changed. */
enum { COUNT_MOST_MS = 3000 };

struct server {
    struct limbo_item limbo;
    char id[SERVER_ID_SIZE_MAX + 1];
    struct standing standing;
    struct catalogue_server seen; /* what lookups see of it */
    uint64_t died_ms;
    uint64_t listed_in_ms; /* the question in whose answer it was last named */
};

struct registry {
    struct catalogue *catalogue;
    struct sweeper *sweeper;
    size_t servers_max;
    struct plat_mutex mutex;
    /* below: under the mutex */
    struct sorted servers;   /* by id */
    uint64_t count_since_ms; /* since when lookups count the clients they send */
    bool loads_changed;      /* in the poll at hand */
    size_t listed;           /* of our servers, in the poll at hand */
    size_t listed_before;
};

static struct slice server_id(const void *item)
{
    const struct server *server = item;
    return slice_text(server->id);
}

int registry_open(struct registry **out, struct catalogue *catalogue, struct sweeper *sweeper,
                  size_t servers_max)
{
    struct registry *registry = calloc(1, sizeof *registry);
    if (!registry)
        return PLAT_ERR_NO_MEMORY;
    registry->catalogue = catalogue;
    registry->sweeper = sweeper;
    registry->servers_max = servers_max;
    registry->servers = (struct sorted)SORTED_INIT(server_id);
    plat_mutex_init(&registry->mutex);
    *out = registry;
    return 0;
}

/* Lookups may still come across the server's files, so it goes only after them. */
static void drop_server(struct registry *registry, struct server *server)
{
    struct catalogue_list *list = catalogue_publish(&server->seen, NULL);
    sorted_remove(&registry->servers, server);
    sweeper_add(registry->sweeper, list, &server->limbo);
}

void registry_close(struct registry *registry)
{
    if (!registry)
        return;
    while (registry->servers.count > 0)
        drop_server(registry, sorted_at(&registry->servers, registry->servers.count - 1));
    sorted_fini(&registry->servers);
    plat_mutex_fini(&registry->mutex);
    free(registry);
}

/* Shows lookups what is believed now. */
static void show(struct server *server, uint64_t now_ms)
{
    bool was_alive = plat_atomic_load(&server->seen.alive) != 0;
    if (was_alive && !server->standing.alive)
        server->died_ms = now_ms;
    plat_atomic_store(&server->seen.alive, server->standing.alive);
    if (plat_atomic_load(&server->seen.load) != server->standing.load)
        plat_atomic_store(&server->seen.load, server->standing.load);
}

static struct server *longest_dead(const struct registry *registry)
{
    struct server *longest = NULL;
    for (size_t i = 0; i < registry->servers.count; i++) {
        struct server *server = sorted_at(&registry->servers, i);
        if (!server->standing.alive && (!longest || server->died_ms < longest->died_ms))
            longest = server;
    }
    return longest;
}

static bool is_full(const struct registry *registry)
{
    return registry->servers.count >= registry->servers_max;
}

bool registry_has_room(struct registry *registry, struct slice id)
{
    plat_mutex_lock(&registry->mutex);
    bool room =
        !is_full(registry) || sorted_find(&registry->servers, id) || longest_dead(registry) != NULL;
    plat_mutex_unlock(&registry->mutex);
    return room;
}

static int add_server(struct registry *registry, struct slice id, struct server **out)
{
    struct server *dead = is_full(registry) ? longest_dead(registry) : NULL;
    if (is_full(registry) && !dead)
        return PLAT_ERR_NO_SPACE;
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return PLAT_ERR_NO_MEMORY;
    if (dead)
        drop_server(registry, dead);
    slice_copy(id, server->id, sizeof server->id);
    if (sorted_add(&registry->servers, server) < 0) {
        free(server);
        return PLAT_ERR_NO_MEMORY;
    }
    *out = server;
    return 0;
}

int registry_publish(struct registry *registry, struct catalogue_list *list, uint64_t now_ms)
{
    struct catalogue_list *before = NULL;
    struct slice id = catalogue_list_id(list);
    plat_mutex_lock(&registry->mutex);
    int rc = catalogue_list_is_retired(list) ? PLAT_ERR_NOT_FOUND : 0;
    struct server *server = sorted_find(&registry->servers, id);
    if (!server && rc == 0)
        rc = add_server(registry, id, &server);
    if (rc == 0) {
        standing_registered(&server->standing, now_ms);
        plat_atomic_store(&server->seen.given, 0);
        before = catalogue_publish(&server->seen, list);
        show(server, now_ms);
    }
    /* Under the mutex, so that it stands before its server in the sweeper's queue. */
    if (before)
        sweeper_add(registry->sweeper, before, NULL);
    plat_mutex_unlock(&registry->mutex);
    return rc;
}

/* Finds the server, has it changed by one of standing's words, and shows it. */
static bool tell(struct registry *registry, struct slice id,
                 void (*word)(struct standing *standing, uint64_t now_ms), uint64_t now_ms)
{
    plat_mutex_lock(&registry->mutex);
    struct server *server = sorted_find(&registry->servers, id);
    if (server) {
        word(&server->standing, now_ms);
        show(server, now_ms);
    }
    plat_mutex_unlock(&registry->mutex);
    return server != NULL;
}

bool registry_down(struct registry *registry, struct slice id, uint64_t now_ms)
{
    return tell(registry, id, standing_down, now_ms);
}

bool registry_up(struct registry *registry, struct slice id, uint64_t now_ms)
{
    return tell(registry, id, standing_up, now_ms);
}

bool registry_leave(struct registry *registry, struct slice id, uint64_t now_ms)
{
    return tell(registry, id, standing_left, now_ms);
}

bool registry_load(struct registry *registry, struct slice id, uint32_t load, uint64_t now_ms)
{
    plat_mutex_lock(&registry->mutex);
    struct server *server = sorted_find(&registry->servers, id);
    if (server) {
        standing_loaded(&server->standing, load, now_ms);
        plat_atomic_store(&server->seen.given, 0);
        show(server, now_ms);
    }
    plat_mutex_unlock(&registry->mutex);
    return server != NULL;
}

void registry_polled(struct registry *registry, const struct reply_server *word, uint64_t asked_ms,
                     uint64_t now_ms)
{
    plat_mutex_lock(&registry->mutex);
    struct server *server = sorted_find(&registry->servers, word->server_id);
    if (server) {
        uint32_t load_before = server->standing.load;
        standing_polled(&server->standing, word->alive, word->load, asked_ms, now_ms);
        if (server->standing.load != load_before)
            registry->loads_changed = true;
        if (server->listed_in_ms != asked_ms)
            registry->listed++;
        server->listed_in_ms = asked_ms;
        show(server, now_ms);
    }
    plat_mutex_unlock(&registry->mutex);
}

/* Between two heartbeats, lookups add the clients that they sent to a server to its load. New
 * loads include those clients, so the count begins again. */
static void restart_count(struct registry *registry, uint64_t now_ms)
{
    if (!registry->loads_changed && now_ms - registry->count_since_ms < COUNT_MOST_MS)
        return;
    for (size_t i = 0; i < registry->servers.count; i++) {
        struct server *server = sorted_at(&registry->servers, i);
        plat_atomic_store(&server->seen.given, 0);
    }
    registry->count_since_ms = now_ms;
}

void registry_poll_done(struct registry *registry, uint64_t asked_ms, uint64_t reachable_ms,
                        uint64_t now_ms, bool *missed)
{
    plat_mutex_lock(&registry->mutex);
    for (size_t i = 0; i < registry->servers.count; i++) {
        struct server *server = sorted_at(&registry->servers, i);
        if (server->listed_in_ms == asked_ms)
            continue;
        standing_unlisted(&server->standing, reachable_ms, now_ms);
        show(server, now_ms);
    }
    *missed = registry->listed < registry->listed_before;
    registry->listed_before = registry->listed;
    registry->listed = 0;
    restart_count(registry, now_ms);
    registry->loads_changed = false;
    plat_mutex_unlock(&registry->mutex);
}

static void describe(const struct server *server, struct registry_entry *entry)
{
    const struct catalogue_list *list = plat_atomic_load_ptr(&server->seen.list);
    strcpy(entry->id, server->id);
    const struct place *place = catalogue_list_place(list);
    slice_copy(place_address(place), entry->address, sizeof entry->address);
    entry->tcp_port = place->tcp_port;
    entry->load = server->standing.load;
    entry->alive = server->standing.alive;
}

size_t registry_list(struct registry *registry, struct slice after, struct registry_entry *entries,
                     size_t most)
{
    size_t count = 0;
    plat_mutex_lock(&registry->mutex);
    size_t at = sorted_after(&registry->servers, after);
    for (; at < registry->servers.count && count < most; at++)
        describe(sorted_at(&registry->servers, at), &entries[count++]);
    plat_mutex_unlock(&registry->mutex);
    return count;
}

#include "monitor/notifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "net/backoff.h"
#include "net/conn.h"
#include "net/dial.h"
#include "plat/clock.h"
#include "proto/request.h"

enum { PAUSE_FIRST_MS = 250, PAUSE_MOST_MS = 10 * 1000 };

enum index_state { INDEX_IDLE, INDEX_DIALING, INDEX_TELLING, INDEX_PAUSING };

struct index {
    struct index *next;
    struct notifier *notifier;
    char host[HOST_SIZE_MAX + 1];
    uint16_t port;
    enum index_state state;
    struct roster_server *dead;           /* the next to tell about; NULL: told about all */
    struct roster_server *returned;       /* the same */
    char told_id[SERVER_ID_SIZE_MAX + 1]; /* whom the connection at hand is about */
    const char *told_what;                /* and what it tells, for the log */
    const struct roster_server *told;     /* the same server, unless it has changed meanwhile */
    bool failing;
    uint64_t failing_since_ms;
    bool removed; /* to be freed when its connection is */
    struct loop_task burial;
    struct backoff backoff;
    struct dial dial;
    struct conn conn;
    struct timer timer;
};

struct notifier {
    struct loop *loop;
    struct log *log;
    struct index *indexes;
    size_t count, indexes_max;
};

static void tell_next(struct index *index);

/* The index's place in the list that the server is in. */
static struct roster_server **place_among(struct index *index, const struct roster_server *server)
{
    return server->alive ? &index->returned : &index->dead;
}

/* Deaths come first: clients are sent to a dead server, and merely not yet to a returned one. */
static struct roster_server *next_to_tell(const struct index *index)
{
    return index->dead ? index->dead : index->returned;
}

int notifier_open(struct notifier **out, struct loop *loop, struct log *log, size_t indexes_max)
{
    struct notifier *notifier = calloc(1, sizeof *notifier);
    if (!notifier)
        return PLAT_ERR_NO_MEMORY;
    notifier->loop = loop;
    notifier->log = log;
    notifier->indexes_max = indexes_max;
    *out = notifier;
    return 0;
}

static void bury(struct loop_task *task)
{
    free(CONTAINER_OF(task, struct index, burial));
}

/* Takes the index out of the list. Its memory goes when its connection is buried. */
static void remove_index(struct notifier *notifier, struct index *index)
{
    struct index **at = &notifier->indexes;
    while (*at != index)
        at = &(*at)->next;
    *at = index->next;
    notifier->count--;
    dial_cancel(&index->dial);
    loop_cancel_timer(notifier->loop, &index->timer);
    if (index->state == INDEX_TELLING) {
        index->removed = true;
        conn_close(&index->conn);
        return;
    }
    loop_bury(notifier->loop, &index->burial); /* an event at hand may still name its dial */
}

void notifier_close(struct notifier *notifier)
{
    if (!notifier)
        return;
    while (notifier->indexes)
        remove_index(notifier, notifier->indexes);
    free(notifier);
}

static void fail(struct index *index, int error)
{
    struct notifier *notifier = index->notifier;
    if (!index->failing) {
        index->failing = true;
        index->failing_since_ms = loop_now(notifier->loop);
        log_warn(notifier->log, "Cannot notify Index Server at %s:%u: %s", index->host, index->port,
                 plat_error_text(error));
    }
    index->state = INDEX_PAUSING;
    loop_set_timer(notifier->loop, &index->timer,
                   loop_now(notifier->loop) + backoff_random_pause_ms(&index->backoff));
}

/* The index has got it: go on to the next, unless a change has moved us on already. */
static void succeed(struct index *index)
{
    log_info(index->notifier->log, "Notified Index Server at %s:%u about %s %s", index->host,
             index->port, index->told_id, index->told_what);
    index->failing = false;
    index->state = INDEX_IDLE;
    backoff_reset(&index->backoff);
    if (index->told && *place_among(index, index->told) == index->told)
        *place_among(index, index->told) = roster_next(index->told);
    tell_next(index);
}

/* Never called: after conn_finish the peer's words are not listened to, and it has none to say. */
static void on_line(struct conn *conn, struct slice line)
{
    (void)conn;
    (void)line;
}

static void on_closed(struct conn *conn, int reason)
{
    struct index *index = conn->owner;
    if (index->removed) {
        free(index);
        return;
    }
    if (reason == 0)
        succeed(index);
    else
        fail(index, reason);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void put_notice(struct index *index)
{
    const struct roster_server *server = next_to_tell(index);
    struct request notice = {
        .verb = server->alive ? VERB_SERVER_UP : VERB_SERVER_DOWN,
        .server_id = slice_text(server->id),
        .timestamp = plat_clock_unix_ms() / 1000,
    };
    strcpy(index->told_id, server->id);
    index->told_what = server->alive ? "return" : "failure";
    index->told = server;
    request_encode(conn_out(&index->conn), &notice);
    conn_finish(&index->conn);
}

static void on_dialed(struct dial *dial, int error, plat_socket socket,
                      const struct plat_addr *peer)
{
    struct index *index = dial->owner;
    if (error == 0 && !next_to_tell(index)) { /* gone: nothing to tell any more */
        plat_socket_close(socket);
        index->failing = false;
        index->state = INDEX_IDLE;
        return;
    }
    if (error == 0)
        error = conn_open(&index->conn, index->notifier->loop, socket, peer, &handler, index);
    if (error < 0) {
        fail(index, error);
        return;
    }
    index->state = INDEX_TELLING;
    put_notice(index);
}

static void tell_next(struct index *index)
{
    if (index->state != INDEX_IDLE || !next_to_tell(index))
        return;
    index->state = INDEX_DIALING;
    dial_start(&index->dial, index->notifier->loop, index->host, index->port, NULL);
}

static void on_timer(struct timer *timer)
{
    struct index *index = CONTAINER_OF(timer, struct index, timer);
    index->state = INDEX_IDLE;
    tell_next(index);
}

static struct index *find(struct notifier *notifier, struct slice host, uint16_t port)
{
    for (struct index *i = notifier->indexes; i; i = i->next)
        if (i->port == port && slice_is(host, i->host))
            return i;
    return NULL;
}

/* Removes the index that could not be reached for the longest time; false if all could. */
static bool make_room(struct notifier *notifier)
{
    struct index *longest = NULL;
    for (struct index *i = notifier->indexes; i; i = i->next)
        if (i->failing && (!longest || i->failing_since_ms < longest->failing_since_ms))
            longest = i;
    if (longest)
        remove_index(notifier, longest);
    return longest != NULL;
}

int notifier_register(struct notifier *notifier, struct slice host, uint16_t port)
{
    struct index *index = find(notifier, host, port);
    if (index) {
        backoff_reset(&index->backoff); /* it is there: what it missed can be told now */
        index->failing = false;
        if (index->state == INDEX_PAUSING)
            loop_set_timer(notifier->loop, &index->timer, loop_now(notifier->loop));
        return 0;
    }
    if (notifier->count >= notifier->indexes_max && !make_room(notifier))
        return PLAT_ERR_NO_SPACE;
    index = calloc(1, sizeof *index);
    if (!index)
        return PLAT_ERR_NO_MEMORY;
    index->notifier = notifier;
    slice_copy(host, index->host, sizeof index->host);
    index->port = port;
    index->backoff = (struct backoff){.first_ms = PAUSE_FIRST_MS, .most_ms = PAUSE_MOST_MS};
    index->dial.on_done = on_dialed;
    index->dial.owner = index;
    index->timer.fire = on_timer;
    index->burial.run = bury;
    index->next = notifier->indexes;
    notifier->indexes = index;
    notifier->count++;
    return 0;
}

void notifier_on_change(struct notifier *notifier, struct roster_server *server)
{
    for (struct index *i = notifier->indexes; i; i = i->next) {
        if (!*place_among(i, server))
            *place_among(i, server) = server;
        tell_next(i);
    }
}

void notifier_on_leave(struct notifier *notifier, struct roster_server *server)
{
    for (struct index *i = notifier->indexes; i; i = i->next) {
        if (*place_among(i, server) == server)
            *place_among(i, server) = roster_next(server);
        if (i->told == server)
            i->told = NULL;
    }
}

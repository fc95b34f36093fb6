#include "net/dial.h"

#include <string.h>

#include "base/container.h"

enum { TRY_MS = 5000 }; /* for one address; a handshake with two retransmissions fits in */

static void try_next(struct dial *dial);

static void finish(struct dial *dial, int error, plat_socket socket, const struct plat_addr *peer)
{
    dial->active = false;
    dial->on_done(dial, error, socket, peer);
}

static void drop_socket(struct dial *dial)
{
    if (dial->source.watch.socket == PLAT_SOCKET_NONE)
        return;
    loop_cancel_timer(dial->loop, &dial->deadline);
    loop_forget(dial->loop, &dial->source);
    plat_socket_close(dial->source.watch.socket);
    dial->source.watch.socket = PLAT_SOCKET_NONE;
}

/* Hands the connected socket to the owner. */
static void succeed(struct dial *dial)
{
    plat_socket socket = dial->source.watch.socket;
    loop_cancel_timer(dial->loop, &dial->deadline);
    loop_forget(dial->loop, &dial->source);
    dial->source.watch.socket = PLAT_SOCKET_NONE;
    finish(dial, 0, socket, &dial->resolve.addresses[dial->next - 1]);
}

static void on_event(struct loop_source *source, unsigned events)
{
    struct dial *dial = CONTAINER_OF(source, struct dial, source);
    (void)events;
    int rc = plat_socket_connect_result(source->watch.socket);
    if (rc == PLAT_AGAIN)
        return;
    if (rc == 0) {
        succeed(dial);
        return;
    }
    dial->error = rc;
    drop_socket(dial);
    try_next(dial);
}

static void on_deadline(struct timer *timer)
{
    struct dial *dial = CONTAINER_OF(timer, struct dial, deadline);
    dial->error = PLAT_ERR_TIMED_OUT;
    drop_socket(dial);
    try_next(dial);
}

static int begin(struct dial *dial, const struct plat_addr *to)
{
    plat_socket socket;
    int rc = plat_socket_connect(&socket, to, dial->has_from ? &dial->from : NULL);
    if (rc < 0)
        return rc;
    dial->source = (struct loop_source){.watch = PLAT_WATCH_INIT(socket), .on_event = on_event};
    rc = loop_watch(dial->loop, &dial->source, PLAT_WRITE);
    if (rc < 0) {
        drop_socket(dial);
        return rc;
    }
    dial->deadline.fire = on_deadline;
    loop_set_timer(dial->loop, &dial->deadline, loop_now(dial->loop) + TRY_MS);
    return 0;
}

static void try_next(struct dial *dial)
{
    while (dial->next < dial->resolve.count) {
        const struct plat_addr *to = &dial->resolve.addresses[dial->next++];
        if (dial->has_from && dial->from.is_v6 != to->is_v6)
            continue;
        int rc = begin(dial, to);
        if (rc == 0)
            return;
        dial->error = rc;
    }
    finish(dial, dial->error, PLAT_SOCKET_NONE, NULL);
}

static void on_resolved(struct resolve *resolve, int error)
{
    struct dial *dial = CONTAINER_OF(resolve, struct dial, resolve);
    if (error < 0)
        dial->error = error;
    try_next(dial);
}

static void on_start(struct timer *timer)
{
    try_next(CONTAINER_OF(timer, struct dial, deadline));
}

void dial_start(struct dial *dial, struct loop *loop, const char *host, uint16_t port,
                const struct plat_addr *from)
{
    dial->loop = loop;
    dial->source.watch.socket = PLAT_SOCKET_NONE;
    dial->deadline = (struct timer){.fire = on_start};
    dial->resolve.on_done = on_resolved;
    dial->has_from = from != NULL;
    if (from)
        dial->from = *from;
    dial->next = 0;
    dial->active = true;
    dial->error = PLAT_ERR_NO_HOST;
    int rc = resolve_start(&dial->resolve, loop, host, port);
    if (rc == PLAT_AGAIN)
        return;
    if (rc < 0)
        dial->error = rc;
    loop_set_timer(loop, &dial->deadline, loop_now(loop));
}

void dial_cancel(struct dial *dial)
{
    if (!dial->active)
        return;
    dial->active = false;
    resolve_cancel(&dial->resolve);
    loop_cancel_timer(dial->loop, &dial->deadline);
    drop_socket(dial);
}

#include "net/listener.h"

#include "base/container.h"

enum {
    BACKLOG = 4096, /* the system cuts it to its own limit */
    ACCEPTS_A_TURN = 64,
    PAUSE_MS = 100
};

static void pause_accepting(struct listener *listener, int error)
{
    if (!listener->warned)
        log_warn(listener->log, "Cannot accept connections: %s; waiting for some to end",
                 plat_error_text(error));
    listener->warned = true;
    loop_forget(listener->loop, &listener->source);
    loop_set_timer(listener->loop, &listener->pause, loop_now(listener->loop) + PAUSE_MS);
}

static void on_pause_over(struct timer *timer)
{
    struct listener *listener = CONTAINER_OF(timer, struct listener, pause);
    int rc = loop_watch(listener->loop, &listener->source, PLAT_READ);
    if (rc < 0)
        loop_set_timer(listener->loop, timer, loop_now(listener->loop) + PAUSE_MS);
}

static void on_event(struct loop_source *source, unsigned events)
{
    struct listener *listener = CONTAINER_OF(source, struct listener, source);
    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        plat_socket socket;
        struct plat_addr peer;
        int rc = plat_socket_accept(source->watch.socket, &socket, &peer);
        if (rc == PLAT_AGAIN)
            return;
        if (rc == 0) {
            listener->warned = false;
            listener->on_accept(listener, socket, &peer);
            if (source->watch.slot < 0)
                return; /* closed by its owner */
        } else if (rc != PLAT_ERR_RESET) {
            pause_accepting(listener, rc);
            return;
        }
    }
}

int listener_open(struct listener *listener, struct loop *loop, struct log *log,
                  const struct plat_addr *addr)
{
    plat_socket socket;
    int rc = plat_socket_listen(&socket, addr, BACKLOG);
    if (rc < 0)
        return rc;
    listener->loop = loop;
    listener->log = log;
    listener->warned = false;
    listener->source = (struct loop_source){.watch = PLAT_WATCH_INIT(socket), .on_event = on_event};
    listener->pause = (struct timer){.fire = on_pause_over};
    rc = loop_watch(loop, &listener->source, PLAT_READ);
    if (rc < 0) {
        plat_socket_close(socket);
        listener->loop = NULL;
    }
    return rc;
}

uint16_t listener_port(const struct listener *listener)
{
    struct plat_addr local;
    if (plat_socket_local(listener->source.watch.socket, &local) < 0)
        return 0;
    return local.port;
}

void listener_close(struct listener *listener)
{
    if (!listener->loop)
        return;
    loop_cancel_timer(listener->loop, &listener->pause);
    loop_forget(listener->loop, &listener->source);
    plat_socket_close(listener->source.watch.socket);
    listener->loop = NULL;
}

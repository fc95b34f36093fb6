#include "monitor/heartbeats.h"

#include "base/container.h"
#include "net/reach.h"

enum {
    TICK_MS = 200,  /* how late a death may be noticed */
    LATE_MS = 1000, /* a tick that late means that we did not run meanwhile */
    DATAGRAMS_A_TURN = 1000,
    DATAGRAMS_BEFORE_JUDGING = 200 * 1000, /* more than any socket holds: all of them */
    BAD_TOLD_EVERY_MS = 60 * 1000
};

static void count_bad(struct heartbeats *hb)
{
    uint64_t now_ms = loop_now(hb->loop);
    hb->bad++;
    if (hb->bad_told > 0 && now_ms - hb->bad_told_ms < BAD_TOLD_EVERY_MS)
        return;
    log_warn(hb->log, "Dropped bad heartbeats: %llu so far", (unsigned long long)hb->bad);
    hb->bad_told = hb->bad;
    hb->bad_told_ms = now_ms;
}

static void tell_full(struct heartbeats *hb, struct slice id)
{
    if (!hb->full_told)
        log_error(hb->log, "Cannot take server %.*s: %u are known, and none of them is dead",
                  SLICE_PRINT(id), (unsigned)roster_count(hb->roster));
    hb->full_told = true;
}

static void take(struct heartbeats *hb, struct slice datagram, const struct plat_addr *from)
{
    char text[PLAT_ADDR_TEXT_SIZE];
    struct heartbeat heartbeat;
    struct roster_server *server;
    if (!heartbeat_parse(datagram, &heartbeat)) {
        count_bad(hb);
        return;
    }
    struct slice address = reach_from_peer(heartbeat.address, from, text);
    enum roster_news news =
        roster_hear(hb->roster, &heartbeat, address, loop_now(hb->loop), &server);
    if (news == ROSTER_FULL) {
        tell_full(hb, heartbeat.server_id);
        return;
    }
    if (news == ROSTER_BACK) {
        log_info(hb->log, "Server %s came back online!", server->id);
        notifier_on_change(hb->notifier, server);
    }
    log_info(hb->log, "Heartbeat from %s: load=%u, files=%u", server->id, (unsigned)server->load,
             (unsigned)server->file_count);
}

/* Reads at most `most` datagrams; whether that was all. */
static bool drain(struct heartbeats *hb, int most)
{
    char datagram[HEARTBEAT_SIZE_MAX + 1]; /* one more byte shows what is too long */
    for (int i = 0; i < most; i++) {
        struct plat_addr from;
        size_t size;
        int rc = plat_udp_recv(hb->source.watch.socket, datagram, sizeof datagram, &size, &from);
        if (rc == PLAT_AGAIN)
            return true;
        if (rc < 0)
            return true; /* nothing can be read now */
        if (size > HEARTBEAT_SIZE_MAX)
            count_bad(hb);
        else
            take(hb, slice_of(datagram, size), &from);
    }
    return false;
}

static void on_event(struct loop_source *source, unsigned events)
{
    (void)events;
    drain(CONTAINER_OF(source, struct heartbeats, source), DATAGRAMS_A_TURN);
}

static void judge(struct heartbeats *hb)
{
    struct roster_server *server;
    uint64_t now_ms = loop_now(hb->loop);
    while ((server = roster_judge(hb->roster, hb->timeout_ms, now_ms)) != NULL) {
        log_info(hb->log, "Server %s marked as DEAD (no heartbeat for %.1fs)", server->id,
                 (double)(now_ms - server->heard_ms) / 1000);
        notifier_on_change(hb->notifier, server);
    }
}

/* Nobody is judged while words of theirs may wait unread: the socket is read empty first. And when
 * we were suspended, as our lateness shows, the socket may have overflowed meanwhile, so that time
 * is not counted as anyone's silence. */
static void on_tick(struct timer *timer)
{
    struct heartbeats *hb = CONTAINER_OF(timer, struct heartbeats, tick);
    uint64_t now_ms = loop_now(hb->loop);
    uint64_t late_ms = now_ms > hb->due_ms ? now_ms - hb->due_ms : 0;
    bool all_heard = drain(hb, DATAGRAMS_BEFORE_JUDGING);
    if (late_ms >= LATE_MS) {
        log_warn(hb->log, "Did not run for %.1fs; servers get that time back",
                 (double)late_ms / 1000);
        roster_excuse(hb->roster, late_ms, now_ms);
    }
    if (all_heard)
        judge(hb);
    hb->due_ms = now_ms + TICK_MS;
    loop_set_timer(hb->loop, &hb->tick, hb->due_ms);
}

int heartbeats_open(struct heartbeats *heartbeats, struct loop *loop, struct log *log,
                    const struct plat_addr *addr, struct roster *roster, struct notifier *notifier,
                    uint64_t timeout_ms)
{
    plat_socket socket;
    int rc = plat_udp_open(&socket, addr);
    if (rc < 0)
        return rc;
    *heartbeats = (struct heartbeats){
        .loop = loop,
        .log = log,
        .roster = roster,
        .notifier = notifier,
        .timeout_ms = timeout_ms,
        .source = {.watch = PLAT_WATCH_INIT(socket), .on_event = on_event},
        .tick = {.fire = on_tick},
        .due_ms = loop_now(loop) + TICK_MS,
    };
    rc = loop_watch(loop, &heartbeats->source, PLAT_READ);
    if (rc < 0) {
        plat_socket_close(socket);
        heartbeats->loop = NULL;
        return rc;
    }
    loop_set_timer(loop, &heartbeats->tick, heartbeats->due_ms);
    return 0;
}

uint16_t heartbeats_port(const struct heartbeats *heartbeats)
{
    struct plat_addr local;
    if (plat_socket_local(heartbeats->source.watch.socket, &local) < 0)
        return 0;
    return local.port;
}

void heartbeats_close(struct heartbeats *heartbeats)
{
    if (!heartbeats->loop)
        return;
    loop_cancel_timer(heartbeats->loop, &heartbeats->tick);
    loop_forget(heartbeats->loop, &heartbeats->source);
    plat_socket_close(heartbeats->source.watch.socket);
    heartbeats->loop = NULL;
}

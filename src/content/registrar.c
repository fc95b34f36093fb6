#include "content/registrar.h"

#include <stdlib.h>

#include "base/container.h"
#include "content/registrar_parts.h"
#include "proto/limits.h"

enum {
    PAUSE_FIRST_MS = 200,
    PAUSE_MOST_MS = 3000,
    PROBE_PAUSE_MS = 50, /* for the last probe to end */
    LEAVE_MOST_MS = 500
};

static const struct conn_handler handler;

void registrar_set_timer(struct registrar *r, uint64_t after_ms)
{
    loop_set_timer(r->loop, &r->timer, loop_now(r->loop) + after_ms);
}

static const struct plat_addr *source_address(const struct registrar *r)
{
    return plat_addr_is_any(&r->options.bind) ? NULL : &r->options.bind;
}

static void dial(struct registrar *r)
{
    r->state = REGISTRAR_DIALING;
    dial_start(&r->dial, r->loop, r->options.host, r->options.port, source_address(r));
}

static void pause_dialing(struct registrar *r, uint64_t after_ms)
{
    r->state = REGISTRAR_PAUSING;
    registrar_set_timer(r, after_ms);
}

void registrar_put(struct registrar *r, const struct request *request)
{
    request_encode(conn_out(&r->conn), request);
}

static void on_dialed(struct dial *dialed, int error, plat_socket socket,
                      const struct plat_addr *peer)
{
    struct registrar *r = dialed->owner;
    if (error == 0)
        error = conn_open(&r->conn, r->loop, socket, peer, &handler, r);
    if (error < 0) {
        if (!r->warned)
            log_warn(r->log, "Cannot reach Index Server at %s:%u: %s; trying again",
                     r->options.host, r->options.port, plat_error_text(error));
        r->warned = true;
        pause_dialing(r, backoff_random_pause_ms(&r->backoff));
        return;
    }
    r->connected = true;
    r->peer = PEER_UNKNOWN;
    r->dirty = false;
    r->refused = false;
    r->sends_hashes = false;
    r->refuses_hashes = false;
    plat_socket_keep_alive(socket, 30);
    registrar_send_register(r);
    conn_flush(&r->conn);
}

void registrar_start_probe(struct registrar *r)
{
    if (!probe_is_active(&r->probe))
        probe_start(&r->probe, r->loop, r->options.host, r->options.port, source_address(r));
}

static void on_probed(struct probe *probe, bool is_ours)
{
    struct registrar *r = probe->owner;
    r->peer = is_ours ? PEER_OURS : PEER_TEXTBOOK;
    if (r->state == REGISTRAR_PROBING) {
        registrar_begin_adding(r);
        conn_flush(&r->conn);
    } else if (r->state == REGISTRAR_READY) {
        if (is_ours)
            registrar_tell_rest(r);
        registrar_tell_changes(r);
        conn_flush(&r->conn);
    }
}

static void finish_leaving(struct registrar *r)
{
    void (*on_left)(void *) = r->on_left;
    r->on_left = NULL;
    if (on_left)
        on_left(r->left_arg);
}

static void on_line(struct conn *conn, struct slice line)
{
    struct registrar *r = conn->owner;
    if (registrar_refuses_hashes(r, line))
        return;
    switch (r->state) {
    case REGISTRAR_OPENING: registrar_on_opened(r, line); break;
    case REGISTRAR_ADDING: registrar_on_adding(r, line); break;
    case REGISTRAR_ENDING: registrar_on_ending(r, line); break;
    case REGISTRAR_LEAVING: conn_close(conn); break;
    default: registrar_on_remark(r, line); break;
    }
}

static void on_room(struct conn *conn)
{
    struct registrar *r = conn->owner;
    if (r->state == REGISTRAR_ADDING)
        registrar_add_more(r);
    else if (r->state == REGISTRAR_READY)
        registrar_tell_changes(r);
}

static void on_closed(struct conn *conn, int reason)
{
    struct registrar *r = conn->owner;
    r->connected = false;
    loop_cancel_timer(r->loop, &r->timer);
    probe_cancel(&r->probe);
    if (r->closing)
        return;
    if (r->state == REGISTRAR_LEAVING) {
        finish_leaving(r);
        return;
    }
    registrar_note_break(r, reason);
    registrar_apply_silently(r);
    pause_dialing(r, registrar_choose_pause(r));
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_room = on_room, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_timer(struct timer *timer)
{
    struct registrar *r = CONTAINER_OF(timer, struct registrar, timer);
    switch (r->state) {
    case REGISTRAR_PAUSING:
        if (probe_is_active(&r->probe))
            registrar_set_timer(r, PROBE_PAUSE_MS);
        else
            dial(r);
        break;
    case REGISTRAR_ADDING: registrar_on_portion_timer(r); break;
    default:
        if (r->connected)
            conn_close(&r->conn); /* no answer in time */
        break;
    }
}

static bool find_hash(void *arg, const struct inventory_file *file,
                      unsigned char sha256[PLAT_HASH_SIZE])
{
    struct registrar *r = arg;
    return hasher_find(r->options.hasher, slice_of(file->name, file->name_size), &file->stamp,
                       sha256);
}

int registrar_open(struct registrar **out, struct loop *loop, struct log *log,
                   const struct registrar_options *options)
{
    struct registrar *r = calloc(1, sizeof *r);
    if (!r)
        return PLAT_ERR_NO_MEMORY;
    r->loop = loop;
    r->log = log;
    r->options = *options;
    r->backoff = (struct backoff){.first_ms = PAUSE_FIRST_MS, .most_ms = PAUSE_MOST_MS};
    r->dial.on_done = on_dialed;
    r->dial.owner = r;
    r->probe.on_done = on_probed;
    r->probe.owner = r;
    r->timer.fire = on_timer;
    r->hashes = (struct manifest_hashes){find_hash, r};
    changes_init(&r->waiting);
    *out = r;
    return 0;
}

void registrar_start(struct registrar *r)
{
    if (r->state == REGISTRAR_WAITING)
        dial(r);
}

void registrar_change(struct registrar *r, struct changes *changes)
{
    changes_move(changes, &r->waiting);
    if (r->state == REGISTRAR_READY) {
        registrar_tell_changes(r);
        if (r->connected)
            conn_flush(&r->conn);
    } else if (!r->connected) {
        registrar_apply_silently(r);
        if (r->state == REGISTRAR_PAUSING && r->hangups > 1)
            registrar_set_timer(r, 0); /* it hangs up by habit, and must not wait for its turn */
    }
}

size_t registrar_count(const struct registrar *r)
{
    return r->inventory.files.count;
}

void registrar_leave(struct registrar *r, void (*on_left)(void *arg), void *arg)
{
    struct request leave = {.verb = VERB_LEAVE, .server_id = slice_text(r->options.id)};
    bool told = r->connected && r->state > REGISTRAR_OPENING;
    r->on_left = on_left;
    r->left_arg = arg;
    dial_cancel(&r->dial);
    loop_cancel_timer(r->loop, &r->timer);
    r->state = REGISTRAR_LEAVING;
    if (told) {
        conn_want_room(&r->conn, false);
        registrar_put(r, &leave);
        registrar_set_timer(r, LEAVE_MOST_MS);
        conn_flush(&r->conn);
    } else if (r->connected) {
        conn_close(&r->conn);
    } else {
        finish_leaving(r);
    }
}

void registrar_close(struct registrar *r)
{
    if (!r)
        return;
    r->closing = true;
    r->on_left = NULL;
    dial_cancel(&r->dial);
    loop_cancel_timer(r->loop, &r->timer);
    if (r->connected)
        conn_close(&r->conn);
    probe_cancel(&r->probe);
    loop_turn(r->loop, 0); /* buries both connections */
    inventory_fini(&r->inventory);
    changes_fini(&r->waiting);
    free(r);
}

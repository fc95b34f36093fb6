#include "content/registrar.h"

#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "content/manifest.h"
#include "content/probe.h"
#include "net/backoff.h"
#include "net/conn.h"
#include "net/dial.h"
#include "proto/limits.h"
#include "proto/reply.h"
#include "proto/request.h"

enum {
    PAUSE_FIRST_MS = 200,
    PAUSE_MOST_MS = 3000,
    HANGUP_PAUSE_MS = 10 * 1000, /* with an index that keeps no connection */
    HANGUP_MS = 2000,            /* a hang-up so soon after registering may be a habit */
    ANSWER_MOST_MS = 30 * 1000,
    LEAVE_MOST_MS = 500,
    PORTION_SIZE = 2000,      /* two that run together still fit into a read of 4,096 bytes */
    PORTION_ANSWER_MS = 1000, /* to the UPDATE_LOAD behind a portion */
    PORTION_PAUSE_MS = 50,    /* after a portion where that is not answered */
    BULK_SIZE = 64 * 1024     /* for an index of ours */
};

enum registrar_state {
    REGISTRAR_WAITING, /* for registrar_start */
    REGISTRAR_PAUSING, /* no connection; the timer dials */
    REGISTRAR_DIALING,
    REGISTRAR_OPENING, /* waiting for OK REGISTERED */
    REGISTRAR_PROBING, /* finding out how the rest may be sent */
    REGISTRAR_ADDING,  /* sending files */
    REGISTRAR_ENDING,  /* waiting for OK FILES_ADDED */
    REGISTRAR_READY,   /* all is told; changes follow */
    REGISTRAR_LEAVING
};

enum peer_kind { PEER_UNKNOWN, PEER_OURS, PEER_TEXTBOOK };

/* What tells that the index has read a portion. */
enum pacing { PACING_UNKNOWN, PACING_ANSWERS, PACING_PAUSES };

struct registrar {
    struct loop *loop;
    struct log *log;
    struct registrar_options options;
    struct inventory inventory;
    struct changes waiting; /* arrived while the inventory is being sent */
    enum registrar_state state;
    enum peer_kind peer;
    enum pacing pacing;
    struct backoff backoff;
    struct dial dial;
    struct conn conn;
    bool connected;
    struct probe probe;
    struct timer timer;
    struct manifest manifest; /* how far the inventory has been sent */
    bool leave_spaced_out;    /* the last registration broke off at them */
    bool leave_advertise_out;
    bool dirty; /* the textbook index must be told anew */
    bool warned;
    bool refused; /* the index did not take a change; register anew after a while */
    uint64_t ready_ms;
    unsigned hangups; /* in a row, soon after registering */
    void (*on_left)(void *arg);
    void *left_arg;
    bool closing;
};

static const struct conn_handler handler;

static void set_timer(struct registrar *r, uint64_t after_ms)
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
    set_timer(r, after_ms);
}

/* Sends one request outside of a handler, or adds it to what goes out next. */
static void put_request(struct registrar *r, const struct request *request)
{
    request_encode(conn_out(&r->conn), request);
}

/* Registering */

static void send_register(struct registrar *r)
{
    struct request request = {.verb = VERB_REGISTER,
                              .server_id = slice_text(r->options.id),
                              .tcp_port = r->options.tcp_port,
                              .udp_port = r->options.udp_port};
    if (r->options.advertise && !r->leave_advertise_out)
        request.address = slice_text(r->options.advertise);
    r->state = REGISTRAR_OPENING;
    set_timer(r, ANSWER_MOST_MS);
    put_request(r, &request);
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
    plat_socket_keep_alive(socket, 30);
    send_register(r);
    conn_flush(&r->conn);
}

static void put_change(struct registrar *r, bool gone, struct slice name, uint64_t size)
{
    struct request request = {.verb = gone ? VERB_REMOVE_FILE : VERB_ADD_FILE,
                              .server_id = slice_text(r->options.id),
                              .name = name,
                              .size = size};
    put_request(r, &request);
}

static void send_done(struct registrar *r)
{
    struct request done = {.verb = VERB_DONE_FILES};
    r->state = REGISTRAR_ENDING;
    conn_want_room(&r->conn, false);
    set_timer(r, ANSWER_MOST_MS);
    put_request(r, &done);
}

/* Behind a portion: a base request that has an answer, so that the answer shows that the portion
 * was read. An index that does not answer it gets a pause instead, and the hope that it was. */
static void end_portion(struct registrar *r)
{
    struct request update = {.verb = VERB_UPDATE_LOAD,
                             .server_id = slice_text(r->options.id),
                             .load = (uint32_t)plat_atomic_load(r->options.load)};
    if (r->pacing == PACING_PAUSES) {
        set_timer(r, PORTION_PAUSE_MS);
        return;
    }
    put_request(r, &update);
    set_timer(r, r->pacing == PACING_ANSWERS ? ANSWER_MOST_MS : PORTION_ANSWER_MS);
}

/* One step of sending: a bulk when there is room for it, or a portion. */
static void add_more(struct registrar *r)
{
    struct buffer *out = conn_out(&r->conn);
    if (r->peer == PEER_OURS) {
        if (!manifest_put(&r->manifest, out, BULK_SIZE))
            send_done(r);
        return;
    }
    if (!manifest_put(&r->manifest, out, PORTION_SIZE) && buffer_size(out) < PORTION_SIZE / 2)
        send_done(r);
    else
        end_portion(r);
}

/* A line while files are sent: the answer to a portion, or an error about a file. */
static void on_adding(struct registrar *r, struct slice line)
{
    if (r->peer != PEER_OURS && reply_is(line, REPLY_OK)) {
        r->pacing = PACING_ANSWERS;
        add_more(r);
        return;
    }
    log_warn(r->log, "Index Server says: %.*s", SLICE_PRINT(line));
}

static void begin_adding(struct registrar *r)
{
    r->state = REGISTRAR_ADDING;
    r->pacing = PACING_UNKNOWN;
    manifest_begin(&r->manifest, &r->inventory, r->options.id, r->leave_spaced_out);
    loop_cancel_timer(r->loop, &r->timer);
    conn_want_room(&r->conn, r->peer == PEER_OURS);
    add_more(r);
}

static void start_probe(struct registrar *r)
{
    if (!probe_is_active(&r->probe))
        probe_start(&r->probe, r->loop, r->options.host, r->options.port, source_address(r));
}

static void on_opened(struct registrar *r, struct slice line)
{
    if (!reply_is(line, REPLY_REGISTERED)) {
        log_error(r->log, "Index Server refuses the registration: %.*s", SLICE_PRINT(line));
        conn_close(&r->conn);
    } else if (r->peer == PEER_UNKNOWN &&
               !manifest_is_small(&r->inventory, r->options.id, PORTION_SIZE)) {
        r->state = REGISTRAR_PROBING;
        start_probe(r);
    } else {
        begin_adding(r);
    }
}

/* Changes */

static void apply(struct registrar *r, struct changes *changes, bool tell)
{
    struct change *change;
    while ((change = changes_take(changes)) != NULL) {
        if (inventory_apply(&r->inventory, change) < 0)
            log_error(r->log, "Out of memory: %s is not announced", change->path);
        else if (tell)
            put_change(r, change->gone, slice_of(change->path, change->path_size), change->size);
        free(change);
    }
}

/* Tells what has changed since the registration, as this index understands it. */
static void tell_changes(struct registrar *r)
{
    if (!r->waiting.first)
        return;
    if (r->peer == PEER_UNKNOWN) {
        start_probe(r);
        return;
    }
    apply(r, &r->waiting, r->peer == PEER_OURS);
    if (r->peer == PEER_OURS)
        return;
    r->dirty = true;
    conn_close(&r->conn); /* and register anew */
}

/* After a registration without them, an index of ours can be told names with spaces, too. */
static void tell_spaced(struct registrar *r)
{
    size_t at = 0;
    const struct inventory_file *file;
    while ((file = inventory_next(&r->inventory, &at)) != NULL)
        if (inventory_has_space(file))
            put_change(r, false, slice_of(file->name, file->name_size), file->size);
    r->leave_spaced_out = false;
}

static void on_ready(struct registrar *r, struct slice line)
{
    if (reply_is(line, REPLY_OK))
        return; /* a late answer to a portion */
    if (!reply_is(line, REPLY_FILES_ADDED)) {
        log_error(r->log, "Index Server answers to our files: %.*s", SLICE_PRINT(line));
        return;
    }
    size_t left_out = r->leave_spaced_out ? inventory_count_spaced(&r->inventory) : 0;
    log_info(r->log, "Registered with Index Server at %s:%u, files=%zu", r->options.host,
             r->options.port, r->inventory.files.count - left_out);
    if (left_out > 0) {
        log_warn(r->log, "Left out, as their names have spaces: %zu of the files", left_out);
        start_probe(r);
    }
    loop_cancel_timer(r->loop, &r->timer);
    r->state = REGISTRAR_READY;
    r->warned = false;
    r->ready_ms = loop_now(r->loop);
    backoff_reset(&r->backoff);
    tell_changes(r);
}

static void on_probed(struct probe *probe, bool is_ours)
{
    struct registrar *r = probe->owner;
    r->peer = is_ours ? PEER_OURS : PEER_TEXTBOOK;
    if (r->state == REGISTRAR_PROBING) {
        begin_adding(r);
        conn_flush(&r->conn);
    } else if (r->state == REGISTRAR_READY) {
        if (is_ours && r->leave_spaced_out)
            tell_spaced(r);
        tell_changes(r);
        conn_flush(&r->conn);
    }
}

/* The connection */

static void finish_leaving(struct registrar *r)
{
    void (*on_left)(void *) = r->on_left;
    r->on_left = NULL;
    if (on_left)
        on_left(r->left_arg);
}

/* An unexpected line. An error to a change means that the index does not know what we have. */
static void on_remark(struct registrar *r, struct slice line)
{
    log_warn(r->log, "Index Server says: %.*s", SLICE_PRINT(line));
    if (r->state != REGISTRAR_READY || !reply_is_error(line))
        return;
    r->refused = true;
    conn_close(&r->conn);
}

static void on_line(struct conn *conn, struct slice line)
{
    struct registrar *r = conn->owner;
    switch (r->state) {
    case REGISTRAR_OPENING: on_opened(r, line); break;
    case REGISTRAR_ADDING: on_adding(r, line); break;
    case REGISTRAR_ENDING: on_ready(r, line); break;
    case REGISTRAR_LEAVING: conn_close(conn); break;
    default: on_remark(r, line); break;
    }
}

static void on_room(struct conn *conn)
{
    struct registrar *r = conn->owner;
    if (r->state == REGISTRAR_ADDING)
        add_more(r);
}

/* How long to wait before the next try after the connection ended in this state. */
static uint64_t choose_pause(struct registrar *r)
{
    uint64_t now_ms = loop_now(r->loop);
    if (r->dirty)
        return 0;
    if (r->refused)
        return HANGUP_PAUSE_MS;
    if (r->state != REGISTRAR_READY)
        return backoff_random_pause_ms(&r->backoff);
    r->hangups = now_ms - r->ready_ms < HANGUP_MS ? r->hangups + 1 : 0;
    if (r->hangups > 1)
        return HANGUP_PAUSE_MS; /* its habit; registering anew shows whether it was restarted */
    return backoff_random_pause_ms(&r->backoff);
}

static void note_break(struct registrar *r, int reason)
{
    bool hangs_up = r->state == REGISTRAR_READY && loop_now(r->loop) - r->ready_ms < HANGUP_MS;
    bool at_spaced = (r->state == REGISTRAR_ADDING || r->state == REGISTRAR_ENDING) &&
                     r->manifest.sent_spaced && r->peer != PEER_OURS;
    if (at_spaced)
        log_warn(r->log, "Index Server broke off at names with spaces; registering without them");
    else if (r->state != REGISTRAR_READY)
        log_warn(r->log, "Registration broke off: %s",
                 reason == 0 ? "no answer" : plat_error_text(reason));
    else if (!r->dirty && r->hangups == 0)
        log_info(r->log, "Index Server has closed the connection");
    r->leave_spaced_out = at_spaced || (r->leave_spaced_out && (r->dirty || hangs_up));
    /* A textbook index may not take the address that REGISTER advertises: it gets every other try
     * without. */
    r->leave_advertise_out =
        r->options.advertise && r->state == REGISTRAR_OPENING && !r->leave_advertise_out;
    if (r->leave_advertise_out)
        log_warn(r->log, "Index Server may not know advertised addresses; registering without %s",
                 r->options.advertise);
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
    note_break(r, reason);
    apply(r, &r->waiting, false);
    pause_dialing(r, choose_pause(r));
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_room = on_room, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_timer(struct timer *timer)
{
    struct registrar *r = CONTAINER_OF(timer, struct registrar, timer);
    switch (r->state) {
    case REGISTRAR_PAUSING:
        if (probe_is_active(&r->probe))
            set_timer(r, PORTION_PAUSE_MS);
        else
            dial(r);
        break;
    case REGISTRAR_ADDING:
        if (r->pacing == PACING_ANSWERS) {
            conn_close(&r->conn); /* it has answered before */
            break;
        }
        r->pacing = PACING_PAUSES;
        add_more(r);
        conn_flush(&r->conn);
        break;
    default:
        if (r->connected)
            conn_close(&r->conn); /* no answer in time */
        break;
    }
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
        tell_changes(r);
        if (r->connected)
            conn_flush(&r->conn);
    } else if (!r->connected) {
        apply(r, &r->waiting, false);
        if (r->state == REGISTRAR_PAUSING && r->hangups > 1)
            set_timer(r, 0); /* it hangs up by habit, and must not wait for its turn */
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
        put_request(r, &leave);
        set_timer(r, LEAVE_MOST_MS);
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

/*
 * A registration's files: in bulk to an index of ours, in portions to a textbook one.
 */
#include "content/registrar_parts.h"

#include "proto/reply.h"

enum {
    PORTION_ANSWER_MS = 1000, /* to the UPDATE_LOAD behind a portion */
    PORTION_PAUSE_MS = 50     /* after a portion where that is not answered */
};

void registrar_send_register(struct registrar *r)
{
    struct request request = {.verb = VERB_REGISTER,
                              .server_id = slice_text(r->options.id),
                              .tcp_port = r->options.tcp_port,
                              .udp_port = r->options.udp_port};
    if (r->options.advertise && !r->leave_advertise_out)
        request.address = slice_text(r->options.advertise);
    r->state = REGISTRAR_OPENING;
    registrar_set_timer(r, REGISTRAR_ANSWER_MOST_MS);
    registrar_put(r, &request);
}

static void send_done(struct registrar *r)
{
    struct request done = {.verb = VERB_DONE_FILES};
    r->state = REGISTRAR_ENDING;
    conn_want_room(&r->conn, false);
    registrar_set_timer(r, REGISTRAR_ANSWER_MOST_MS);
    registrar_put(r, &done);
}

/* Behind a portion: a base request that has an answer, so that the answer shows that the portion
 * was read. An index that does not answer it gets a pause instead, and the hope that it was. */
static void end_portion(struct registrar *r)
{
    struct request update = {.verb = VERB_UPDATE_LOAD,
                             .server_id = slice_text(r->options.id),
                             .load = (uint32_t)plat_atomic_load(r->options.load)};
    if (r->pacing == PACING_PAUSES) {
        registrar_set_timer(r, PORTION_PAUSE_MS);
        return;
    }
    registrar_put(r, &update);
    registrar_set_timer(r,
                        r->pacing == PACING_ANSWERS ? REGISTRAR_ANSWER_MOST_MS : PORTION_ANSWER_MS);
}

void registrar_add_more(struct registrar *r)
{
    struct buffer *out = conn_out(&r->conn);
    if (r->peer == PEER_OURS) {
        if (!manifest_put(&r->manifest, out, REGISTRAR_BULK_SIZE))
            send_done(r);
        return;
    }
    if (!manifest_put(&r->manifest, out, REGISTRAR_PORTION_SIZE) &&
        buffer_size(out) < REGISTRAR_PORTION_SIZE / 2)
        send_done(r);
    else
        end_portion(r);
}

void registrar_on_adding(struct registrar *r, struct slice line)
{
    if (r->peer != PEER_OURS && reply_is(line, REPLY_OK)) {
        r->pacing = PACING_ANSWERS;
        registrar_add_more(r);
        return;
    }
    log_warn(r->log, "Index Server says: %.*s", SLICE_PRINT(line));
}

void registrar_begin_adding(struct registrar *r)
{
    r->state = REGISTRAR_ADDING;
    r->pacing = PACING_UNKNOWN;
    r->sends_hashes = r->peer == PEER_OURS;
    manifest_begin(&r->manifest, &r->inventory, r->options.id, r->sends_hashes ? &r->hashes : NULL,
                   r->leave_spaced_out);
    loop_cancel_timer(r->loop, &r->timer);
    conn_want_room(&r->conn, r->peer == PEER_OURS);
    registrar_add_more(r);
}

void registrar_on_opened(struct registrar *r, struct slice line)
{
    if (!reply_is(line, REPLY_REGISTERED)) {
        log_error(r->log, "Index Server refuses the registration: %.*s", SLICE_PRINT(line));
        conn_close(&r->conn);
    } else if (r->peer == PEER_UNKNOWN &&
               !manifest_is_small(&r->inventory, r->options.id, REGISTRAR_PORTION_SIZE)) {
        r->state = REGISTRAR_PROBING;
        registrar_start_probe(r);
    } else {
        registrar_begin_adding(r);
    }
}

void registrar_on_portion_timer(struct registrar *r)
{
    if (r->pacing == PACING_ANSWERS) {
        conn_close(&r->conn); /* it has answered before */
        return;
    }
    r->pacing = PACING_PAUSES;
    registrar_add_more(r);
    conn_flush(&r->conn);
}

/*
 * What happens once the list is sent: changes, and the index's word about them.
 */
#include "content/registrar_parts.h"

#include <stdlib.h>

#include "proto/reply.h"

static void put_change(struct registrar *r, bool gone, struct slice name, uint64_t size)
{
    struct request request = {.verb = gone ? VERB_REMOVE_FILE : VERB_ADD_FILE,
                              .server_id = slice_text(r->options.id),
                              .name = name,
                              .size = size};
    registrar_put(r, &request);
}

void registrar_apply(struct registrar *r, struct changes *changes, bool tell)
{
    struct change *change;
    while ((change = changes_take(changes)) != NULL) {
        if (inventory_apply(&r->inventory, change) < 0)
            log_error(r->log, "Out of memory: %s is not announced", change->path);
        else if (tell)
            put_change(r, change->kind == CHANGE_GONE, slice_of(change->path, change->path_size),
                       change->stamp.size);
        free(change);
    }
}

void registrar_tell_changes(struct registrar *r)
{
    if (!r->waiting.first)
        return;
    if (r->peer == PEER_UNKNOWN) {
        registrar_start_probe(r);
        return;
    }
    registrar_apply(r, &r->waiting, r->peer == PEER_OURS);
    if (r->peer == PEER_OURS)
        return;
    r->dirty = true;
    conn_close(&r->conn); /* and register anew */
}

void registrar_tell_spaced(struct registrar *r)
{
    size_t at = 0;
    const struct inventory_file *file;
    while ((file = inventory_next(&r->inventory, &at)) != NULL)
        if (inventory_has_space(file))
            put_change(r, false, slice_of(file->name, file->name_size), file->stamp.size);
    r->leave_spaced_out = false;
}

void registrar_on_ending(struct registrar *r, struct slice line)
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
        registrar_start_probe(r);
    }
    loop_cancel_timer(r->loop, &r->timer);
    r->state = REGISTRAR_READY;
    r->warned = false;
    r->ready_ms = loop_now(r->loop);
    backoff_reset(&r->backoff);
    registrar_tell_changes(r);
}

/* An unexpected line. An error to a change means that the index does not know what we have. */
void registrar_on_remark(struct registrar *r, struct slice line)
{
    log_warn(r->log, "Index Server says: %.*s", SLICE_PRINT(line));
    if (r->state != REGISTRAR_READY || !reply_is_error(line))
        return;
    r->refused = true;
    conn_close(&r->conn);
}

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

static void put_hash(struct registrar *r, const struct inventory_file *file)
{
    if (r->sends_hashes && !(r->leave_spaced_out && inventory_has_space(file)))
        (void)manifest_put_hash(conn_out(&r->conn), r->options.id, file, &r->hashes);
}

/* Takes one change into the inventory, and tells it to an index of ours. */
static void apply(struct registrar *r, const struct change *change, bool tell)
{
    struct slice name = slice_of(change->path, change->path_size);
    if (inventory_apply(&r->inventory, change) < 0) {
        log_error(r->log, "Out of memory: %s is not announced", change->path);
        return;
    }
    if (tell && change->kind != CHANGE_HASHED)
        put_change(r, change->kind == CHANGE_GONE, name, change->stamp.size);
    const struct inventory_file *file = tell ? inventory_find(&r->inventory, name) : NULL;
    if (file)
        put_hash(r, file);
}

/* As much as there is room for. */
static void tell_ours(struct registrar *r)
{
    struct change *change;
    while (buffer_size(conn_out(&r->conn)) < REGISTRAR_BULK_SIZE &&
           (change = changes_take(&r->waiting)) != NULL) {
        apply(r, change, true);
        free(change);
    }
    conn_want_room(&r->conn, r->waiting.first != NULL);
}

/* Whether the list is another one for it. */
static bool apply_all(struct registrar *r)
{
    struct change *change;
    bool changed = false;
    while ((change = changes_take(&r->waiting)) != NULL) {
        changed = changed || change->kind != CHANGE_HASHED;
        apply(r, change, false);
        free(change);
    }
    return changed;
}

void registrar_apply_silently(struct registrar *r)
{
    (void)apply_all(r);
}

void registrar_tell_changes(struct registrar *r)
{
    if (!r->waiting.first)
        return;
    if (r->peer == PEER_UNKNOWN) {
        registrar_start_probe(r);
    } else if (r->peer == PEER_OURS) {
        tell_ours(r);
    } else if (apply_all(r)) {
        r->dirty = true;
        conn_close(&r->conn); /* and register anew */
    }
}

/* What was not sent with the registration is little: a long list is sent only to an index of which
 * is known what it is. */
void registrar_tell_rest(struct registrar *r)
{
    size_t at = 0;
    const struct inventory_file *file;
    bool spaced = r->leave_spaced_out, hashes = !r->sends_hashes && !r->refuses_hashes;
    r->leave_spaced_out = false;
    r->sends_hashes = r->sends_hashes || hashes;
    while ((file = inventory_next(&r->inventory, &at)) != NULL) {
        bool is_new = spaced && inventory_has_space(file);
        if (is_new)
            put_change(r, false, slice_of(file->name, file->name_size), file->stamp.size);
        if (is_new || hashes)
            put_hash(r, file);
    }
}

bool registrar_refuses_hashes(struct registrar *r, struct slice line)
{
    if (!reply_is(line, REPLY_UNKNOWN_COMMAND) || !(r->sends_hashes || r->refuses_hashes))
        return false;
    if (!r->refuses_hashes)
        log_info(r->log, "Index Server knows no hashes");
    r->refuses_hashes = true;
    r->sends_hashes = false;
    r->manifest.hashes = NULL;
    return true;
}

static bool knows_a_hash(struct registrar *r)
{
    size_t at = 0;
    unsigned char sha256[PLAT_HASH_SIZE];
    const struct inventory_file *file;
    while ((file = inventory_next(&r->inventory, &at)) != NULL)
        if (r->hashes.find(r->hashes.arg, file, sha256))
            return true;
    return false;
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
    } else if (r->peer == PEER_UNKNOWN && knows_a_hash(r)) {
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

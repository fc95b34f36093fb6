#include "index/enrolment.h"

#include "base/hex.h"
#include "net/reach.h"
#include "proto/reply.h"

enum { DONE_FEW = 64 };

static struct slice list_id(const void *item)
{
    return catalogue_list_id(item);
}

void enrolment_init(struct enrolment *enrolment)
{
    *enrolment = (struct enrolment){.done = SORTED_INIT(list_id)};
}

/* Lets go of the last list: completed, it stays in force without us; otherwise it goes. */
static void drop_last(struct enrolment *enrolment, const struct index_shared *shared)
{
    if (enrolment->last && enrolment->last_done)
        catalogue_list_unref(enrolment->last);
    else if (enrolment->last)
        sweeper_add(shared->sweeper, enrolment->last, NULL);
    enrolment->last = NULL;
}

void enrolment_fini(struct enrolment *enrolment, const struct index_shared *shared)
{
    drop_last(enrolment, shared);
    for (size_t i = 0; i < enrolment->done.count; i++)
        catalogue_list_unref(sorted_at(&enrolment->done, i));
    sorted_fini(&enrolment->done);
}

/* Others may register the servers anew, or new ones may take their place, without our hearing of
 * it: now and then the lists that are not in force any more are let go. */
static void drop_retired(struct enrolment *enrolment)
{
    if (enrolment->done.count < enrolment->done_most)
        return;
    for (size_t i = enrolment->done.count; i-- > 0;) {
        struct catalogue_list *list = sorted_at(&enrolment->done, i);
        if (!catalogue_list_is_retired(list))
            continue;
        sorted_remove(&enrolment->done, list);
        catalogue_list_unref(list);
    }
    enrolment->done_most = 2 * enrolment->done.count + DONE_FEW;
}

/* Makes room for another last list; the one there is kept if changes of it may still be told. */
static void put_last_away(struct enrolment *enrolment, const struct index_shared *shared)
{
    if (enrolment->last && enrolment->last_done &&
        sorted_add(&enrolment->done, enrolment->last) == 0)
        enrolment->last = NULL;
    drop_last(enrolment, shared);
    drop_retired(enrolment);
}

/* An older list of the same server has nothing more to be told about it here. */
static void forget_done(struct enrolment *enrolment, struct slice id)
{
    struct catalogue_list *list = sorted_find(&enrolment->done, id);
    if (!list)
        return;
    sorted_remove(&enrolment->done, list);
    catalogue_list_unref(list);
}

/* The list that a connection's words about a server go to, or NULL. */
static struct catalogue_list *find_list(struct enrolment *enrolment, struct slice id)
{
    if (enrolment->last && slice_equal(catalogue_list_id(enrolment->last), id))
        return enrolment->last;
    return sorted_find(&enrolment->done, id);
}

static const char *register_server(struct enrolment *enrolment, struct index_worker *worker,
                                   struct conn *conn, const struct request *request)
{
    char text[PLAT_ADDR_TEXT_SIZE];
    struct slice address = request->address;
    if (!registry_has_room(worker->shared->registry, request->server_id))
        return REPLY_LIMIT;
    put_last_away(enrolment, worker->shared);
    forget_done(enrolment, request->server_id);
    if (address.size > 0) {
        address = reach_from_peer(address, &conn->peer, text);
    } else {
        plat_addr_format(&conn->peer, text);
        address = slice_text(text);
    }
    if (catalogue_list_open(worker->shared->catalogue, &enrolment->last, request->server_id,
                            address, request->tcp_port) < 0)
        return REPLY_LIMIT;
    enrolment->last_done = false;
    log_batch_write(&worker->log, LOG_INFO, "Registered Content Server: %.*s",
                    SLICE_PRINT(request->server_id));
    return REPLY_REGISTERED;
}

static const char *add_file(struct catalogue_list *list, struct index_worker *worker,
                            const struct request *request)
{
    int rc = catalogue_add(worker->shared->catalogue, list, request->name, request->size);
    if (rc == PLAT_ERR_NOT_FOUND)
        return REPLY_INVALID_FORMAT;
    if (rc < 0)
        return REPLY_LIMIT;
    log_batch_write(&worker->log, LOG_INFO, "Added file: %.*s (%llu bytes) from %.*s",
                    SLICE_PRINT(request->name), (unsigned long long)request->size,
                    SLICE_PRINT(request->server_id));
    return "";
}

static const char *remove_file(struct catalogue_list *list, struct index_worker *worker,
                               const struct request *request)
{
    int rc = catalogue_remove(worker->shared->catalogue, list, request->name);
    if (rc == PLAT_ERR_NO_MEMORY)
        return REPLY_LIMIT;
    if (rc == 0)
        log_batch_write(&worker->log, LOG_INFO, "Removed file: %.*s from %.*s",
                        SLICE_PRINT(request->name), SLICE_PRINT(request->server_id));
    return "";
}

static const char *set_hash(struct catalogue_list *list, struct index_worker *worker,
                            const struct request *request)
{
    uint8_t sha256[PLAT_HASH_SIZE];
    if (hex_decode(request->sha256, sha256) < 0)
        return REPLY_INVALID_FORMAT;
    int rc = catalogue_set_hash(worker->shared->catalogue, list, request->name, sha256);
    if (rc == PLAT_ERR_NOT_FOUND)
        return REPLY_INVALID_FORMAT;
    if (rc < 0)
        return REPLY_LIMIT;
    log_batch_write(&worker->log, LOG_DEBUG, "Hash of file: %.*s from %.*s",
                    SLICE_PRINT(request->name), SLICE_PRINT(request->server_id));
    return "";
}

static const char *complete(struct enrolment *enrolment, struct index_worker *worker,
                            struct conn *conn)
{
    if (!enrolment->last)
        return REPLY_INVALID_FORMAT;
    struct slice id = catalogue_list_id(enrolment->last);
    int rc = registry_publish(worker->shared->registry, enrolment->last, conn_now(conn));
    if (rc == PLAT_ERR_NOT_FOUND)
        return REPLY_INVALID_FORMAT;
    if (rc < 0)
        return REPLY_LIMIT;
    enrolment->last_done = true;
    log_batch_write(&worker->log, LOG_INFO, "File registration complete for %.*s", SLICE_PRINT(id));
    return REPLY_FILES_ADDED;
}

static const char *leave(struct index_worker *worker, struct conn *conn, struct slice id)
{
    if (registry_leave(worker->shared->registry, id, conn_now(conn)))
        log_batch_write(&worker->log, LOG_INFO, "Content Server %.*s has left", SLICE_PRINT(id));
    return REPLY_LEFT;
}

static const char *update_load(struct index_worker *worker, struct conn *conn,
                               const struct request *request)
{
    registry_load(worker->shared->registry, request->server_id, request->load, conn_now(conn));
    return REPLY_OK;
}

/* What is told about a server that was registered here. */
static const char *answer_about(struct enrolment *enrolment, struct index_worker *worker,
                                struct conn *conn, const struct request *request)
{
    struct catalogue_list *list = find_list(enrolment, request->server_id);
    if (!list || catalogue_list_is_retired(list))
        return REPLY_INVALID_FORMAT;
    switch (request->verb) {
    case VERB_ADD_FILE: return add_file(list, worker, request);
    case VERB_FILE_HASH: return set_hash(list, worker, request);
    case VERB_REMOVE_FILE: return remove_file(list, worker, request);
    case VERB_LEAVE: return leave(worker, conn, request->server_id);
    case VERB_UPDATE_LOAD: return update_load(worker, conn, request);
    default: return REPLY_UNKNOWN_COMMAND;
    }
}

void enrolment_answer(struct enrolment *enrolment, struct index_worker *worker, struct conn *conn,
                      const struct request *request)
{
    const char *reply;
    if (request->verb == VERB_REGISTER)
        reply = register_server(enrolment, worker, conn, request);
    else if (request->verb == VERB_DONE_FILES)
        reply = complete(enrolment, worker, conn);
    else
        reply = answer_about(enrolment, worker, conn, request);
    if (*reply)
        buffer_put_text(conn_out(conn), reply);
}

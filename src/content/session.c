#include "content/session.h"

#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "proto/name.h"
#include "proto/reply.h"
#include "proto/request.h"

enum {
    VERBS = VERB_BIT(VERB_GET) | VERB_BIT(VERB_PING),
    SMALL_SIZE = 32 * 1024 /* bytes of a file that is sent with its header in one call */
};

struct content_session {
    struct session session;
    char *name; /* of the file that is being sent, or NULL */
    uint64_t size;
};

static struct content_shared *shared_of(struct conn *conn)
{
    struct session *session = conn->owner;
    return session->server;
}

static void log_sent(struct content_shared *shared, struct slice name, uint64_t size)
{
    log_info(shared->log, "Sent file: %.*s (%llu bytes)", SLICE_PRINT(name),
             (unsigned long long)size);
}

/* The request is over, well or not. */
static void end_request(struct content_session *session)
{
    struct content_shared *shared = session->session.server;
    if (!session->name)
        return;
    free(session->name);
    session->name = NULL;
    plat_atomic_add(&shared->load, UINT64_MAX);
}

static int open_file(struct content_shared *shared, struct slice name, struct plat_file *file,
                     struct plat_file_info *info)
{
    char path[FILE_NAME_SIZE_MAX + 1];
    if (!name_is_file(name) || !name_is_served(name))
        return PLAT_ERR_NOT_FOUND;
    slice_copy(name, path, sizeof path);
    struct root_folder *folder = root_acquire(shared->root);
    int rc = PLAT_ERR_NOT_FOUND;
    if (folder)
        rc = plat_file_open(file, root_folder_plat(folder), path, info);
    root_release(shared->root, folder);
    return rc;
}

/* Puts header and contents together. A file that is shorter by now ends the connection short of
 * the promised bytes. */
static bool put_small(struct conn *conn, struct plat_file file, uint64_t size)
{
    struct buffer *out = conn_out(conn);
    size_t done = 0;
    reply_put_body(out, size);
    char *at = buffer_reserve(out, (size_t)size + 1); /* + 1: an empty file needs a place, too */
    while (at && done < size) {
        size_t got;
        if (plat_file_read(file, at + done, (size_t)size - done, done, &got) != 0)
            break;
        done += got;
    }
    plat_file_close(file);
    if (at)
        buffer_commit(out, done);
    if (done < size)
        conn_finish(conn);
    return done == size;
}

static void send_large(struct conn *conn, struct slice name, struct plat_file file, uint64_t size)
{
    struct content_session *session = conn->owner;
    session->name = malloc(name.size + 1);
    if (!session->name) {
        plat_file_close(file);
        conn_close(conn);
        return;
    }
    slice_copy(name, session->name, name.size + 1);
    session->size = size;
    plat_atomic_add(&shared_of(conn)->load, 1);
    reply_put_body(conn_out(conn), size);
    conn_send_file(conn, file, 0, size);
}

/* An error that is ours and passing must not pass for a missing file: without an answer, the
 * client asks elsewhere. */
static bool is_missing(int error)
{
    return error != PLAT_ERR_TOO_MANY_FILES && error != PLAT_ERR_NO_MEMORY && error != PLAT_ERR_IO;
}

static void get(struct conn *conn, struct slice name)
{
    struct content_shared *shared = shared_of(conn);
    struct plat_file file;
    struct plat_file_info info;
    log_debug(shared->log, "Client request: GET %.*s", SLICE_PRINT(name));
    int rc = open_file(shared, name, &file, &info);
    if (rc < 0 && is_missing(rc)) {
        log_info(shared->log, "File not found: %.*s", SLICE_PRINT(name));
        buffer_put_text(conn_out(conn), REPLY_FILE_NOT_FOUND);
    } else if (rc < 0) {
        log_error(shared->log, "Cannot open %.*s: %s", SLICE_PRINT(name), plat_error_text(rc));
        conn_close(conn);
    } else if (info.size > SMALL_SIZE) {
        send_large(conn, name, file, info.size);
    } else {
        if (put_small(conn, file, info.size))
            log_sent(shared, name, info.size);
    }
}

static void on_line(struct conn *conn, struct slice line)
{
    struct request request;
    switch (request_parse(line, VERBS, &request)) {
    case REQUEST_UNKNOWN: buffer_put_text(conn_out(conn), REPLY_UNKNOWN_COMMAND); break;
    case REQUEST_INVALID: buffer_put_text(conn_out(conn), REPLY_INVALID_FORMAT); break;
    case REQUEST_OK:
        if (request.verb == VERB_GET)
            get(conn, request.name);
        else
            buffer_put_text(conn_out(conn), REPLY_PONG);
        break;
    }
}

static void on_sent(struct conn *conn)
{
    struct content_session *session = conn->owner;
    log_sent(shared_of(conn), slice_text(session->name), session->size);
    end_request(session);
}

static void opened(struct session *session)
{
    struct content_shared *shared = session->server;
    char text[PLAT_ADDR_TEXT_SIZE];
    if (!log_wants(shared->log, LOG_INFO))
        return;
    plat_addr_format(&session->conn.peer, text);
    log_info(shared->log,
             session->conn.peer.is_v6 ? "Client connected from [%s]:%u"
                                      : "Client connected from %s:%u",
             text, session->conn.peer.port);
}

static void closed(struct session *session, int reason)
{
    struct content_session *own = (struct content_session *)session;
    struct content_shared *shared = session->server;
    if (own->name)
        log_info(shared->log, "Client left during %s: %s", own->name,
                 reason == 0 ? "the server stops" : plat_error_text(reason));
    end_request(own);
}

const struct session_kind content_session_kind = {
    .size = sizeof(struct content_session),
    .handler = {.on_line = on_line,
                .on_sent = on_sent,
                .on_closed = session_on_closed,
                .line_max = LINE_SIZE_MAX,
                .too_long = REPLY_INVALID_FORMAT},
    .opened = opened,
    .closed = closed,
};

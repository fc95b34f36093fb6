/*
 * mcdn-bench plain: a content server of the base protocol, which knows no hashes; for what the
 * client can do where it has nothing to verify by.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "base/exit.h"
#include "base/options.h"
#include "commands.h"
#include "net/conn.h"
#include "net/listener.h"
#include "proto/limits.h"
#include "proto/reply.h"
#include "proto/request.h"

struct plain_options {
    const char *files_dir;
    uint16_t port;
};

#define FIELD(name) offsetof(struct plain_options, name)

static const struct option options[] = {
    {"port", 0, OPTION_PORT, "PORT", "7001", "port for clients, on the loopback", FIELD(port)},
    {"files-dir", 0, OPTION_TEXT, "DIR", ".", "folder to serve", FIELD(files_dir)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench plain",
    .summary = "Serves files by the base protocol until it is killed.",
    .options = options,
};

struct plain {
    struct loop *loop;
    struct listener listener;
    struct plat_folder *folder;
};

struct plain_session {
    struct conn conn;
    struct plain *plain;
};

static void send_file(struct plain_session *s, struct slice name)
{
    char text[FILE_NAME_SIZE_MAX + 1];
    struct plat_file file = PLAT_FILE_NONE;
    struct plat_file_info info;
    int rc = PLAT_ERR_NOT_FOUND;
    if (name.size < sizeof text) {
        slice_copy(name, text, sizeof text);
        rc = plat_file_open(&file, s->plain->folder, text, &info);
    }
    if (rc < 0) {
        buffer_put_text(conn_out(&s->conn), REPLY_FILE_NOT_FOUND);
        return;
    }
    reply_put_body(conn_out(&s->conn), info.size);
    conn_send_file(&s->conn, file, 0, info.size, NULL);
}

static void on_line(struct conn *conn, struct slice line)
{
    struct request request;
    if (request_parse(line, VERB_BIT(VERB_GET), &request) == REQUEST_OK)
        send_file(conn->owner, request.name);
    else
        buffer_put_text(conn_out(conn), REPLY_UNKNOWN_COMMAND);
}

static void on_closed(struct conn *conn, int reason)
{
    (void)reason;
    free(conn->owner);
}

static const struct conn_handler handler = {
    .on_line = on_line, .on_closed = on_closed, .line_max = LINE_SIZE_MAX};

static void on_accept(struct listener *listener, plat_socket socket, const struct plat_addr *peer)
{
    struct plain *plain = CONTAINER_OF(listener, struct plain, listener);
    struct plain_session *s = calloc(1, sizeof *s);
    if (!s) {
        plat_socket_close(socket);
        return;
    }
    s->plain = plain;
    if (conn_open(&s->conn, plain->loop, socket, peer, &handler, s) < 0)
        free(s);
}

static int serve(struct plain *plain, const struct plain_options *o)
{
    struct plat_addr addr = plat_addr_loopback(false, o->port);
    int rc = plat_folder_open(&plain->folder, o->files_dir, false, NULL);
    if (rc == 0)
        rc = loop_open(&plain->loop);
    if (rc == 0)
        rc = listener_open(&plain->listener, plain->loop, NULL, &addr);
    return rc == 0 ? loop_run(plain->loop) : rc;
}

int command_plain(int argc, char **argv)
{
    struct plain_options o = {0};
    struct plain plain = {.listener.on_accept = on_accept};
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    int rc = serve(&plain, &o);
    fprintf(stderr, "%s: %s\n", program.name, plat_error_text(rc));
    listener_close(&plain.listener);
    loop_close(plain.loop);
    plat_folder_close(plain.folder);
    return EXIT_CODE_FAILED;
}

#include "client/lists.h"

#include <string.h>

#include "base/json.h"
#include "client/index_list.h"
#include "proto/reply.h"

enum { FLUSH_SIZE = 64 * 1024, FILES_RULE = 40, SERVERS_RULE = 60 };

/* Puts a line of the answer as it is shown. */
typedef void put_line(struct buffer *text, struct slice line);

struct list {
    struct ui *ui;
    put_line *put;
    struct buffer text;
    int error; /* of writing */
};

static void put_rule(struct buffer *text, size_t width)
{
    for (size_t i = 0; i < width; i++)
        buffer_put_char(text, '-');
    buffer_put_char(text, '\n');
}

static void put_file(struct buffer *text, struct slice line)
{
    struct slice name;
    uint64_t size;
    if (!reply_parse_file(line, &name, &size))
        return;
    buffer_put_text(text, "  ");
    buffer_put_slice(text, name);
    buffer_put_text(text, " (");
    buffer_put_number(text, size);
    buffer_put_text(text, " bytes)\n");
}

static void put_file_name(struct buffer *text, struct slice line)
{
    struct slice name;
    uint64_t size;
    if (!reply_parse_file(line, &name, &size))
        return;
    buffer_put_slice(text, name);
    buffer_put_char(text, '\n');
}

static void put_file_json(struct buffer *text, struct slice line)
{
    struct json json = {.out = text};
    struct slice name;
    uint64_t size;
    if (!reply_parse_file(line, &name, &size))
        return;
    json_begin_object(&json, NULL);
    json_put_text(&json, "type", slice_text("file"));
    json_put_bytes(&json, "name", name);
    json_put_number(&json, "size", size);
    json_end_object(&json);
    buffer_put_char(text, '\n');
}

static void put_server(struct buffer *text, struct slice line)
{
    struct reply_server server;
    if (!reply_parse_server(line, &server))
        return;
    bool brackets = memchr(server.address.data, ':', server.address.size) != NULL;
    buffer_put_text(text, "  ");
    buffer_put_slice(text, server.server_id);
    buffer_put_text(text, brackets ? ": [" : ": ");
    buffer_put_slice(text, server.address);
    buffer_put_text(text, brackets ? "]:" : ":");
    buffer_put_number(text, server.tcp_port);
    buffer_put_text(text, " (load=");
    buffer_put_number(text, server.load);
    buffer_put_text(text, server.alive ? ", status=alive)\n" : ", status=dead)\n");
}

static void put_server_id(struct buffer *text, struct slice line)
{
    struct reply_server server;
    if (!reply_parse_server(line, &server))
        return;
    buffer_put_slice(text, server.server_id);
    buffer_put_char(text, '\n');
}

static void put_server_json(struct buffer *text, struct slice line)
{
    struct json json = {.out = text};
    struct reply_server server;
    if (!reply_parse_server(line, &server))
        return;
    json_begin_object(&json, NULL);
    json_put_text(&json, "type", slice_text("server"));
    json_put_text(&json, "id", server.server_id);
    json_put_text(&json, "host", server.address);
    json_put_number(&json, "port", server.tcp_port);
    json_put_number(&json, "load", server.load);
    json_put_text(&json, "status", slice_text(server.alive ? "alive" : "dead"));
    json_end_object(&json);
    buffer_put_char(text, '\n');
}

/* After an error the rest is read and not shown. */
static void flush(struct list *list)
{
    if (list->error == 0)
        list->error = ui_flush(list->ui, &list->text);
    buffer_consume(&list->text, buffer_size(&list->text));
}

static void on_line(void *arg, struct slice line)
{
    struct list *list = arg;
    list->put(&list->text, line);
    if (buffer_size(&list->text) >= FLUSH_SIZE)
        flush(list);
}

struct look {
    enum verb verb;
    const char *title;
    size_t rule;
    put_line *put, *put_quiet, *put_json;
};

static int show(struct index_link *index, const struct look *look)
{
    struct ui *ui = index->ui;
    bool plain = !ui->json && !ui->quiet;
    struct list list = {.ui = ui, .text = BUFFER_INIT};
    list.put = ui->json ? look->put_json : ui->quiet ? look->put_quiet : look->put;
    if (plain) {
        buffer_put_text(&list.text, look->title);
        put_rule(&list.text, look->rule);
    }
    int rc = index_list_ask(index, look->verb, on_line, &list);
    if (rc == 0 && plain)
        put_rule(&list.text, look->rule);
    if (rc == 0) {
        flush(&list);
        rc = list.error;
    }
    buffer_fini(&list.text);
    return rc;
}

int lists_show_files(struct index_link *index)
{
    static const struct look files = {VERB_LIST_FILES, "\nAvailable files:\n", FILES_RULE,
                                      put_file,        put_file_name,          put_file_json};
    return show(index, &files);
}

int lists_show_servers(struct index_link *index)
{
    static const struct look servers = {VERB_LIST_SERVERS, "\nRegistered servers:\n",
                                        SERVERS_RULE,      put_server,
                                        put_server_id,     put_server_json};
    return show(index, &servers);
}

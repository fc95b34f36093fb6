#include "client/lists.h"

#include <string.h>

#include "proto/reply.h"

enum { FLUSH_SIZE = 64 * 1024, FILES_RULE = 40, SERVERS_RULE = 60 };

struct list {
    struct index_link *index;
    void (*put_line)(struct buffer *text, struct slice line);
    struct buffer text;
    int error;        /* of writing */
    char refusal[80]; /* the answer, if it was an error */
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

static void flush(struct list *list)
{
    if (list->error == 0)
        list->error = list->text.failed ? PLAT_ERR_NO_MEMORY
                                        : ui_text(list->index->ui, buffer_content(&list->text));
    buffer_consume(&list->text, buffer_size(&list->text));
}

static enum peer_more on_line(void *arg, struct slice line)
{
    struct list *list = arg;
    if (reply_is(line, REPLY_END))
        return PEER_DONE;
    if (reply_is_error(line)) {
        slice_copy(line, list->refusal, sizeof list->refusal);
        return PEER_DONE;
    }
    list->put_line(&list->text, line);
    if (buffer_size(&list->text) >= FLUSH_SIZE)
        flush(list);
    return PEER_MORE;
}

static int show(struct index_link *index, enum verb verb, const char *title, size_t rule,
                void (*put_line)(struct buffer *text, struct slice line))
{
    struct list list = {.index = index, .put_line = put_line, .text = BUFFER_INIT};
    struct request request = {.verb = verb};
    buffer_put_text(&list.text, title);
    put_rule(&list.text, rule);
    index->on_line = on_line;
    index->arg = &list;
    int rc = index_link_ask(index, &request, false);
    if (rc == 0 && list.refusal[0]) {
        ui_error(index->ui, list.refusal, "Index Server at %s:%u", index->host, index->port);
        rc = PLAT_ERR_OTHER;
    } else if (rc == 0) {
        put_rule(&list.text, rule);
        flush(&list);
        rc = list.error;
        if (rc < 0 && rc != PLAT_ERR_RESET)
            ui_error(index->ui, plat_error_text(rc), "cannot write");
    }
    buffer_fini(&list.text);
    return rc;
}

int lists_show_files(struct index_link *index)
{
    return show(index, VERB_LIST_FILES, "\nAvailable files:\n", FILES_RULE, put_file);
}

int lists_show_servers(struct index_link *index)
{
    return show(index, VERB_LIST_SERVERS, "\nRegistered servers:\n", SERVERS_RULE, put_server);
}

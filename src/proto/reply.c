#include "proto/reply.h"

#include "base/numbers.h"
#include "proto/name.h"

bool reply_is(struct slice line, const char *reply)
{
    struct slice expected = slice_text(reply);
    expected.size--;
    return slice_equal(slice_trim(line), expected);
}

bool reply_is_error(struct slice line)
{
    return slice_is(slice_take_field(&line), "ERROR");
}

static bool take_word(struct slice *rest, const char *word)
{
    return slice_is(slice_take_field(rest), word);
}

static bool take_host(struct slice *rest, struct slice *out)
{
    *out = slice_take_field(rest);
    return name_is_host(*out);
}

static bool take_server_id(struct slice *rest, struct slice *out)
{
    *out = slice_take_field(rest);
    return name_is_server_id(*out);
}

static bool take_port(struct slice *rest, uint16_t *out)
{
    uint64_t port;
    if (number_parse(slice_take_field(rest), 65535, &port) < 0 || port == 0)
        return false;
    *out = (uint16_t)port;
    return true;
}

static bool take_size(struct slice *rest, uint64_t *out)
{
    return number_parse(slice_take_field(rest), INT64_MAX, out) == 0;
}

void reply_put_location(struct buffer *out, const struct reply_location *location)
{
    buffer_put_text(out, "SERVER ");
    buffer_put_slice(out, location->address);
    buffer_put_char(out, ' ');
    buffer_put_number(out, location->tcp_port);
    buffer_put_char(out, ' ');
    buffer_put_slice(out, location->server_id);
    buffer_put_char(out, ' ');
    buffer_put_number(out, location->size);
    buffer_put_char(out, '\n');
}

bool reply_parse_location(struct slice line, struct reply_location *out)
{
    return take_word(&line, "SERVER") && take_host(&line, &out->address) &&
           take_port(&line, &out->tcp_port) && take_server_id(&line, &out->server_id) &&
           take_size(&line, &out->size);
}

void reply_put_server(struct buffer *out, const struct reply_server *server)
{
    buffer_put_text(out, "SERVER ");
    buffer_put_slice(out, server->server_id);
    buffer_put_char(out, ' ');
    buffer_put_slice(out, server->address);
    buffer_put_char(out, ' ');
    buffer_put_number(out, server->tcp_port);
    buffer_put_char(out, ' ');
    buffer_put_number(out, server->load);
    buffer_put_text(out, server->alive ? " alive\n" : " dead\n");
}

bool reply_parse_server(struct slice line, struct reply_server *out)
{
    uint64_t load;
    if (!take_word(&line, "SERVER") || !take_server_id(&line, &out->server_id) ||
        !take_host(&line, &out->address) || !take_port(&line, &out->tcp_port) ||
        number_parse(slice_take_field(&line), INT32_MAX, &load) < 0)
        return false;
    struct slice status = slice_take_field(&line);
    out->load = (uint32_t)load;
    out->alive = slice_is(status, "alive");
    return out->alive || slice_is(status, "dead");
}

void reply_put_file(struct buffer *out, struct slice name, uint64_t size)
{
    buffer_put_text(out, "FILE ");
    buffer_put_slice(out, name);
    buffer_put_char(out, ' ');
    buffer_put_number(out, size);
    buffer_put_char(out, '\n');
}

bool reply_parse_file(struct slice line, struct slice *name, uint64_t *size)
{
    if (!take_word(&line, "FILE") ||
        number_parse(slice_take_last_field(&line), INT64_MAX, size) < 0)
        return false;
    *name = line;
    return name_is_file(*name);
}

void reply_put_body(struct buffer *out, uint64_t size)
{
    buffer_put_text(out, "OK ");
    buffer_put_number(out, size);
    buffer_put_char(out, '\n');
}

bool reply_parse_body(struct slice line, uint64_t *size)
{
    return take_word(&line, "OK") && take_size(&line, size) && line.size == 0;
}

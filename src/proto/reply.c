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

/* A hash, or "-" for one that is not known. */
static bool take_sha256_if_any(struct slice *rest, struct slice *out)
{
    *out = slice_take_field(rest);
    if (!slice_is(*out, "-"))
        return name_is_sha256(*out);
    *out = slice_of(NULL, 0);
    return true;
}

static void put_sha256_if_any(struct buffer *out, struct slice digits)
{
    if (digits.size > 0)
        buffer_put_slice(out, digits);
    else
        buffer_put_char(out, '-');
}

/* The name that a line ends in. */
static bool take_name(struct slice *rest, struct slice *out)
{
    *out = *rest;
    return name_is_file(*out);
}

static void put_location(struct buffer *out, const char *word,
                         const struct reply_location *location)
{
    buffer_put_text(out, word);
    buffer_put_slice(out, location->address);
    buffer_put_char(out, ' ');
    buffer_put_number(out, location->tcp_port);
    buffer_put_char(out, ' ');
    buffer_put_slice(out, location->server_id);
    buffer_put_char(out, ' ');
    buffer_put_number(out, location->size);
}

static bool take_location(struct slice *rest, struct reply_location *out)
{
    return take_host(rest, &out->address) && take_port(rest, &out->tcp_port) &&
           take_server_id(rest, &out->server_id) && take_size(rest, &out->size);
}

void reply_put_location(struct buffer *out, const struct reply_location *location)
{
    put_location(out, "SERVER ", location);
    buffer_put_char(out, '\n');
}

bool reply_parse_location(struct slice line, struct reply_location *out)
{
    return take_word(&line, "SERVER") && take_location(&line, out);
}

void reply_put_source(struct buffer *out, const struct reply_source *source)
{
    put_location(out, "SOURCE ", &source->at);
    buffer_put_char(out, ' ');
    put_sha256_if_any(out, source->sha256);
    buffer_put_char(out, '\n');
}

bool reply_parse_source(struct slice line, struct reply_source *out)
{
    return take_word(&line, "SOURCE") && take_location(&line, &out->at) &&
           take_sha256_if_any(&line, &out->sha256);
}

void reply_put_stat(struct buffer *out, const struct reply_stat *stat)
{
    buffer_put_text(out, "STAT ");
    buffer_put_number(out, stat->size);
    buffer_put_char(out, ' ');
    put_sha256_if_any(out, stat->sha256);
    buffer_put_char(out, ' ');
    buffer_put_number(out, stat->number);
    buffer_put_char(out, ' ');
    buffer_put_slice(out, stat->name);
    buffer_put_char(out, '\n');
}

bool reply_parse_stat(struct slice line, struct reply_stat *out)
{
    return take_word(&line, "STAT") && take_size(&line, &out->size) &&
           take_sha256_if_any(&line, &out->sha256) && take_size(&line, &out->number) &&
           take_name(&line, &out->name);
}

void reply_put_chunks(struct buffer *out, const struct reply_chunks *chunks)
{
    buffer_put_text(out, "CHUNKS ");
    buffer_put_number(out, chunks->chunk_size);
    buffer_put_char(out, ' ');
    buffer_put_number(out, chunks->count);
    buffer_put_char(out, ' ');
    buffer_put_slice(out, chunks->name);
    buffer_put_char(out, '\n');
}

bool reply_parse_chunks(struct slice line, struct reply_chunks *out)
{
    return take_word(&line, "CHUNKS") && take_size(&line, &out->chunk_size) &&
           out->chunk_size > 0 && take_size(&line, &out->count) && take_name(&line, &out->name);
}

void reply_put_sha256(struct buffer *out, struct slice digits)
{
    buffer_put_slice(out, digits);
    buffer_put_char(out, '\n');
}

bool reply_parse_sha256(struct slice line, struct slice *digits)
{
    *digits = slice_trim(line);
    return name_is_sha256(*digits);
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

#include "base/json.h"

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static void put_hex(struct buffer *out, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    buffer_put_char(out, digits[byte >> 4]);
    buffer_put_char(out, digits[byte & 15]);
}

/* A character of one byte. */
static void put_plain(struct buffer *out, char c)
{
    static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *found = c ? strchr(named, c) : NULL;
    if (found) {
        buffer_put_char(out, '\\');
        buffer_put_char(out, names[found - named]);
    } else if ((unsigned char)c < 0x20) {
        buffer_put_text(out, "\\u00");
        put_hex(out, (unsigned char)c);
    } else {
        buffer_put_char(out, c);
    }
}

static void put_string(struct buffer *out, struct slice text)
{
    buffer_put_char(out, '"');
    for (size_t at = 0; at < text.size;) {
        size_t size = utf8_size(slice_of(text.data + at, text.size - at));
        if (size == 0)
            buffer_put_text(out, REPLACEMENT);
        else if (size == 1)
            put_plain(out, text.data[at]);
        else
            buffer_put(out, text.data + at, size);
        at += size > 0 ? size : 1;
    }
    buffer_put_char(out, '"');
}

/* What comes before any value. */
static void begin_value(struct json *json, const char *key)
{
    if (json->follows)
        buffer_put_char(json->out, ',');
    json->follows = true;
    if (!key)
        return;
    put_string(json->out, slice_text(key));
    buffer_put_char(json->out, ':');
}

static void open_nest(struct json *json, const char *key, char bracket)
{
    begin_value(json, key);
    buffer_put_char(json->out, bracket);
    json->follows = false;
}

static void close_nest(struct json *json, char bracket)
{
    buffer_put_char(json->out, bracket);
    json->follows = true;
}

void json_begin_object(struct json *json, const char *key)
{
    open_nest(json, key, '{');
}

void json_end_object(struct json *json)
{
    close_nest(json, '}');
}

void json_begin_array(struct json *json, const char *key)
{
    open_nest(json, key, '[');
}

void json_end_array(struct json *json)
{
    close_nest(json, ']');
}

void json_put_text(struct json *json, const char *key, struct slice text)
{
    begin_value(json, key);
    put_string(json->out, text);
}

void json_put_number(struct json *json, const char *key, uint64_t number)
{
    begin_value(json, key);
    buffer_put_number(json->out, number);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
    begin_value(json, key);
    buffer_put_text(json->out, value ? "true" : "false");
}

void json_put_null(struct json *json, const char *key)
{
    begin_value(json, key);
    buffer_put_text(json->out, "null");
}

void json_put_bytes(struct json *json, const char *key, struct slice bytes)
{
    json_put_text(json, key, bytes);
    if (utf8_is_valid(bytes))
        return;
    buffer_put_text(json->out, ",\"");
    buffer_put_text(json->out, key);
    buffer_put_text(json->out, "_hex\":\"");
    for (size_t i = 0; i < bytes.size; i++)
        put_hex(json->out, (unsigned char)bytes.data[i]);
    buffer_put_char(json->out, '"');
}

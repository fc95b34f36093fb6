#include "answer.h"

#include "base/numbers.h"

/* What a value in Redis begins with, and what our index answers. */
#define LOCATION "SERVER 127.0.0.1 7001 CS1 "

bool dialect_parse(const char *name, enum dialect *out)
{
    static const struct {
        const char *name;
        enum dialect dialect;
    } all[] = {
        {"index", DIALECT_INDEX},     {"redis", DIALECT_REDIS}, {"fill", DIALECT_FILL},
        {"content", DIALECT_CONTENT}, {"http", DIALECT_HTTP},   {"ping", DIALECT_PING},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *out = all[i].dialect;
        if (strcmp(all[i].name, name) == 0)
            return true;
    }
    return false;
}

static void put_bulk(struct buffer *out, struct slice bytes)
{
    buffer_put_text(out, "$");
    buffer_put_number(out, bytes.size);
    buffer_put_text(out, "\r\n");
    buffer_put_slice(out, bytes);
    buffer_put_text(out, "\r\n");
}

static void put_command(struct buffer *out, const char *head, struct slice name)
{
    buffer_put_text(out, head);
    put_bulk(out, name);
}

static void put_fill(struct buffer *out, struct slice name, uint64_t size)
{
    char value[sizeof LOCATION + NUMBER_TEXT_SIZE] = LOCATION;
    size_t digits = number_format(size, value + sizeof LOCATION - 1);
    put_command(out, "*3\r\n$3\r\nSET\r\n", name);
    put_bulk(out, slice_of(value, sizeof LOCATION - 1 + digits));
}

static void put_around(struct buffer *out, const char *before, struct slice name, const char *after)
{
    buffer_put_text(out, before);
    buffer_put_slice(out, name);
    buffer_put_text(out, after);
}

void dialect_ask(struct buffer *out, enum dialect dialect, struct slice name, uint64_t size)
{
    switch (dialect) {
    case DIALECT_INDEX:
    case DIALECT_CONTENT: put_around(out, "GET ", name, "\n"); break;
    case DIALECT_HTTP:
        put_around(out, "GET /", name, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        break;
    case DIALECT_REDIS: put_command(out, "*2\r\n$3\r\nGET\r\n", name); break;
    case DIALECT_FILL: put_fill(out, name, size); break;
    case DIALECT_PING: buffer_put_text(out, "PING\n"); break;
    }
}

static bool begins(struct slice line, const char *text)
{
    size_t size = strlen(text);
    return line.size >= size && memcmp(line.data, text, size) == 0;
}

/* Read from the end, which costs less than finding the fields, for this is asked of each answer. */
static bool ends_in_number(struct slice line, uint64_t number)
{
    size_t at = line.size;
    do {
        if (at == 0 || line.data[--at] != (char)('0' + number % 10))
            return false;
        number /= 10;
    } while (number > 0);
    return at > 0 && line.data[at - 1] == ' ';
}

static enum answer_status done_if(bool right)
{
    return right ? ANSWER_DONE : ANSWER_WRONG;
}

static enum answer_status begin_body(struct answer *answer, uint64_t promised, uint64_t size)
{
    if (promised != size)
        return ANSWER_WRONG;
    answer->body_left = size;
    return size == 0 ? ANSWER_DONE : ANSWER_MORE;
}

static enum answer_status read_content(struct answer *answer, struct slice line, uint64_t size)
{
    uint64_t promised;
    if (!begins(line, "OK ") ||
        number_parse(slice_of(line.data + 3, line.size - 3), INT64_MAX, &promised) < 0)
        return ANSWER_WRONG;
    return begin_body(answer, promised, size);
}

static enum answer_status read_http(struct answer *answer, struct slice line, uint64_t size)
{
    static const char length[] = "Content-Length: ";
    if (answer->lines == 1) {
        answer->promised = 0;
        return begins(line, "HTTP/1.1 200 ") ? ANSWER_MORE : ANSWER_WRONG;
    }
    if (line.size == 0)
        return begin_body(answer, answer->promised, size);
    if (begins(line, length) &&
        number_parse(slice_of(line.data + sizeof length - 1, line.size - (sizeof length - 1)),
                     INT64_MAX, &answer->promised) < 0)
        return ANSWER_WRONG;
    return ANSWER_MORE;
}

static enum answer_status read_redis(struct answer *answer, struct slice line, uint64_t size)
{
    if (answer->lines == 1)
        return begins(line, "$") && !begins(line, "$-") ? ANSWER_MORE : ANSWER_WRONG;
    return done_if(begins(line, "SERVER ") && ends_in_number(line, size));
}

static enum answer_status read_line(struct answer *answer, enum dialect dialect, uint64_t size,
                                    struct slice line)
{
    if (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    answer->lines++;
    switch (dialect) {
    case DIALECT_INDEX: return done_if(begins(line, "SERVER ") && ends_in_number(line, size));
    case DIALECT_REDIS: return read_redis(answer, line, size);
    case DIALECT_FILL: return done_if(slice_is(line, "+OK"));
    case DIALECT_CONTENT: return read_content(answer, line, size);
    case DIALECT_HTTP: return read_http(answer, line, size);
    case DIALECT_PING: return done_if(slice_is(line, "PONG"));
    }
    return ANSWER_WRONG;
}

static void drop(struct slice *bytes, size_t size)
{
    bytes->data += size;
    bytes->size -= size;
}

/* Takes a line off the bytes, joined with what was held of it. ANSWER_DONE: *line is valid until
 * the next call. */
static enum answer_status take_line(struct answer *answer, struct slice *bytes, struct slice *line)
{
    const char *end = bytes->size > 0 ? memchr(bytes->data, '\n', bytes->size) : NULL;
    size_t size = end ? (size_t)(end - bytes->data) : bytes->size;
    *line = slice_of(bytes->data, size);
    if (!end || answer->held_size > 0) {
        if (size > sizeof answer->held - answer->held_size)
            return ANSWER_WRONG;
        memcpy(answer->held + answer->held_size, bytes->data, size);
        answer->held_size += size;
        *line = slice_of(answer->held, answer->held_size);
    }
    drop(bytes, end ? size + 1 : size);
    if (!end)
        return ANSWER_MORE;
    answer->held_size = 0;
    return ANSWER_DONE;
}

static enum answer_status take_body(struct answer *answer, struct slice *bytes)
{
    size_t size = bytes->size < answer->body_left ? bytes->size : (size_t)answer->body_left;
    drop(bytes, size);
    answer->body_left -= size;
    return answer->body_left == 0 ? ANSWER_DONE : ANSWER_MORE;
}

enum answer_status answer_take(struct answer *answer, enum dialect dialect, uint64_t size,
                               struct slice *bytes)
{
    enum answer_status status = ANSWER_MORE;
    while (status == ANSWER_MORE && bytes->size > 0) {
        struct slice line;
        if (answer->body_left > 0) {
            status = take_body(answer, bytes);
            continue;
        }
        status = take_line(answer, bytes, &line);
        if (status == ANSWER_DONE)
            status = read_line(answer, dialect, size, line);
    }
    if (status == ANSWER_DONE)
        answer->lines = 0;
    return status;
}

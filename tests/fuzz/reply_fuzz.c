/* Fuzz target: answers. Each kind that a line parses as comes back from being put. */
#include "fuzz.h"
#include "proto/name.h"
#include "proto/reply.h"

/* The line that was put, without its line feed. */
static struct slice put_line(const struct buffer *out)
{
    struct slice line = buffer_content(out);
    HOLDS(line.size > 0 && line.data[line.size - 1] == '\n');
    line.size--;
    return line;
}

static void check_location(struct slice line)
{
    struct reply_location l, back;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_location(line, &l))
        return;
    HOLDS(fuzz_within(l.address, line) && name_is_host(l.address));
    HOLDS(fuzz_within(l.server_id, line) && name_is_server_id(l.server_id));
    HOLDS(l.tcp_port > 0 && l.size <= INT64_MAX);
    reply_put_location(&out, &l);
    HOLDS(reply_parse_location(put_line(&out), &back));
    HOLDS(slice_equal(l.address, back.address) && slice_equal(l.server_id, back.server_id));
    HOLDS(l.tcp_port == back.tcp_port && l.size == back.size);
    buffer_fini(&out);
}

static void check_server(struct slice line)
{
    struct reply_server s, back;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_server(line, &s))
        return;
    HOLDS(fuzz_within(s.address, line) && name_is_host(s.address));
    HOLDS(fuzz_within(s.server_id, line) && name_is_server_id(s.server_id));
    HOLDS(s.tcp_port > 0 && s.load <= INT32_MAX);
    reply_put_server(&out, &s);
    HOLDS(reply_parse_server(put_line(&out), &back));
    HOLDS(slice_equal(s.address, back.address) && slice_equal(s.server_id, back.server_id));
    HOLDS(s.tcp_port == back.tcp_port && s.load == back.load && s.alive == back.alive);
    buffer_fini(&out);
}

static void check_file(struct slice line)
{
    struct slice name, back_name;
    uint64_t size, back_size;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_file(line, &name, &size))
        return;
    HOLDS(fuzz_within(name, line) && name_is_file(name) && size <= INT64_MAX);
    reply_put_file(&out, name, size);
    HOLDS(reply_parse_file(put_line(&out), &back_name, &back_size));
    HOLDS(slice_equal(name, back_name) && size == back_size);
    buffer_fini(&out);
}

static void check_body(struct slice line)
{
    uint64_t size, back;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_body(line, &size))
        return;
    HOLDS(size <= INT64_MAX);
    reply_put_body(&out, size);
    HOLDS(reply_parse_body(put_line(&out), &back) && size == back);
    buffer_fini(&out);
}

static void check_source(struct slice line)
{
    struct reply_source s, back;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_source(line, &s))
        return;
    HOLDS(fuzz_within(s.at.address, line) && name_is_host(s.at.address));
    HOLDS(fuzz_within(s.sha256, line) && (s.sha256.size == 0 || name_is_sha256(s.sha256)));
    reply_put_source(&out, &s);
    HOLDS(reply_parse_source(put_line(&out), &back));
    HOLDS(slice_equal(s.at.server_id, back.at.server_id) && s.at.size == back.at.size);
    HOLDS(slice_equal(s.sha256, back.sha256));
    buffer_fini(&out);
}

static void check_stat(struct slice line)
{
    struct reply_stat s, back;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_stat(line, &s))
        return;
    HOLDS(fuzz_within(s.name, line) && name_is_file(s.name) && s.size <= INT64_MAX);
    reply_put_stat(&out, &s);
    HOLDS(reply_parse_stat(put_line(&out), &back));
    HOLDS(s.size == back.size && s.number == back.number && slice_equal(s.name, back.name));
    HOLDS(slice_equal(s.sha256, back.sha256));
    buffer_fini(&out);
}

static void check_chunks(struct slice line)
{
    struct reply_chunks c, back;
    struct buffer out = BUFFER_INIT;
    if (!reply_parse_chunks(line, &c))
        return;
    HOLDS(fuzz_within(c.name, line) && name_is_file(c.name) && c.chunk_size > 0);
    reply_put_chunks(&out, &c);
    HOLDS(reply_parse_chunks(put_line(&out), &back));
    HOLDS(c.chunk_size == back.chunk_size && c.count == back.count);
    HOLDS(slice_equal(c.name, back.name));
    buffer_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice line = fuzz_input(data, size);
    uint64_t body;
    check_location(line);
    check_server(line);
    check_file(line);
    check_body(line);
    check_source(line);
    check_stat(line);
    check_chunks(line);
    if (reply_is(line, REPLY_END))
        HOLDS(!reply_is_error(line) && !reply_parse_body(line, &body));
    if (reply_is(line, REPLY_FILE_NOT_FOUND))
        HOLDS(reply_is_error(line));
    return 0;
}

/* Fuzz target: request lines. What parses has valid fields, and comes back from its encoding. */
#include "fuzz.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/request.h"

enum { ALL = (1 << (VERB_UPDATE_LOAD + 1)) - 1 };

static bool asks_for_a_file(enum verb verb)
{
    return verb == VERB_GET || verb == VERB_GET_RANGE || verb == VERB_LOCATE || verb == VERB_STAT ||
           verb == VERB_CHUNKS;
}

static void check_fields(const struct request *r, struct slice line)
{
    HOLDS(fuzz_within(r->server_id, line));
    HOLDS(fuzz_within(r->name, line));
    HOLDS(fuzz_within(r->address, line));
    HOLDS(r->server_id.size == 0 || name_is_server_id(r->server_id));
    HOLDS(r->name.size == 0 || asks_for_a_file(r->verb) || name_is_file(r->name));
    HOLDS(r->address.size == 0 || name_is_host(r->address));
    HOLDS(r->size <= INT64_MAX && r->load <= INT32_MAX && r->timestamp >= 0);
    HOLDS(!asks_for_a_file(r->verb) || r->name.size > 0);
    HOLDS(r->offset <= INT64_MAX && r->length <= INT64_MAX);
    HOLDS(fuzz_within(r->sha256, line));
    HOLDS(r->verb != VERB_FILE_HASH || name_is_sha256(r->sha256));
    HOLDS(r->verb != VERB_ADD_FILE || (r->name.size > 0 && r->server_id.size > 0));
    HOLDS(r->verb != VERB_REGISTER || (r->tcp_port > 0 && r->udp_port > 0));
}

static void expect_equal(const struct request *a, const struct request *b)
{
    HOLDS(a->verb == b->verb);
    HOLDS(slice_equal(a->server_id, b->server_id));
    HOLDS(slice_equal(a->name, b->name));
    HOLDS(slice_equal(a->address, b->address));
    HOLDS(a->size == b->size && a->load == b->load && a->timestamp == b->timestamp);
    HOLDS(slice_equal(a->sha256, b->sha256));
    HOLDS(a->offset == b->offset && a->length == b->length);
    HOLDS(a->tcp_port == b->tcp_port && a->udp_port == b->udp_port);
}

static void check_round_trip(const struct request *request)
{
    struct buffer first = BUFFER_INIT, second = BUFFER_INIT;
    struct request back;
    request_encode(&first, request);
    struct slice line = buffer_content(&first);
    HOLDS(line.size > 0 && line.data[line.size - 1] == '\n');
    line.size--;
    HOLDS(request_parse(line, ALL, &back) == REQUEST_OK);
    expect_equal(request, &back);
    request_encode(&second, &back);
    HOLDS(slice_equal(buffer_content(&first), buffer_content(&second)));
    buffer_fini(&first);
    buffer_fini(&second);
}

/* The shortcut says what the parser says, of some of the lines. */
static void check_plain_get(struct slice line, const struct request *request, bool is_get)
{
    struct slice name;
    if (!request_is_plain_get(line, &name))
        return;
    HOLDS(is_get && slice_equal(name, request->name) && name.data == request->name.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice line = fuzz_input(data, size);
    struct request request, again;
    if (size == 0)
        return 0; /* empty lines never get there */
    enum request_status status = request_parse(line, ALL, &request);
    check_plain_get(line, &request, status == REQUEST_OK && request.verb == VERB_GET);
    HOLDS(request_parse(line, 0, &again) == REQUEST_UNKNOWN);
    if (status != REQUEST_OK)
        return 0;
    check_fields(&request, line);
    HOLDS(request_parse(line, VERB_BIT(request.verb), &again) == REQUEST_OK);
    expect_equal(&request, &again);
    if (!memchr(line.data, '\n', line.size)) /* lines have none inside */
        check_round_trip(&request);
    return 0;
}

#include "proto/request.h"

#include "base/numbers.h"
#include "proto/name.h"

/* One kind of field; a verb's line is its word and a few of these. */
enum field {
    FIELD_NONE,
    FIELD_SERVER_ID,
    FIELD_TCP_PORT,
    FIELD_UDP_PORT,
    FIELD_HOST,
    FIELD_HOST_IF_ANY,
    FIELD_LOAD,
    FIELD_TIMESTAMP,
    FIELD_SHA256,
    FIELD_OFFSET,
    FIELD_LENGTH,
    FIELD_NAME,          /* the rest of the line, a valid file name */
    FIELD_ANY_NAME,      /* the rest of the line */
    FIELD_NAME_AND_SIZE, /* the rest of the line: a name, which may hold spaces, and a size */
};

enum { FIELDS_MAX = 4 };

static const struct {
    const char *word;
    enum field fields[FIELDS_MAX];
} grammar[] = {
    [VERB_ADD_FILE] = {"ADD_FILE", {FIELD_SERVER_ID, FIELD_NAME_AND_SIZE}},
    [VERB_CHUNKS] = {"CHUNKS", {FIELD_ANY_NAME}},
    [VERB_DONE_FILES] = {"DONE_FILES", {FIELD_NONE}},
    [VERB_FILE_HASH] = {"FILE_HASH", {FIELD_SERVER_ID, FIELD_SHA256, FIELD_NAME}},
    [VERB_GET] = {"GET", {FIELD_ANY_NAME}},
    [VERB_GET_RANGE] = {"GET_RANGE", {FIELD_OFFSET, FIELD_LENGTH, FIELD_ANY_NAME}},
    [VERB_HELLO] = {"HELLO", {FIELD_NONE}},
    [VERB_LEAVE] = {"LEAVE", {FIELD_SERVER_ID}},
    [VERB_LIST_FILES] = {"LIST_FILES", {FIELD_NONE}},
    [VERB_LIST_SERVERS] = {"LIST_SERVERS", {FIELD_NONE}},
    [VERB_LOCATE] = {"LOCATE", {FIELD_ANY_NAME}},
    [VERB_PING] = {"PING", {FIELD_NONE}},
    [VERB_REGISTER] = {"REGISTER",
                       {FIELD_SERVER_ID, FIELD_TCP_PORT, FIELD_UDP_PORT, FIELD_HOST_IF_ANY}},
    [VERB_REGISTER_INDEX] = {"REGISTER_INDEX", {FIELD_HOST, FIELD_TCP_PORT}},
    [VERB_REMOVE_FILE] = {"REMOVE_FILE", {FIELD_SERVER_ID, FIELD_NAME}},
    [VERB_SERVER_DOWN] = {"SERVER_DOWN", {FIELD_SERVER_ID, FIELD_TIMESTAMP}},
    [VERB_SERVER_UP] = {"SERVER_UP", {FIELD_SERVER_ID, FIELD_TIMESTAMP}},
    [VERB_STAT] = {"STAT", {FIELD_ANY_NAME}},
    [VERB_UPDATE_LOAD] = {"UPDATE_LOAD", {FIELD_SERVER_ID, FIELD_LOAD}},
};

enum { VERB_COUNT = sizeof grammar / sizeof grammar[0] };

static bool parse_port(struct slice text, uint16_t *out)
{
    uint64_t port;
    if (number_parse(text, 65535, &port) < 0 || port == 0)
        return false;
    *out = (uint16_t)port;
    return true;
}

static bool parse_load(struct slice text, uint32_t *out)
{
    uint64_t load;
    if (number_parse(text, INT32_MAX, &load) < 0)
        return false;
    *out = (uint32_t)load;
    return true;
}

static bool parse_timestamp(struct slice text, int64_t *out)
{
    uint64_t seconds;
    if (number_parse(text, INT64_MAX, &seconds) < 0)
        return false;
    *out = (int64_t)seconds;
    return true;
}

/* The names are at the line's end, so a name takes all that is left. */
static bool parse_rest(enum field field, struct slice *rest, struct request *out)
{
    if (field == FIELD_NAME_AND_SIZE &&
        number_parse(slice_take_last_field(rest), INT64_MAX, &out->size) < 0)
        return false;
    out->name = *rest;
    *rest = slice_of(NULL, 0);
    return field == FIELD_ANY_NAME ? out->name.size > 0 : name_is_file(out->name);
}

static bool parse_field(enum field field, struct slice *rest, struct request *out)
{
    if (field >= FIELD_NAME)
        return parse_rest(field, rest, out);
    struct slice text = slice_take_field(rest);
    switch (field) {
    case FIELD_SERVER_ID: out->server_id = text; return name_is_server_id(text);
    case FIELD_TCP_PORT: return parse_port(text, &out->tcp_port);
    case FIELD_UDP_PORT: return parse_port(text, &out->udp_port);
    case FIELD_HOST: out->address = text; return name_is_host(text);
    case FIELD_HOST_IF_ANY: out->address = text; return text.size == 0 || name_is_host(text);
    case FIELD_LOAD: return parse_load(text, &out->load);
    case FIELD_TIMESTAMP: return parse_timestamp(text, &out->timestamp);
    case FIELD_SHA256: out->sha256 = text; return name_is_sha256(text);
    case FIELD_OFFSET: return number_parse(text, INT64_MAX, &out->offset) == 0;
    case FIELD_LENGTH: return number_parse(text, INT64_MAX, &out->length) == 0;
    default: return false;
    }
}

static int find_verb(struct slice word, unsigned verbs)
{
    for (int verb = 0; verb < VERB_COUNT; verb++)
        if (verbs & VERB_BIT(verb) && slice_is(word, grammar[verb].word))
            return verb;
    return -1;
}

enum request_status request_parse(struct slice line, unsigned verbs, struct request *out)
{
    struct slice rest = line;
    int verb = find_verb(slice_take_field(&rest), verbs);
    if (verb < 0)
        return REQUEST_UNKNOWN;
    memset(out, 0, sizeof *out);
    out->verb = (enum verb)verb;
    const enum field *fields = grammar[verb].fields;
    for (int i = 0; i < FIELDS_MAX && fields[i] != FIELD_NONE; i++)
        if (!parse_field(fields[i], &rest, out))
            return REQUEST_INVALID;
    return rest.size == 0 ? REQUEST_OK : REQUEST_INVALID;
}

bool request_is_plain_get(struct slice line, struct slice *name)
{
    enum { WORD_SIZE = 4 };
    if (line.size <= WORD_SIZE || memcmp(line.data, "GET ", WORD_SIZE) != 0 ||
        line.data[WORD_SIZE] == ' ' || line.data[line.size - 1] == ' ')
        return false;
    *name = slice_of(line.data + WORD_SIZE, line.size - WORD_SIZE);
    return true;
}

static void put_slice_field(struct buffer *out, struct slice slice)
{
    buffer_put_char(out, ' ');
    buffer_put_slice(out, slice);
}

static void put_number_field(struct buffer *out, uint64_t number)
{
    buffer_put_char(out, ' ');
    buffer_put_number(out, number);
}

static void encode_field(struct buffer *out, enum field field, const struct request *request)
{
    switch (field) {
    case FIELD_NONE: break;
    case FIELD_SERVER_ID: put_slice_field(out, request->server_id); break;
    case FIELD_TCP_PORT: put_number_field(out, request->tcp_port); break;
    case FIELD_UDP_PORT: put_number_field(out, request->udp_port); break;
    case FIELD_HOST: put_slice_field(out, request->address); break;
    case FIELD_HOST_IF_ANY:
        if (request->address.size > 0)
            put_slice_field(out, request->address);
        break;
    case FIELD_LOAD: put_number_field(out, request->load); break;
    case FIELD_TIMESTAMP: put_number_field(out, (uint64_t)request->timestamp); break;
    case FIELD_SHA256: put_slice_field(out, request->sha256); break;
    case FIELD_OFFSET: put_number_field(out, request->offset); break;
    case FIELD_LENGTH: put_number_field(out, request->length); break;
    case FIELD_NAME:
    case FIELD_ANY_NAME: put_slice_field(out, request->name); break;
    case FIELD_NAME_AND_SIZE:
        put_slice_field(out, request->name);
        put_number_field(out, request->size);
        break;
    }
}

void request_encode(struct buffer *out, const struct request *request)
{
    buffer_put_text(out, grammar[request->verb].word);
    for (int i = 0; i < FIELDS_MAX; i++)
        encode_field(out, grammar[request->verb].fields[i], request);
    buffer_put_char(out, '\n');
}

const char *request_verb_text(enum verb verb)
{
    return grammar[verb].word;
}

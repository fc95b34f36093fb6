/*
 * Requests: what a client, a content server, an index or a monitor asks for, one line each. Pure.
 *
 * A parsed request points into the line. What the fields may be is checked here, once, for all
 * servers; whether the peer may ask it is the server's business.
 */
#ifndef PROTO_REQUEST_H
#define PROTO_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

enum verb {
    VERB_ADD_FILE,
    VERB_CHUNKS,
    VERB_DONE_FILES,
    VERB_FILE_HASH,
    VERB_GET,
    VERB_GET_RANGE,
    VERB_HELLO,
    VERB_LEAVE,
    VERB_LIST_FILES,
    VERB_LIST_SERVERS,
    VERB_LOCATE,
    VERB_PING,
    VERB_REGISTER,
    VERB_REGISTER_INDEX,
    VERB_REMOVE_FILE,
    VERB_SERVER_DOWN,
    VERB_SERVER_UP,
    VERB_STAT,
    VERB_UPDATE_LOAD
};

/* A set of verbs: those that one port understands. */
#define VERB_BIT(verb) (1u << (verb))

struct request {
    enum verb verb;
    struct slice server_id;
    struct slice name;    /* a file; not checked where it is asked for: see request_parse */
    struct slice address; /* of REGISTER: empty when none is advertised */
    struct slice sha256;  /* of FILE_HASH: 64 lower-case hexadecimal digits */
    uint64_t size;
    uint64_t offset; /* of GET_RANGE, and the length: bytes, at most INT64_MAX */
    uint64_t length;
    uint16_t tcp_port; /* of REGISTER_INDEX: the notification port */
    uint16_t udp_port;
    uint32_t load;
    int64_t timestamp; /* Unix seconds */
};

enum request_status { REQUEST_OK, REQUEST_UNKNOWN, REQUEST_INVALID };

/* Parses a line that is not blank. A verb outside the set is unknown. The name of a request for
 * a file (GET, GET_RANGE, STAT, CHUNKS, LOCATE) may be anything but empty: one that no file can
 * have is simply not found. */
enum request_status request_parse(struct slice line, unsigned verbs, struct request *out);

/* Whether the line is a GET without spaces around its fields, as most requests are, and its name:
 * as request_parse would say, but sooner. */
bool request_is_plain_get(struct slice line, struct slice *name);

/* Appends the request's line with its line feed. The fields must be valid. */
void request_encode(struct buffer *out, const struct request *request);

/* The verb's word, for logs. */
const char *request_verb_text(enum verb verb);

#endif

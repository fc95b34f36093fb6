/*
 * Replies: what the servers answer, as lines to put and lines to parse. Pure.
 */
#ifndef PROTO_REPLY_H
#define PROTO_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/slice.h"

/* Whole lines, with their line feeds. */
#define REPLY_OK               "OK\n"
#define REPLY_REGISTERED       "OK REGISTERED\n"
#define REPLY_FILES_ADDED      "OK FILES_ADDED\n"
#define REPLY_INDEX_REGISTERED "OK INDEX_REGISTERED\n"
#define REPLY_LEFT             "OK LEFT\n"
#define REPLY_WELCOME          "WELCOME MICRO-CDN\n"
#define REPLY_PONG             "PONG\n"
#define REPLY_END              "END\n"
#define REPLY_FILE_NOT_FOUND   "ERROR FILE_NOT_FOUND\n"
#define REPLY_INVALID_FORMAT   "ERROR INVALID_FORMAT\n"
#define REPLY_UNKNOWN_COMMAND  "ERROR UNKNOWN_COMMAND\n"
#define REPLY_INVALID_RANGE    "ERROR INVALID_RANGE\n"
#define REPLY_NOT_READY        "ERROR NOT_READY\n"
#define REPLY_LIMIT            "ERROR LIMIT\n"

/* Whether a received line (without its LF) is this reply (with it). */
bool reply_is(struct slice line, const char *reply);
bool reply_is_error(struct slice line);

/* Where a file is: "SERVER <ip> <tcp_port> <server_id> <file_size>". */
struct reply_location {
    struct slice address;
    uint16_t tcp_port;
    struct slice server_id;
    uint64_t size; /* bytes */
};
void reply_put_location(struct buffer *out, const struct reply_location *location);
bool reply_parse_location(struct slice line, struct reply_location *out);

/* One of the places where a file is, best first, then END:
 * "SOURCE <ip> <tcp_port> <server_id> <file_size> <sha256 or ->". */
struct reply_source {
    struct reply_location at;
    struct slice sha256; /* SHA256_DIGITS, or empty where it is not known */
};
void reply_put_source(struct buffer *out, const struct reply_source *source);
bool reply_parse_source(struct slice line, struct reply_source *out);

/* What is known of a file: "STAT <file_size> <sha256 or -> <number> <file_name>". */
struct reply_stat {
    uint64_t size;       /* bytes */
    struct slice sha256; /* SHA256_DIGITS, or empty where it is not known */
    uint64_t number;     /* an index: live holders; a content server: mtime in Unix seconds */
    struct slice name;
};
void reply_put_stat(struct buffer *out, const struct reply_stat *stat);
bool reply_parse_stat(struct slice line, struct reply_stat *out);

/* What comes before the SHA-256s of a file's chunks, a line each, and END:
 * "CHUNKS <chunk_size> <count> <file_name>". */
struct reply_chunks {
    uint64_t chunk_size; /* bytes; never 0 */
    uint64_t count;
    struct slice name;
};
void reply_put_chunks(struct buffer *out, const struct reply_chunks *chunks);
bool reply_parse_chunks(struct slice line, struct reply_chunks *out);

/* The SHA-256 of one chunk, alone on its line. */
void reply_put_sha256(struct buffer *out, struct slice digits);
bool reply_parse_sha256(struct slice line, struct slice *digits);

/* A server in a list: "SERVER <server_id> <ip> <tcp_port> <load> <status>". */
struct reply_server {
    struct slice server_id;
    struct slice address;
    uint16_t tcp_port;
    uint32_t load;
    bool alive;
};
void reply_put_server(struct buffer *out, const struct reply_server *server);
bool reply_parse_server(struct slice line, struct reply_server *out);

/* A file in a list: "FILE <file_name> <file_size>". */
void reply_put_file(struct buffer *out, struct slice name, uint64_t size);
bool reply_parse_file(struct slice line, struct slice *name, uint64_t *size);

/* The line before a file's bytes: "OK <file_size>". */
void reply_put_body(struct buffer *out, uint64_t size);
bool reply_parse_body(struct slice line, uint64_t *size);

#endif

/*
 * Every size that a peer controls, in one place.
 */
#ifndef PROTO_LIMITS_H
#define PROTO_LIMITS_H

enum {
    LINE_SIZE_MAX = 8192,      /* bytes of a line, with its line feed */
    SERVER_ID_SIZE_MAX = 64,   /* bytes */
    FILE_NAME_SIZE_MAX = 1024, /* bytes */
    HOST_SIZE_MAX = 255,       /* bytes; the longest name that DNS allows is 253 */
    SHA256_DIGITS = 64,        /* of a SHA-256 as the protocol writes it */
    CHUNK_SIZE = 4194304,      /* bytes of a file that have a hash of their own: 4 MiB */
    HEARTBEAT_SIZE_MAX = 1024, /* bytes of a datagram; base monitors read no more */

    MONITOR_SERVERS_MAX = 10000,
    MONITOR_INDEXES_MAX = 64,
    INDEX_SERVERS_MAX = 10000,
    INDEX_FILES_MAX = 32 * 1024 * 1024, /* (file, server) pairs, in force or being registered */

    CONNECTIONS_MAX = 20000 /* of one server program */
};

/* Of all files that an index knows. */
#define INDEX_NAME_BYTES_MAX ((uint64_t)4 * 1024 * 1024 * 1024)

#endif

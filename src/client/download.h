/*
 * Getting one file: from as many holders as help, from others when some fail, going on where an
 * earlier run ended, and checked before it has its name.
 */
#ifndef CLIENT_DOWNLOAD_H
#define CLIENT_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "client/index_link.h"
#include "proto/limits.h"

enum {
    DOWNLOAD_SHARES_MAX = 64, /* sources that the result tells apart */
    DOWNLOAD_CONNECTIONS = 4,
    DOWNLOAD_CONNECTIONS_MAX = 64,
    DOWNLOAD_STALL_MS = 5 * 1000
};

/* Connections and stall_ms have their defaults where they are 0. */
struct download_options {
    unsigned connections; /* at once, to all sources together */
    uint64_t stall_ms;    /* a source that sends nothing for so long hangs */
    uint64_t retry_ms;    /* without any progress, before it gives up; 0: at once */
    uint64_t rate_max;    /* bytes a second over all connections; 0: no limit */
};

enum download_outcome { DOWNLOAD_DONE, DOWNLOAD_FAILED, DOWNLOAD_INTERRUPTED };

/* How the file was found to be right. */
enum download_proof {
    DOWNLOAD_PROOF_SIZE,  /* nobody knew a hash: by its size alone */
    DOWNLOAD_PROOF_HASH,  /* by the SHA-256 of the whole */
    DOWNLOAD_PROOF_CHUNKS /* each chunk as it came, and the whole at the end */
};

struct download_share {
    char id[SERVER_ID_SIZE_MAX + 1];
    char host[HOST_SIZE_MAX + 1];
    uint16_t port;
    uint64_t bytes; /* of the file that came from it in this run */
};

struct download_result {
    enum download_outcome outcome;
    bool already_complete; /* it was there, and nothing was fetched */
    enum download_proof proof;
    uint64_t size;       /* bytes of the file; 0 while it is not known */
    uint64_t fetched;    /* bytes that came over the network in this run, those in vain too */
    uint64_t kept;       /* bytes that an earlier run had left */
    uint64_t elapsed_ms; /* of this run */
    size_t share_count;
    struct download_share shares[DOWNLOAD_SHARES_MAX]; /* who gave bytes, most first */
    char sha256[SHA256_DIGITS + 1];                    /* of the file; empty: not known */
    char path[FILE_NAME_SIZE_MAX + 1];                 /* where it is, below the output folder */
    char reason[200];                                  /* why it failed */
};

/* Downloads a file to output_dir/output_name (parts divided by "/"; NULL: the file's own name).
 * Turns the loop until it is over. What it does goes to the index link's ui: the log lines of a
 * download, warnings about sources, progress, and the error it ends with; a summary is the caller's
 * to show. The options and *out are the caller's; returns out->outcome. */
enum download_outcome download_file(struct index_link *index,
                                    const struct download_options *options, const char *output_dir,
                                    struct slice name, const char *output_name,
                                    struct download_result *out);

#endif

/*
 * What the main function of every server shares: options, log, the loop, and an orderly stop.
 */
#ifndef NET_SERVICE_H
#define NET_SERVICE_H

#include "base/log.h"
#include "base/options.h"
#include "net/loop.h"

/* Given to a server when it is opened; all outlive it. */
struct service_context {
    struct loop *loop;
    struct log *log;
    const char *program; /* for error messages */
};

struct service {
    const struct program *program;
    /* Checks what the option table cannot, and makes the log's tag. 0, or -1 after an error
     * message. */
    int (*prepare)(void *options, char *tag, size_t tag_size, enum log_level *level);
    /* Opens the server. 0, or -1 after an error message. */
    int (*open)(void **out, const struct service_context *context, const void *options);
    /* Begins an orderly stop, which ends with loop_stop. NULL: stops at once. */
    void (*stop)(void *server);
    void (*close)(void *server);
};

/* Runs the server until it is asked to stop. Returns the program's exit code. */
int service_main(const struct service *service, void *options, int argc, char **argv);

/* Prints "program: what: why" on stderr, the way of all errors before a server runs, and returns
 * -1. */
int service_error(const char *program, const char *why, const char *what, ...) PLAT_PRINTF(3, 4);

/* The same for a port that cannot be listened on. */
int service_port_error(const char *program, uint16_t port, int error);

/* Reads --bind: an address, or NULL or empty for all. 0, or -1 after an error message. */
int service_parse_bind(const char *program, const char *text, struct plat_addr *out);

/* How many threads to run when none are asked for (0): one a processor, up to a sensible number. */
unsigned service_threads(unsigned asked);

#endif

/*
 * mcdn-bench idle: holds connections that ask nothing more, and times newcomers beside them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/options.h"
#include "commands.h"
#include "histogram.h"
#include "names.h"
#include "plat/clock.h"
#include "plat/console.h"
#include "wire.h"

struct idle_options {
    const char *host, *dialect;
    uint16_t port;
    uint64_t connections, newcomers, size;
};

#define FIELD(name) offsetof(struct idle_options, name)

static const struct option options[] = {
    {"host", 0, OPTION_TEXT, "ADDR", "127.0.0.1", "the server's address", FIELD(host)},
    {"port", 0, OPTION_PEER_PORT, "PORT", "5000", "the server's port", FIELD(port)},
    {"dialect", 0, OPTION_TEXT, "NAME", "index", "as of `ask`", FIELD(dialect)},
    {"connections", 0, OPTION_NUMBER, "N", "10000", "to hold", FIELD(connections)},
    {"newcomers", 0, OPTION_NUMBER, "N", "200", "to time, one after the other", FIELD(newcomers)},
    {"size", 0, OPTION_NUMBER, "BYTES", "0", "size of the file asked for; 0: as the catalogue has",
     FIELD(size)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench idle",
    .summary = "Holds idle connections until its stdin ends.",
    .options = options,
};

struct held {
    plat_socket *sockets;
    uint64_t count;
};

/* Each asks once, so that the server has truly taken it. */
static int hold(struct held *held, struct wire *wire, const struct plat_addr *to, uint64_t count)
{
    int rc = 0;
    while (rc == 0 && held->count < count) {
        rc = wire_open(wire, to);
        if (rc == 0)
            rc = wire_expect(wire, "PING\n", "PONG");
        if (rc == 0)
            held->sockets[held->count++] = wire_release(wire);
        wire_close(wire);
    }
    return rc;
}

static int serve_newcomer(struct wire *wire, const struct plat_addr *to, enum dialect dialect,
                          uint64_t size)
{
    char name[NAMES_TEXT_SIZE];
    struct slice slice = slice_of(name, names_write(0, name));
    int rc = wire_open(wire, to);
    if (rc == 0)
        rc = wire_ask(wire, dialect, slice, size > 0 ? size : names_size(0));
    wire_close(wire);
    return rc;
}

static int serve_newcomers(struct wire *wire, const struct idle_options *o,
                           const struct plat_addr *to, struct histogram *latency)
{
    enum dialect dialect;
    int rc = dialect_parse(o->dialect, &dialect) ? 0 : PLAT_ERR_INVALID;
    for (uint64_t i = 0; rc == 0 && i < o->newcomers; i++) {
        uint64_t begin_us = plat_clock_now_us();
        rc = serve_newcomer(wire, to, dialect, o->size);
        histogram_add(latency, plat_clock_now_us() - begin_us, 1);
    }
    return rc;
}

static void wait_for_stdin(void)
{
    char *line = NULL;
    fflush(stdout);
    (void)plat_console_read_line("", NULL, &line);
    free(line);
}

static int run(const struct idle_options *o, const struct plat_addr *to)
{
    struct held held = {.sockets = calloc((size_t)o->connections + 1, sizeof *held.sockets)};
    struct wire *wire = calloc(1, sizeof *wire);
    struct histogram *latency = calloc(1, sizeof *latency);
    int rc = held.sockets && wire && latency ? 0 : PLAT_ERR_NO_MEMORY;
    if (rc == 0)
        rc = hold(&held, wire, to, o->connections);
    if (rc == 0)
        rc = serve_newcomers(wire, o, to, latency);
    if (rc == 0) {
        printf("held=%" PRIu64 " newcomers=%" PRIu64 " p50_us=%" PRIu64 " p99_us=%" PRIu64
               " worst_us=%" PRIu64 "\n",
               held.count, latency->total, histogram_at(latency, 0.5), histogram_at(latency, 0.99),
               latency->worst);
        wait_for_stdin();
    } else {
        fprintf(stderr, "%s: with %" PRIu64 " connections: %s\n", program.name, held.count,
                plat_error_text(rc));
    }
    for (uint64_t i = 0; i < held.count; i++)
        plat_socket_close(held.sockets[i]);
    free(held.sockets);
    free(wire);
    free(latency);
    return rc == 0 ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

int command_idle(int argc, char **argv)
{
    struct idle_options o;
    struct plat_addr to;
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    if (plat_addr_parse(&to, o.host) < 0 || o.connections > 60000) {
        fprintf(stderr, "%s: no address, or more than 60000 connections\n", program.name);
        return EXIT_CODE_USAGE;
    }
    to.port = o.port;
    return run(&o, &to);
}

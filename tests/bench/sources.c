/*
 * mcdn-bench sources: several slow or failing sources in front of one content server.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/options.h"
#include "commands.h"
#include "plat/console.h"
#include "plat/thread.h"
#include "relay.h"

struct sources_options {
    const char *host, *fault;
    uint16_t port;
    unsigned sources;
    uint64_t rate, fault_at;
};

#define FIELD(name) offsetof(struct sources_options, name)

static const struct option options[] = {
    {"host", 0, OPTION_TEXT, "ADDR", "127.0.0.1", "the content server's address", FIELD(host)},
    {"port", 0, OPTION_PEER_PORT, "PORT", "7001", "its port", FIELD(port)},
    {"sources", 0, OPTION_COUNT, "N", "2", "ports to stand in for it, at most 8", FIELD(sources)},
    {"rate", 0, OPTION_NUMBER, "BYTES", "0", "bytes a second of each; 0: no limit", FIELD(rate)},
    {"fault-at", 0, OPTION_NUMBER, "BYTES", "0", "after so many, one fails; 0: none",
     FIELD(fault_at)},
    {"fault", 0, OPTION_TEXT, "NAME", "cut", "cut or hang", FIELD(fault)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench sources",
    .summary = "Prints its ports, relays until its stdin ends, and prints what passed.",
    .options = options,
};

struct worker {
    struct plat_thread thread;
    struct relay *relay;
    int rc;
};

static void work(void *arg)
{
    struct worker *worker = arg;
    worker->rc = relay_run(worker->relay);
}

static void print_ports(const struct relay *relay, unsigned sources)
{
    for (unsigned i = 0; i < sources; i++)
        printf("port%u=%u ", i + 1, (unsigned)relay_port(relay, i));
    printf("\n");
    fflush(stdout);
}

static void print_result(const struct relay_result *r, unsigned sources)
{
    for (unsigned i = 0; i < sources; i++)
        printf("bytes%u=%" PRIu64 " ", i + 1, r->bytes[i]);
    printf("gap_us=%" PRIu64 " us=%" PRIu64 "\n", r->gap_us, r->last_us - r->first_us);
}

static int run(const struct relay_plan *plan)
{
    struct worker worker = {.relay = NULL};
    char *line = NULL;
    int rc = relay_open(&worker.relay, plan);
    if (rc == 0)
        rc = plat_thread_start(&worker.thread, work, &worker);
    if (rc == 0) {
        print_ports(worker.relay, plan->sources);
        (void)plat_console_read_line("", NULL, &line);
        free(line);
        relay_stop(worker.relay);
        plat_thread_join(&worker.thread);
        rc = worker.rc;
    }
    if (rc == 0)
        print_result(relay_result(worker.relay), plan->sources);
    else
        fprintf(stderr, "%s: %s\n", program.name, plat_error_text(rc));
    relay_close(worker.relay);
    return rc == 0 ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

int command_sources(int argc, char **argv)
{
    struct sources_options o = {0};
    struct relay_plan plan = {.fault = RELAY_CUT};
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    if (strcmp(o.fault, "hang") == 0)
        plan.fault = RELAY_HANG;
    if (plat_addr_parse(&plan.target, o.host) < 0 || o.sources > RELAY_SOURCES_MAX ||
        (plan.fault == RELAY_CUT && strcmp(o.fault, "cut") != 0)) {
        fprintf(stderr, "%s: no address, no such fault, or more than %d sources\n", program.name,
                RELAY_SOURCES_MAX);
        return EXIT_CODE_USAGE;
    }
    plan.target.port = o.port;
    plan.sources = o.sources;
    plan.rate = o.rate;
    plan.fault_at = o.fault_at;
    return run(&plan);
}

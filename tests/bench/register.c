/*
 * mcdn-bench register: one content server's registration of many files, and lookups meanwhile.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/options.h"
#include "commands.h"
#include "names.h"
#include "pause.h"
#include "plat/clock.h"
#include "prober.h"
#include "wire.h"

enum { PORTION = 64 * 1024 };

struct register_options {
    const char *host, *id;
    uint16_t port;
    uint64_t files, probed, linger_ms;
};

#define FIELD(name) offsetof(struct register_options, name)

static const struct option options[] = {
    {"host", 0, OPTION_TEXT, "ADDR", "127.0.0.1", "the index's address", FIELD(host)},
    {"port", 0, OPTION_PEER_PORT, "PORT", "5000", "the index's port", FIELD(port)},
    {"id", 0, OPTION_TEXT, "ID", "CS1", "who registers", FIELD(id)},
    {"files", 0, OPTION_NUMBER, "N", "1000000", "how many files", FIELD(files)},
    {"probed", 0, OPTION_NUMBER, "N", "0",
     "meanwhile, look up the first N files, which must be there already", FIELD(probed)},
    {"linger", 0, OPTION_SECONDS, "SECONDS", "0.2", "go on looking up for so long after it",
     FIELD(linger_ms)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench register",
    .summary = "Registers the first files of the catalogue with an index.",
    .options = options,
};

static int send_portion(struct wire *wire, struct buffer *out)
{
    int rc = out->failed ? PLAT_ERR_NO_MEMORY : wire_send(wire, buffer_content(out));
    buffer_consume(out, buffer_size(out));
    return rc;
}

static void put_file(struct buffer *out, struct slice id, uint64_t number)
{
    char name[NAMES_TEXT_SIZE];
    size_t size = names_write(number, name);
    buffer_put_text(out, "ADD_FILE ");
    buffer_put_slice(out, id);
    buffer_put_char(out, ' ');
    buffer_put(out, name, size);
    buffer_put_char(out, ' ');
    buffer_put_number(out, names_size(number));
    buffer_put_char(out, '\n');
}

/* The sender's own cost counts as part of the registration, so files are written in large portions
 * and the answer is read at the end only; an error would be found there in its place. */
static int send_files(struct wire *wire, const struct register_options *o)
{
    struct buffer out = BUFFER_INIT;
    struct slice id = slice_text(o->id);
    int rc = 0;
    for (uint64_t i = 0; rc == 0 && i < o->files; i++) {
        put_file(&out, id, i);
        if (buffer_size(&out) >= PORTION)
            rc = send_portion(wire, &out);
    }
    if (rc == 0 && buffer_size(&out) > 0)
        rc = send_portion(wire, &out);
    buffer_fini(&out);
    return rc;
}

static int enrol(struct wire *wire, const struct register_options *o)
{
    char first[128];
    snprintf(first, sizeof first, "REGISTER %.64s 7001 7002\n", o->id);
    int rc = wire_expect(wire, first, "OK REGISTERED");
    if (rc == 0)
        rc = send_files(wire, o);
    return rc == 0 ? wire_expect(wire, "DONE_FILES\n", "OK FILES_ADDED") : rc;
}

static int measure(const struct register_options *o, const struct plat_addr *to,
                   struct prober *prober, uint64_t *took_us)
{
    struct wire *wire = malloc(sizeof *wire);
    if (!wire)
        return PLAT_ERR_NO_MEMORY;
    int rc = wire_open(wire, to);
    if (rc == 0 && o->probed > 0) {
        prober->to = *to;
        prober->files = o->probed;
        rc = prober_start(prober);
    }
    if (rc == 0) {
        uint64_t begin_us = plat_clock_now_us();
        rc = enrol(wire, o);
        *took_us = plat_clock_now_us() - begin_us;
        if (o->probed > 0) {
            /* A list that was replaced is still being cleared away. */
            pause_ms((uint32_t)o->linger_ms);
            prober_stop(prober);
            rc = rc == 0 ? prober->error : rc;
        }
    }
    wire_close(wire);
    free(wire);
    return rc;
}

static int run(const struct register_options *o, const struct plat_addr *to)
{
    struct prober *prober = calloc(1, sizeof *prober);
    uint64_t took_us = 0;
    int rc = prober ? measure(o, to, prober, &took_us) : PLAT_ERR_NO_MEMORY;
    uint64_t wrong = prober ? prober->wrong : 0;
    if (rc == 0)
        printf("files=%" PRIu64 " seconds=%.3f probes=%" PRIu64 " p50_us=%" PRIu64
               " p99_us=%" PRIu64 " worst_us=%" PRIu64 " wrong=%" PRIu64 "\n",
               o->files, (double)took_us / 1e6, prober->latency.total,
               histogram_at(&prober->latency, 0.5), histogram_at(&prober->latency, 0.99),
               prober->latency.worst, wrong);
    else
        fprintf(stderr, "%s: %s\n", program.name, plat_error_text(rc));
    free(prober);
    return rc == 0 && wrong == 0 ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

int command_register(int argc, char **argv)
{
    struct register_options o;
    struct plat_addr to;
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    if (plat_addr_parse(&to, o.host) < 0 || o.files > NAMES_MAX || o.probed > NAMES_MAX) {
        fprintf(stderr, "%s: no address, or more than 100000000 files\n", program.name);
        return EXIT_CODE_USAGE;
    }
    to.port = o.port;
    return run(&o, &to);
}

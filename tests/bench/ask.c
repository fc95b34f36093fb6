/*
 * mcdn-bench ask: lookups or downloads from several threads at once, and how many were answered.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/options.h"
#include "commands.h"
#include "load.h"
#include "names.h"
#include "plat/thread.h"

/* Requests that are written out in advance, of all threads. So many that the server's caches see
 * most of a million names. */
enum { ASKS_MAX = 1 << 20, THREADS_MAX = 64 };

struct ask_options {
    const char *dialect, *host;
    uint16_t port;
    uint64_t connections, lowest, files, size, seed;
    unsigned threads, depth, addresses;
    uint64_t seconds_ms, warmup_ms;
    bool reconnect, once;
};

#define FIELD(name) offsetof(struct ask_options, name)

static const struct option options[] = {
    {"dialect", 0, OPTION_TEXT, "NAME", "index",
     "index, content, ping; redis, fill (sets what redis gets); http", FIELD(dialect)},
    {"host", 0, OPTION_TEXT, "ADDR", "127.0.0.1", "address to ask", FIELD(host)},
    {"port", 0, OPTION_PEER_PORT, "PORT", "5000", "port to ask", FIELD(port)},
    {"addresses", 0, OPTION_COUNT, "N", "1", "ask so many addresses in turn, from ADDR on",
     FIELD(addresses)},
    {"connections", 0, OPTION_NUMBER, "N", "64", "connections, of all threads", FIELD(connections)},
    {"threads", 0, OPTION_COUNT, "N", "1", "threads", FIELD(threads)},
    {"depth", 0, OPTION_COUNT, "N", "1", "requests sent at once", FIELD(depth)},
    {"lowest", 0, OPTION_NUMBER, "N", "0", "number of the first file", FIELD(lowest)},
    {"files", 0, OPTION_NUMBER, "N", "1000000", "how many from there on", FIELD(files)},
    {"size", 0, OPTION_NUMBER, "BYTES", "0", "size of every file; 0: various sizes", FIELD(size)},
    {"seed", 0, OPTION_NUMBER, "N", "1", "begins the random choice of files", FIELD(seed)},
    {"warmup", 0, OPTION_SECONDS, "SECONDS", "0.2", "time that is not counted", FIELD(warmup_ms)},
    {"seconds", 0, OPTION_SECONDS, "SECONDS", "2", "time that is", FIELD(seconds_ms)},
    {"reconnect", 0, OPTION_FLAG, NULL, NULL, "a new connection for each request",
     FIELD(reconnect)},
    {"once", 0, OPTION_FLAG, NULL, NULL, "ask for each file once, in order", FIELD(once)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench ask",
    .summary = "Asks a server for files, as fast as it answers.",
    .options = options,
};

struct asker {
    struct plat_thread thread;
    struct load_plan plan;
    struct load_result result;
    int rc;
};

static void run_asker(void *arg)
{
    struct asker *asker = arg;
    asker->rc = load_run(&asker->plan, &asker->result);
}

static int wrong(const char *what)
{
    fprintf(stderr, "%s: %s\n", program.name, what);
    return EXIT_CODE_USAGE;
}

static void plan_asker(struct load_plan *plan, const struct ask_options *o, unsigned at)
{
    unsigned all = (unsigned)o->connections;
    plan->asks.lowest = o->lowest;
    plan->asks.files = o->files;
    plan->asks.file_size = o->size;
    plan->asks.seed = o->seed * THREADS_MAX + at;
    plan->asks.in_order = plan->once = o->once;
    plan->asks.first = at;
    plan->asks.step = o->threads;
    plan->asks.count = o->once ? SIZE_MAX : ASKS_MAX / o->threads;
    plan->to.port = o->port;
    plan->addresses = o->addresses;
    plan->connections = all / o->threads + (at < all % o->threads);
    plan->depth = o->depth;
    plan->reconnect = o->reconnect;
    plan->warmup_us = o->warmup_ms * 1000;
    plan->measure_us = o->seconds_ms * 1000;
}

static int report(const struct load_result *r)
{
    double seconds = r->us > 0 ? (double)r->us / 1e6 : 1;
    printf("answers=%" PRIu64 " seconds=%.3f rate=%.1f bytes_rate=%.1f p50_us=%" PRIu64
           " p99_us=%" PRIu64 " worst_us=%" PRIu64 " wrong=%" PRIu64 " failed=%" PRIu64 "\n",
           r->answers, seconds, (double)r->answers / seconds, (double)r->bytes / seconds,
           histogram_at(&r->latency, 0.5), histogram_at(&r->latency, 0.99), r->latency.worst,
           r->wrong, r->failed);
    /* A large file's answer may take longer than there is time. */
    bool any = r->answers > 0 || r->bytes > 0;
    return r->wrong == 0 && r->failed == 0 && any ? EXIT_CODE_DONE : EXIT_CODE_FAILED;
}

static void add(struct load_result *sum, const struct load_result *r)
{
    sum->answers += r->answers;
    sum->bytes += r->bytes;
    sum->wrong += r->wrong;
    sum->failed += r->failed;
    histogram_merge(&sum->latency, &r->latency);
    if (r->us > sum->us)
        sum->us = r->us;
}

static int run_all(struct asker *askers, unsigned count)
{
    struct load_result sum = {0};
    unsigned started = 0;
    int rc = 0;
    while (started < count && rc == 0) {
        rc = plat_thread_start(&askers[started].thread, run_asker, &askers[started]);
        started += rc == 0;
    }
    for (unsigned i = 0; i < started; i++) {
        plat_thread_join(&askers[i].thread);
        add(&sum, &askers[i].result);
        rc = rc == 0 ? askers[i].rc : rc;
    }
    if (rc == 0)
        return report(&sum);
    fprintf(stderr, "%s: %s\n", program.name, plat_error_text(rc));
    return EXIT_CODE_FAILED;
}

int command_ask(int argc, char **argv)
{
    struct ask_options o;
    struct load_plan plan = {0};
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    if (!dialect_parse(o.dialect, &plan.asks.dialect))
        return wrong("--dialect: no such dialect");
    if (plat_addr_parse(&plan.to, o.host) < 0)
        return wrong("--host: no address");
    if (o.threads > THREADS_MAX || o.connections < o.threads || o.connections > 60000)
        return wrong("--connections: at least one a thread, at most 60000; at most 64 threads");
    if (o.files == 0 || o.files > NAMES_MAX || o.lowest > NAMES_MAX - o.files)
        return wrong("--files: 1 to 100000000, and not above that");
    struct asker *askers = calloc(o.threads, sizeof *askers);
    if (!askers)
        return EXIT_CODE_FAILED;
    for (unsigned i = 0; i < o.threads; i++) {
        askers[i].plan = plan;
        plan_asker(&askers[i].plan, &o, i);
    }
    int code = run_all(askers, o.threads);
    free(askers);
    return code;
}

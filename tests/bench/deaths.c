/*
 * mcdn-bench deaths: some of many servers fall silent, and how late the monitor tells an index.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/options.h"
#include "beats.h"
#include "commands.h"
#include "histogram.h"
#include "plat/clock.h"
#include "plat/error.h"
#include "wire.h"

/* GRACE_MS: how long after the timeout notices are waited for. */
enum { TICK_MS = 2, GRACE_MS = 2000, SERVERS_MAX = 1000000 };

struct deaths_options {
    const char *host;
    uint16_t tcp_port, udp_port;
    uint64_t servers, each, interval_ms, timeout_ms;
};

#define FIELD(name) offsetof(struct deaths_options, name)

static const struct option options[] = {
    {"host", 0, OPTION_TEXT, "ADDR", "127.0.0.1", "the monitor's address", FIELD(host)},
    {"tcp-port", 0, OPTION_PEER_PORT, "PORT", "6001", "its TCP port", FIELD(tcp_port)},
    {"udp-port", 0, OPTION_PEER_PORT, "PORT", "6000", "its UDP port", FIELD(udp_port)},
    {"servers", 0, OPTION_NUMBER, "N", "10000", "who send heartbeats", FIELD(servers)},
    {"each", 0, OPTION_NUMBER, "N", "100", "every Nth of them stops", FIELD(each)},
    {"interval", 0, OPTION_SECONDS, "SECONDS", "3", "between two of a server", FIELD(interval_ms)},
    {"timeout", 0, OPTION_SECONDS, "SECONDS", "8", "the monitor's", FIELD(timeout_ms)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench deaths",
    .summary = "Takes a monitor's notices of servers that fell silent, as an index does.",
    .options = options,
};

struct watcher {
    const struct deaths_options *options;
    struct plat_addr tcp;
    struct beats beats;
    plat_socket listener;
    struct wire wire;
    uint64_t victims;
    struct histogram late; /* milliseconds after the timeout */
    uint64_t early;        /* notices before the timeout, or of who still sends */
};

static int begin(struct watcher *w, struct plat_addr addr)
{
    struct plat_addr own = plat_addr_loopback(addr.is_v6, 0), udp = addr;
    char text[64];
    w->tcp = addr;
    w->tcp.port = w->options->tcp_port;
    udp.port = w->options->udp_port;
    int rc =
        beats_open(&w->beats, &udp, (uint32_t)w->options->servers, w->options->interval_ms * 1000);
    if (rc == 0)
        rc = plat_socket_listen(&w->listener, &own, 128);
    if (rc == 0)
        rc = plat_socket_local(w->listener, &own);
    if (rc == 0)
        rc = wire_open(&w->wire, &w->tcp);
    snprintf(text, sizeof text, "REGISTER_INDEX %s %u\n", own.is_v6 ? "::1" : "127.0.0.1",
             (unsigned)own.port);
    if (rc == 0)
        rc = wire_expect(&w->wire, text, "OK INDEX_REGISTERED");
    wire_close(&w->wire);
    return rc;
}

static void note(struct watcher *w, struct slice line)
{
    struct slice verb = slice_take_field(&line), id = slice_take_field(&line);
    int64_t server = beats_server(id);
    if (!slice_is(verb, "SERVER_DOWN") || server < 0 || server >= w->beats.servers)
        return;
    uint64_t due_us = w->beats.last_us[server] + w->options->timeout_ms * 1000;
    uint64_t now_us = plat_clock_now_us();
    if (!beats_is_silent(&w->beats, (uint32_t)server) || now_us < due_us)
        w->early++;
    else
        histogram_add(&w->late, (now_us - due_us) / 1000, 1);
}

/* Takes the notices that wait; the monitor writes one a connection and closes it. */
static int take_notices(struct watcher *w)
{
    struct plat_addr peer;
    plat_socket socket;
    int rc;
    while ((rc = plat_socket_accept(w->listener, &socket, &peer)) == 0) {
        struct slice line;
        rc = wire_take(&w->wire, socket);
        while (rc == 0 && (rc = wire_line(&w->wire, &line)) == 0)
            note(w, line);
        wire_close(&w->wire);
        if (rc < 0)
            return rc;
    }
    return rc == PLAT_AGAIN ? 0 : rc;
}

/* Sends heartbeats and takes notices until then. */
static int beat_until(struct watcher *w, uint64_t end_us)
{
    struct plat_poller *poller = NULL;
    struct plat_watch watch = PLAT_WATCH_INIT(w->listener);
    struct plat_event event;
    size_t count = 0;
    int rc = plat_poller_open(&poller);
    if (rc == 0)
        rc = plat_poller_watch(poller, &watch, PLAT_READ);
    while (rc == 0 && plat_clock_now_us() < end_us && w->late.total < w->victims) {
        rc = beats_send(&w->beats, UINT64_MAX);
        if (rc == 0)
            rc = plat_poller_wait(poller, &event, 1, TICK_MS, &count);
        if (rc == 0 && count > 0)
            rc = take_notices(w);
    }
    plat_poller_close(poller);
    return rc;
}

static int run(struct watcher *w, struct plat_addr addr)
{
    const struct deaths_options *o = w->options;
    int rc = begin(w, addr);
    /* Two rounds of all; then some send nothing more. */
    if (rc == 0)
        rc = beat_until(w, plat_clock_now_us() + 2 * o->interval_ms * 1000);
    w->beats.silent_each = (uint32_t)o->each;
    if (rc == 0)
        rc = beat_until(w, plat_clock_now_us() + (o->timeout_ms + GRACE_MS) * 1000);
    if (rc == 0)
        printf("victims=%" PRIu64 " noticed=%" PRIu64 " early=%" PRIu64 " p50_ms=%" PRIu64
               " worst_ms=%" PRIu64 "\n",
               w->victims, w->late.total, w->early, histogram_at(&w->late, 0.5), w->late.worst);
    else
        fprintf(stderr, "%s: %s\n", program.name, plat_error_text(rc));
    plat_socket_close(w->listener);
    beats_close(&w->beats);
    return rc == 0 && w->early == 0 && w->late.total == w->victims ? EXIT_CODE_DONE
                                                                   : EXIT_CODE_FAILED;
}

int command_deaths(int argc, char **argv)
{
    struct deaths_options o = {0};
    struct plat_addr addr;
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    struct watcher *w = calloc(1, sizeof *w);
    if (!w || plat_addr_parse(&addr, o.host) < 0 || o.servers > SERVERS_MAX || o.each == 0 ||
        o.each > o.servers) {
        fprintf(stderr, "%s: no address, or no sensible number of servers\n", program.name);
        free(w);
        return EXIT_CODE_USAGE;
    }
    w->options = &o;
    w->victims = (o.servers - 1) / o.each + 1;
    w->listener = PLAT_SOCKET_NONE;
    int code = run(w, addr);
    free(w);
    return code;
}

/*
 * mcdn-bench heartbeats: rounds of heartbeats of many servers, and how many the monitor missed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/exit.h"
#include "base/options.h"
#include "beats.h"
#include "commands.h"
#include "pause.h"
#include "plat/clock.h"
#include "plat/error.h"

/* TICK_MS: the pace of a machine whose timers are no finer. SETTLE_MS: what a monitor that keeps up
 * may have in its socket. */
enum { TICK_MS = 2, SETTLE_MS = 250, SERVERS_MAX = 1000000 };

struct heartbeats_options {
    const char *host;
    uint16_t tcp_port, udp_port;
    uint64_t servers, rounds, interval_ms;
    bool burst;
};

#define FIELD(name) offsetof(struct heartbeats_options, name)

static const struct option options[] = {
    {"host", 0, OPTION_TEXT, "ADDR", "127.0.0.1", "the monitor's address", FIELD(host)},
    {"tcp-port", 0, OPTION_PEER_PORT, "PORT", "6001", "its TCP port", FIELD(tcp_port)},
    {"udp-port", 0, OPTION_PEER_PORT, "PORT", "6000", "its UDP port", FIELD(udp_port)},
    {"servers", 0, OPTION_NUMBER, "N", "10000", "who send heartbeats", FIELD(servers)},
    {"rounds", 0, OPTION_NUMBER, "N", "4", "heartbeats of each", FIELD(rounds)},
    {"interval", 0, OPTION_SECONDS, "SECONDS", "3", "between two of a server", FIELD(interval_ms)},
    {"burst", 0, OPTION_FLAG, NULL, NULL, "no pauses; only what the last round left is counted",
     FIELD(burst)},
    {0},
};

static const struct program program = {
    .name = "mcdn-bench heartbeats",
    .summary = "Sends heartbeats to a monitor and asks it which it heard.",
    .options = options,
};

/* How many servers of this round the monitor has not heard, once it has had time for the rest. */
static int count_missing(const struct plat_addr *tcp, uint32_t servers, uint32_t round,
                         uint32_t *missing)
{
    uint64_t end_ms = plat_clock_now_ms() + SETTLE_MS;
    uint32_t alive, heard = 0;
    int rc;
    while ((rc = beats_count(tcp, round, &alive, &heard)) == 0 && heard < servers &&
           plat_clock_now_ms() < end_ms)
        pause_ms(TICK_MS);
    *missing = servers - heard;
    return rc;
}

static int send_round(struct beats *beats, uint32_t round)
{
    uint64_t end = (uint64_t)beats->servers * round;
    int rc = 0;
    while (rc == 0 && beats->sent < end) {
        rc = beats_send(beats, end);
        if (beats->sent < end)
            pause_ms(TICK_MS);
    }
    return rc;
}

static int run(const struct heartbeats_options *o, struct plat_addr addr)
{
    struct beats beats = {0};
    struct plat_addr tcp = addr, udp = addr;
    uint64_t lost = 0, begin_us = plat_clock_now_us();
    tcp.port = o->tcp_port;
    udp.port = o->udp_port;
    int rc = beats_open(&beats, &udp, (uint32_t)o->servers, o->burst ? 0 : o->interval_ms * 1000);
    for (uint32_t round = 1; rc == 0 && round <= o->rounds; round++) {
        uint32_t missing = 0;
        rc = send_round(&beats, round);
        if (rc == 0 && (!o->burst || round == o->rounds))
            rc = count_missing(&tcp, beats.servers, round, &missing);
        lost += missing;
    }
    beats_close(&beats);
    if (rc != 0) {
        fprintf(stderr, "%s: %s\n", program.name, plat_error_text(rc));
        return EXIT_CODE_FAILED;
    }
    printf("sent=%" PRIu64 " lost=%" PRIu64 " seconds=%.3f\n", o->servers * o->rounds, lost,
           (double)(plat_clock_now_us() - begin_us) / 1e6);
    return EXIT_CODE_DONE;
}

int command_heartbeats(int argc, char **argv)
{
    struct heartbeats_options o = {0};
    struct plat_addr addr;
    int operands;
    enum options_outcome outcome = options_parse(&program, argc, argv, &o, &operands);
    if (outcome != OPTIONS_RUN)
        return outcome == OPTIONS_DONE ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
    if (plat_addr_parse(&addr, o.host) < 0 || o.servers == 0 || o.servers > SERVERS_MAX ||
        o.rounds == 0 || o.rounds > UINT32_MAX) {
        fprintf(stderr, "%s: no address, or no sensible number of servers or rounds\n",
                program.name);
        return EXIT_CODE_USAGE;
    }
    return run(&o, addr);
}

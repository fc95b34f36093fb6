#include "load.h"

#include <stdlib.h>

#include "plat/clock.h"
#include "plat/poller.h"

/* RECEIVE_SIZE: a large file's bytes come in few reads, and still fit into a processor's cache.
 * TURN_MS: by how much the end of the time may be missed when nothing arrives. */
enum { RECEIVE_SIZE = 256 * 1024, EVENTS = 1024, TURN_MS = 20 };

/* A connection. Its requests are a stretch of the row that the thread asks, so it owns no memory
 * for them; and what is left of an answer's line is all that it keeps of what it receives. */
struct lane {
    struct plat_watch watch;
    struct answer answer;
    struct slice unsent;
    size_t first;             /* of the requests that are under way */
    unsigned asked, answered; /* of these */
    uint64_t asked_us;
    bool connecting;
};

struct load {
    const struct load_plan *plan;
    struct load_result *result;
    struct asks asks;
    size_t next; /* request to be asked next */
    struct lane *lanes;
    unsigned running; /* lanes */
    unsigned dialed;
    struct plat_poller *poller;
    char *room;
    uint64_t now_us, begin_us;
    bool measuring;
};

static void end_lane(struct load *load, struct lane *lane)
{
    if (lane->watch.socket == PLAT_SOCKET_NONE)
        return;
    plat_poller_forget(load->poller, &lane->watch);
    plat_socket_close(lane->watch.socket);
    lane->watch.socket = PLAT_SOCKET_NONE;
    load->running--;
}

static void fail_lane(struct load *load, struct lane *lane)
{
    load->result->failed++;
    end_lane(load, lane);
}

static void wait_for(struct load *load, struct lane *lane, unsigned events)
{
    if (plat_poller_watch(load->poller, &lane->watch, events) < 0)
        fail_lane(load, lane);
}

static void send_rest(struct load *load, struct lane *lane)
{
    while (lane->unsent.size > 0) {
        size_t sent;
        int rc = plat_socket_send(lane->watch.socket, lane->unsent.data, lane->unsent.size, &sent);
        if (rc == PLAT_AGAIN || (rc != 0 && lane->connecting)) {
            wait_for(load, lane, PLAT_READ | PLAT_WRITE);
            return;
        }
        if (rc != 0) {
            fail_lane(load, lane);
            return;
        }
        lane->connecting = false;
        lane->unsent = slice_of(lane->unsent.data + sent, lane->unsent.size - sent);
    }
    wait_for(load, lane, PLAT_READ);
}

/* Takes the next requests for the lane. false: there are no more. */
static bool take_asks(struct load *load, struct lane *lane)
{
    size_t count = load->plan->depth;
    if (load->next >= load->asks.count && !load->plan->once)
        load->next = 0;
    if (count > load->asks.count - load->next)
        count = load->asks.count - load->next;
    lane->first = load->next;
    lane->asked = (unsigned)count;
    lane->answered = 0;
    lane->asked_us = load->now_us;
    lane->unsent = asks_text(&load->asks, lane->first, count);
    load->next += count;
    return count > 0;
}

/* Sends at once, without asking the poller first: there nearly always is room, and each call saved
 * here leaves the processor to the server. */
static void ask(struct load *load, struct lane *lane)
{
    if (take_asks(load, lane))
        send_rest(load, lane);
    else
        end_lane(load, lane);
}

/* The next of the loopback's many addresses; each has client ports of its own, which connections
 * that were just closed still occupy. */
static struct plat_addr next_address(struct load *load)
{
    struct plat_addr to = load->plan->to;
    unsigned turn = load->dialed++ % load->plan->addresses;
    if (!to.is_v6)
        to.ip[3] = (uint8_t)(to.ip[3] + turn);
    return to;
}

static void dial(struct load *load, struct lane *lane)
{
    struct plat_addr to = next_address(load);
    plat_socket socket;
    int rc = plat_socket_connect(&socket, &to, NULL);
    if (rc < 0) {
        load->result->failed++;
        return;
    }
    lane->watch = (struct plat_watch)PLAT_WATCH_INIT(socket);
    lane->connecting = true;
    lane->answer = (struct answer){0};
    load->running++;
    /* On loopback it is connected already; where it is not, sending fails and waits. */
    ask(load, lane);
}

static void go_on(struct load *load, struct lane *lane)
{
    if (!load->plan->reconnect) {
        ask(load, lane);
        return;
    }
    end_lane(load, lane);
    load->now_us = plat_clock_now_us();
    dial(load, lane);
}

/* Reads answers off the bytes, and asks anew when the last one has come. */
static void take_answers(struct load *load, struct lane *lane, struct slice bytes)
{
    unsigned before = lane->answered;
    enum answer_status status = ANSWER_MORE;
    while (bytes.size > 0 && lane->answered < lane->asked) {
        uint64_t size = load->asks.sizes[lane->first + lane->answered];
        status = answer_take(&lane->answer, load->plan->asks.dialect, size, &bytes);
        if (status != ANSWER_DONE)
            break;
        lane->answered++;
    }
    /* Bytes behind the last answer were not asked for. */
    if (status == ANSWER_WRONG || bytes.size > 0) {
        load->result->wrong++;
        end_lane(load, lane);
        return;
    }
    if (load->measuring && lane->answered > before) {
        load->result->answers += lane->answered - before;
        histogram_add(&load->result->latency, load->now_us - lane->asked_us,
                      lane->answered - before);
    }
    if (lane->answered == lane->asked)
        go_on(load, lane);
}

static void receive(struct load *load, struct lane *lane)
{
    size_t got;
    int rc = plat_socket_recv(lane->watch.socket, load->room, RECEIVE_SIZE, &got);
    if (rc == PLAT_AGAIN)
        return;
    if (rc != 0) {
        fail_lane(load, lane);
        return;
    }
    /* Once for all that this read brought; the next request is sent at the same time. */
    load->now_us = plat_clock_now_us();
    if (load->measuring)
        load->result->bytes += got;
    take_answers(load, lane, slice_of(load->room, got));
}

static void handle(struct load *load, struct lane *lane, unsigned events)
{
    if (lane->connecting) {
        int rc = plat_socket_connect_result(lane->watch.socket);
        if (rc < 0)
            fail_lane(load, lane);
        if (rc != 0)
            return;
        lane->connecting = false;
    }
    if (lane->unsent.size > 0)
        send_rest(load, lane);
    if ((events & PLAT_READ) && lane->watch.socket != PLAT_SOCKET_NONE)
        receive(load, lane);
}

static struct lane *lane_of(struct plat_watch *watch)
{
    return (struct lane *)(void *)watch; /* its first member */
}

/* Whether to go on, after the clock was read. */
static bool keep_time(struct load *load)
{
    const struct load_plan *plan = load->plan;
    load->now_us = plat_clock_now_us();
    if (!load->measuring && (plan->once || load->now_us - load->begin_us >= plan->warmup_us)) {
        load->measuring = true;
        load->begin_us = load->now_us;
    }
    if (plan->once)
        return true;
    return !load->measuring || load->now_us - load->begin_us < plan->measure_us;
}

static int turn(struct load *load)
{
    struct plat_event events[EVENTS];
    size_t count;
    int rc = plat_poller_wait(load->poller, events, EVENTS, TURN_MS, &count);
    for (size_t i = 0; rc == 0 && i < count; i++)
        handle(load, lane_of(events[i].watch), events[i].events);
    return rc;
}

static int run_lanes(struct load *load)
{
    int rc = 0;
    load->begin_us = load->now_us = plat_clock_now_us();
    for (unsigned i = 0; i < load->plan->connections; i++) {
        load->now_us = plat_clock_now_us();
        dial(load, &load->lanes[i]);
    }
    while (rc == 0 && load->running > 0 && keep_time(load))
        rc = turn(load);
    load->result->us = plat_clock_now_us() - load->begin_us;
    for (unsigned i = 0; i < load->plan->connections; i++)
        end_lane(load, &load->lanes[i]);
    return rc;
}

int load_run(const struct load_plan *plan, struct load_result *out)
{
    struct load load = {.plan = plan, .result = out};
    *out = (struct load_result){0};
    int rc = asks_make(&load.asks, &plan->asks);
    load.lanes = calloc(plan->connections, sizeof *load.lanes);
    load.room = malloc(RECEIVE_SIZE);
    if (rc == 0 && (!load.lanes || !load.room))
        rc = PLAT_ERR_NO_MEMORY;
    for (unsigned i = 0; load.lanes && i < plan->connections; i++)
        load.lanes[i].watch.socket = PLAT_SOCKET_NONE;
    if (rc == 0)
        rc = plat_poller_open(&load.poller);
    if (rc == 0 && load.asks.count > 0)
        rc = run_lanes(&load);
    plat_poller_close(load.poller);
    asks_fini(&load.asks);
    free(load.lanes);
    free(load.room);
    return rc;
}

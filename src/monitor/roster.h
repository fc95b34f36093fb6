/*
 * Who is alive: the content servers that sent heartbeats, and when. Pure.
 */
#ifndef MONITOR_ROSTER_H
#define MONITOR_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sorted.h"
#include "proto/heartbeat.h"
#include "proto/limits.h"

struct roster_server;

struct roster_links {
    struct roster_server *next, *previous;
};

struct roster_server {
    char id[SERVER_ID_SIZE_MAX + 1];
    char address[HOST_SIZE_MAX + 1];
    uint16_t tcp_port;
    uint32_t load, file_count;
    bool alive;
    uint64_t heard_ms; /* the last heartbeat */
    /* private */
    struct roster_links by_status; /* among the living by heard_ms, or the dead by death */
    struct roster_links by_return;
    bool returned;
};

struct roster_list {
    struct roster_server *first, *last;
};

struct roster {
    /* private */
    struct roster_list alive;    /* longest silent first */
    struct roster_list dead;     /* longest dead first */
    struct roster_list returned; /* of the living those that were dead, the latest return last */
    struct sorted servers;       /* by id */
    size_t servers_max;
    /* public: Told before a server leaves the dead or the returned, because it is one of the others
     * now or has to make room. May be NULL. */
    void (*on_leave)(void *arg, struct roster_server *server);
    void *arg;
};

enum roster_news {
    ROSTER_HEARD, /* another heartbeat of a living one */
    ROSTER_NEW,
    ROSTER_BACK, /* it was dead */
    ROSTER_FULL  /* not taken: too many are alive */
};

void roster_init(struct roster *roster, size_t servers_max);
void roster_fini(struct roster *roster);

/* Takes a heartbeat of a server at that address; *server is its sender. The longest dead is removed
 * to make room for a new one. */
enum roster_news roster_hear(struct roster *roster, const struct heartbeat *heartbeat,
                             struct slice address, uint64_t now_ms, struct roster_server **server);

/* The next server that was silent for timeout_ms, now among the dead, or NULL. */
struct roster_server *roster_judge(struct roster *roster, uint64_t timeout_ms, uint64_t now_ms);

/* Of a dead one the next death, of a returned one the next return; NULL after the last. */
struct roster_server *roster_next(const struct roster_server *server);

/* Nobody could be heard for so long: that silence is not held against the living. */
void roster_excuse(struct roster *roster, uint64_t ms, uint64_t now_ms);

size_t roster_count(const struct roster *roster);
struct roster_server *roster_find(const struct roster *roster, struct slice id);

/* Where in the order of ids the first one after `id` stands (0 for an empty id), and who stands
 * where. */
size_t roster_after(const struct roster *roster, struct slice id);
const struct roster_server *roster_at(const struct roster *roster, size_t position);

#endif

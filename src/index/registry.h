/*
 * The content servers that the index knows: their standing, and their lists of files in force.
 *
 * Any thread may call these functions; they hold one mutex for a short time, which lookups never
 * need. Lists that are not needed any more are handed to the sweeper.
 */
#ifndef INDEX_REGISTRY_H
#define INDEX_REGISTRY_H

#include "index/catalogue.h"
#include "index/sweeper.h"
#include "proto/reply.h"

struct registry;

/* 0, or PLAT_ERR_NO_MEMORY. The others outlive it. */
int registry_open(struct registry **out, struct catalogue *catalogue, struct sweeper *sweeper,
                  size_t servers_max);
void registry_close(struct registry *registry);

/* Whether a server of this id could be registered: it is known, or there is room or a dead one to
 * make it. */
bool registry_has_room(struct registry *registry, struct slice id);

/* Puts the list in force for the server that it names, which is alive from now on. 0, or
 * PLAT_ERR_NO_SPACE when there is no room for another server, PLAT_ERR_NOT_FOUND when the list is
 * retired, PLAT_ERR_NO_MEMORY. */
int registry_publish(struct registry *registry, struct catalogue_list *list, uint64_t now_ms);

/* Words about a server. Each tells whether it is known; words about others change nothing. */
bool registry_down(struct registry *registry, struct slice id, uint64_t now_ms);
bool registry_up(struct registry *registry, struct slice id, uint64_t now_ms);
bool registry_leave(struct registry *registry, struct slice id, uint64_t now_ms);
bool registry_load(struct registry *registry, struct slice id, uint32_t load, uint64_t now_ms);

/* The monitor's answer to one question: a server each, and its end. asked_ms is when it was asked,
 * reachable_ms since when the monitor has answered without a gap. *missed tells whether the monitor
 * named fewer of our servers than it did before, as one that was restarted does. */
void registry_polled(struct registry *registry, const struct reply_server *word, uint64_t asked_ms,
                     uint64_t now_ms);
void registry_poll_done(struct registry *registry, uint64_t asked_ms, uint64_t reachable_ms,
                        uint64_t now_ms, bool *missed);

/* A server for a list of them; the texts are copies. */
struct registry_entry {
    char id[SERVER_ID_SIZE_MAX + 1];
    char address[HOST_SIZE_MAX + 1];
    uint16_t tcp_port;
    uint32_t load;
    bool alive;
};

/* The servers after this id, in their order, at most `most`; how many. */
size_t registry_list(struct registry *registry, struct slice after, struct registry_entry *entries,
                     size_t most);

#endif

/*
 * What the index believes about one content server, from the words of the server itself and of the
 * monitor. Pure.
 *
 * The newest word wins, with three exceptions: a polled "dead" is not believed for a while after a
 * registration, because the monitor may not have heard the first heartbeat, unless it said "alive"
 * in between; a polled "alive" does not bring back a server that left; and one that a reachable
 * monitor has not listed for long is dead. A poll speaks of the time when it was asked for.
 */
#ifndef INDEX_STANDING_H
#define INDEX_STANDING_H

#include <stdbool.h>
#include <stdint.h>

enum {
    STANDING_DEAD_DOUBTED_MS = 10 * 1000, /* after a registration */
    STANDING_UNLISTED_MOST_MS = 30 * 1000
};

struct standing {
    bool alive;
    uint32_t load;
    /* private */
    bool left;
    bool confirmed; /* polled alive since the last registration */
    uint64_t registered_ms;
    uint64_t status_word_ms; /* when the present status was told */
    uint64_t load_word_ms;
    uint64_t listed_ms; /* when a poll last named it */
};

void standing_registered(struct standing *standing, uint64_t now_ms);
void standing_down(struct standing *standing, uint64_t now_ms);
void standing_up(struct standing *standing, uint64_t now_ms);
void standing_left(struct standing *standing, uint64_t now_ms);
void standing_loaded(struct standing *standing, uint32_t load, uint64_t now_ms);

/* A poll asked for at asked_ms names the server. */
void standing_polled(struct standing *standing, bool alive, uint32_t load, uint64_t asked_ms,
                     uint64_t now_ms);

/* A poll has ended that did not name it. reachable_ms is since when the monitor has answered
 * without a gap. */
void standing_unlisted(struct standing *standing, uint64_t reachable_ms, uint64_t now_ms);

#endif

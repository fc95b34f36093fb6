/*
 * Asks an index, on a connection of its own, whether it is one of ours: PING, which only ours
 * answers with PONG. What a textbook index does with it harms nobody there.
 */
#ifndef CONTENT_PROBE_H
#define CONTENT_PROBE_H

#include <stdbool.h>

#include "net/conn.h"
#include "net/dial.h"

struct probe {
    void (*on_done)(struct probe *probe, bool is_ours);
    void *owner;
    /* private */
    struct loop *loop;
    struct dial dial;
    struct conn conn;
    struct timer timer;
    bool active, connected, is_ours;
};

/* Begins; on_done is called later, once. Nothing may be under way. */
void probe_start(struct probe *probe, struct loop *loop, const char *host, uint16_t port,
                 const struct plat_addr *from);

bool probe_is_active(const struct probe *probe);

/* on_done is not called any more; the connection is closed in this turn of the loop. */
void probe_cancel(struct probe *probe);

#endif

/*
 * A connection to a server, for one request at a time: dial, ask, hear lines and bytes, each with
 * a limit to the silence.
 */
#ifndef CLIENT_PEER_H
#define CLIENT_PEER_H

#include "client/work.h"
#include "net/conn.h"
#include "net/dial.h"

enum peer_more { PEER_MORE, PEER_DONE };

struct peer {
    /* What came; PEER_DONE ends peer_ask. on_bytes may be NULL. */
    enum peer_more (*on_line)(struct peer *peer, struct slice line);
    enum peer_more (*on_bytes)(struct peer *peer, struct slice bytes);
    void *owner;
    /* private */
    struct work *work;
    struct dial dial;
    struct conn conn;
    struct timer silence;
    uint64_t heard_ms;
    uint64_t silence_ms;
    bool connected, done;
    int error;
};

/* The callbacks and owner are set by the caller; the rest is zero. */
void peer_init(struct peer *peer, struct work *work);

/* Connects. 0, a plat error, or PLAT_AGAIN when interrupted. */
int peer_dial(struct peer *peer, const char *host, uint16_t port);

bool peer_is_connected(const struct peer *peer);

/* Sends a request and hears the answer until a callback says that it is complete, or for silence_ms
 * nothing comes. 0; PLAT_AGAIN when interrupted; PLAT_END when the peer closed before; a plat
 * error. */
int peer_ask(struct peer *peer, struct slice request, uint64_t silence_ms);

/* The next `size` bytes go to on_bytes. Within on_line. */
void peer_expect(struct peer *peer, uint64_t size);

/* Not connected: nothing happens. */
void peer_close(struct peer *peer);

#endif

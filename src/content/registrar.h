/*
 * Keeps the index informed: registers all files, keeps the connection open and tells what changes,
 * and begins anew whenever the index was away.
 *
 * A textbook index takes what one read of 4,096 bytes brings for whole lines, breaks off at names
 * with spaces, and knows no removals. So small portions are sent, each when the one before was
 * read, unless the index has shown that it is one of ours; names with spaces come last, and are
 * left out after a registration broke off at them; and removals are told by registering anew.
 * Belongs to one loop.
 */
#ifndef CONTENT_REGISTRAR_H
#define CONTENT_REGISTRAR_H

#include "base/log.h"
#include "content/hasher.h"
#include "content/inventory.h"
#include "net/loop.h"
#include "plat/atomic.h"

struct registrar;

struct registrar_options {
    const char *id;
    uint16_t tcp_port, udp_port;
    const char *advertise; /* NULL: the index takes our connection's address */
    const char *host;      /* of the index */
    uint16_t port;
    struct plat_addr bind;              /* our own address, or :: */
    const struct plat_atomic_u64 *load; /* requests being served */
    struct hasher *hasher;              /* knows the files' hashes */
};

/* 0, or PLAT_ERR_NO_MEMORY. Texts, log and loop outlive it. */
int registrar_open(struct registrar **out, struct loop *loop, struct log *log,
                   const struct registrar_options *options);

/* Begins to register; the inventory is complete. */
void registrar_start(struct registrar *registrar);

/* Applies changes to the inventory and tells the index, now or when it can; takes them over. A hash
 * is told only to an index that knows hashes. */
void registrar_change(struct registrar *registrar, struct changes *changes);

/* How many files are announced. */
size_t registrar_count(const struct registrar *registrar);

/* Leaves the network: the index sends nobody here any more. on_left(arg) is called once it
 * knows or cannot be told. */
void registrar_leave(struct registrar *registrar, void (*on_left)(void *arg), void *arg);

/* Frees it, when the loop has turned once more. NULL is allowed. */
void registrar_close(struct registrar *registrar);

#endif

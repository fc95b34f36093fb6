/*
 * Reads what is to be sent from a cold disk into the system's memory, on threads of its own, so
 * that a loop does not wait for a disk while others wait for the loop.
 *
 * Where the system does not tell what is in memory, nothing is taken to be cold, and sending waits
 * for the disk.
 */
#ifndef NET_WARMER_H
#define NET_WARMER_H

#include <stdbool.h>
#include <stdint.h>

#include "net/loop.h"
#include "plat/file.h"

struct warmer;

/* Bytes of a file that somebody waits for; embedded by its owner, who keeps it, and the file, until
 * `done` has run on his loop. */
struct warming {
    struct loop_task done;
    struct loop *loop;
    struct plat_file file;
    uint64_t offset, size;
    /* private */
    struct warming *next;
};

/* Starts the threads. With `always`, all is taken to be cold: for tests. 0 or a plat error. */
int warmer_open(struct warmer **out, unsigned threads, bool always);

/* Does what it was asked and ends the threads; who asks after that is refused. The loops are still
 * to be there. Again, or NULL: nothing happens. */
void warmer_stop(struct warmer *warmer);

/* Stops and frees, when nobody asks any more. NULL is allowed. */
void warmer_close(struct warmer *warmer);

/* Whether somebody who sends the file's bytes up to `end` should ask for them first. Any thread. */
bool warmer_is_cold(const struct warmer *warmer, struct plat_file file, uint64_t end);

/* Has the bytes read; then `done` is posted to the loop. False when it was stopped: nothing
 * happens. Any thread. */
bool warmer_ask(struct warmer *warmer, struct warming *warming);

#endif

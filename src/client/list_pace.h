/*
 * Whether a list comes fast enough to be waited for. An index that sends a line now and then is
 * never silent, so that a limit to its silence does not end it; a long list over a slow line takes
 * its time, so that a limit to the whole would be wrong. Pure.
 */
#ifndef CLIENT_LIST_PACE_H
#define CLIENT_LIST_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* A quarter of what a modem carries, the slowest line that anybody might have. */
    LIST_PACE_BYTES_PER_S = 1000,
    /* Of waiting before that is asked for: as long as a download waits for progress. */
    LIST_PACE_GRACE_MS = 30 * 1000
};

/* All zeros before the first line. */
struct list_pace {
    /* private */
    bool started;
    uint64_t heard_ms;
    uint64_t waited_ms;
    uint64_t bytes;
};

/* A line has come. False: the list is too slow. Time beyond silence_ms between two lines was not
 * the index's, whose silence would have ended it: we did not run, or could not write what we had.
 */
bool list_pace_hear(struct list_pace *pace, size_t bytes, uint64_t now_ms, uint64_t silence_ms);

#endif

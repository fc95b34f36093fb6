/*
 * How fast a download is and how long it will take, smoothed so that a person can read it. Pure.
 */
#ifndef CLIENT_PACE_H
#define CLIENT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_UNKNOWN UINT64_MAX

/* All zeros before the first sample. */
struct pace {
    /* private */
    bool started;
    uint64_t first_ms, last_ms;
    uint64_t last_done;
    double rate; /* bytes a millisecond */
};

/* So many bytes are there now. The first sample is the beginning: what is there by then was not
 * fetched. Bytes that turned out to be bad may be taken back. */
void pace_sample(struct pace *pace, uint64_t done, uint64_t now_ms);

/* Bytes a second; PACE_UNKNOWN in the first half second. */
uint64_t pace_rate(const struct pace *pace);

/* Seconds until `left` more bytes are there, rounded up; PACE_UNKNOWN while that cannot be told,
 * or is beyond 100 hours. */
uint64_t pace_seconds_left(const struct pace *pace, uint64_t left);

#endif

/*
 * How fast something goes lately: bytes a second, with the past fading over some seconds. Pure.
 */
#ifndef CLIENT_SPEED_H
#define CLIENT_SPEED_H

#include <stdbool.h>
#include <stdint.h>

struct speed {
    /* private */
    double bytes, ms; /* both fade alike, so their ratio is the speed */
    uint64_t at_ms;   /* of the last look; time that nobody counts is left out by speed_start */
};

/* Begins to count time at now_ms, keeping what is known. */
void speed_start(struct speed *speed, uint64_t now_ms);

/* Bytes that came since the last look; 0 says that none did. */
void speed_add(struct speed *speed, uint64_t bytes, uint64_t now_ms);

/* Whether it was watched for long enough to say anything. */
bool speed_is_known(const struct speed *speed);

/* Bytes a second; 0 while it is not known. */
uint64_t speed_rate(const struct speed *speed);

#endif

#include "client/speed.h"

static const double FADE_MS = 2000; /* after which an old byte counts for half */
static const double KNOWN_MS = 200;

void speed_start(struct speed *speed, uint64_t now_ms)
{
    speed->at_ms = now_ms;
}

void speed_add(struct speed *speed, uint64_t bytes, uint64_t now_ms)
{
    double passed_ms = (double)(now_ms - speed->at_ms);
    double kept = FADE_MS / (FADE_MS + passed_ms);
    speed->bytes = speed->bytes * kept + (double)bytes;
    speed->ms = speed->ms * kept + passed_ms;
    speed->at_ms = now_ms;
}

bool speed_is_known(const struct speed *speed)
{
    return speed->ms >= KNOWN_MS;
}

uint64_t speed_rate(const struct speed *speed)
{
    return speed_is_known(speed) ? (uint64_t)(speed->bytes * 1000 / speed->ms) : 0;
}

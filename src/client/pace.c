#include "client/pace.h"

enum {
    SMOOTH_MS = 3000, /* what is older hardly counts */
    STEP_MS = 100,    /* samples that are closer are taken together */
    KNOWN_AFTER_MS = 500,
    SECONDS_MOST = 100 * 3600
};

static void begin(struct pace *pace, uint64_t done, uint64_t now_ms)
{
    *pace =
        (struct pace){.started = true, .first_ms = now_ms, .last_ms = now_ms, .last_done = done};
}

/* In the beginning all samples weigh the same, which makes the rate the mean so far. */
void pace_sample(struct pace *pace, uint64_t done, uint64_t now_ms)
{
    if (!pace->started) {
        begin(pace, done, now_ms);
        return;
    }
    if (now_ms < pace->last_ms + STEP_MS)
        return;
    double step_ms = (double)(now_ms - pace->last_ms);
    double known_ms = (double)(pace->last_ms - pace->first_ms);
    double old_ms = known_ms < (double)SMOOTH_MS ? known_ms : (double)SMOOTH_MS;
    double came = done > pace->last_done ? (double)(done - pace->last_done) : 0;
    pace->rate = (pace->rate * old_ms + came) / (old_ms + step_ms);
    pace->last_ms = now_ms;
    pace->last_done = done;
}

uint64_t pace_rate(const struct pace *pace)
{
    if (!pace->started || pace->last_ms - pace->first_ms < KNOWN_AFTER_MS)
        return PACE_UNKNOWN;
    return (uint64_t)(pace->rate * 1000 + 0.5);
}

uint64_t pace_seconds_left(const struct pace *pace, uint64_t left)
{
    uint64_t rate = pace_rate(pace);
    if (rate == PACE_UNKNOWN || rate == 0 || left / rate >= SECONDS_MOST)
        return PACE_UNKNOWN;
    return left / rate + (left % rate > 0);
}

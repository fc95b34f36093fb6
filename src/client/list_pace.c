#include "client/list_pace.h"

bool list_pace_hear(struct list_pace *pace, size_t bytes, uint64_t now_ms, uint64_t silence_ms)
{
    uint64_t gap_ms = pace->started ? now_ms - pace->heard_ms : 0;
    if (gap_ms <= silence_ms)
        pace->waited_ms += gap_ms;
    pace->started = true;
    pace->heard_ms = now_ms;
    pace->bytes += bytes;
    return pace->waited_ms <= LIST_PACE_GRACE_MS + pace->bytes * 1000 / LIST_PACE_BYTES_PER_S;
}

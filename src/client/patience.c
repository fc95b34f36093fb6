#include "client/patience.h"

#include "base/least.h"

enum {
    LOWERED_MOST = 4, /* times that what was taken back is progress once more */
    /* Attempts without progress that are excused. The pauses between failures, which grow to 8 s,
     * are about as many in the usual time to retry; but those after wrong bytes do not grow. */
    ATTEMPTS_MOST = 8,
    PASSING_MS = 3000 /* after its last bytes, a stream stands still */
};

void patience_init(struct patience *patience, uint64_t now_ms)
{
    *patience = (struct patience){.counted_ms = now_ms, .excused_ms = UINT64_MAX};
}

void patience_count(struct patience *patience, bool is_excused, uint64_t now_ms)
{
    uint64_t from_ms = greatest(patience->counted_ms, patience->excused_ms);
    if (now_ms > from_ms)
        patience->spent_ms += least(now_ms - from_ms, PATIENCE_TURN_MS);
    patience->counted_ms = now_ms;
    patience->excused_ms = is_excused ? UINT64_MAX : patience->passing_ms;
    if (patience->attempts > ATTEMPTS_MOST)
        patience->excused_ms = 0;
}

void patience_skip(struct patience *patience, uint64_t now_ms)
{
    if (patience->attempts <= ATTEMPTS_MOST)
        patience->counted_ms = greatest(patience->counted_ms, now_ms);
}

bool patience_add(struct patience *patience, uint64_t done)
{
    if (done <= patience->most)
        return false;
    patience->most = done;
    patience->spent_ms = 0;
    patience->attempts = 0;
    return true;
}

void patience_keep(struct patience *patience, uint64_t done)
{
    patience->most = done;
}

void patience_lose(struct patience *patience, uint64_t size)
{
    patience->most -= least(size, patience->most);
}

void patience_expect_again(struct patience *patience, uint64_t done)
{
    if (done >= patience->most || patience->lowered == LOWERED_MOST)
        return;
    patience->lowered++;
    patience->most = done;
    patience->spent_ms = 0;
    patience->excused_ms = UINT64_MAX;
}

void patience_attempt(struct patience *patience)
{
    patience->attempts++;
}

void patience_pass(struct patience *patience, uint64_t now_ms)
{
    patience->passing_ms = now_ms + PASSING_MS;
}

void patience_end_stream(struct patience *patience)
{
    patience->passing_ms = 0;
}

uint64_t patience_spent_ms(const struct patience *patience)
{
    return patience->spent_ms;
}

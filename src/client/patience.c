#include "client/patience.h"

#include "base/least.h"

enum {
    /* Attempts that are excused. The pauses between failures, which grow to 8 s, are about as many
     * in the usual time to retry; but those after wrong bytes do not grow. */
    ATTEMPTS_MOST = 8,
    TOGETHER_MS = 3000, /* of what is taken back in one attempt: many chunks, as they are checked */
    PASSING_MS = 3000,  /* after its last bytes, a stream stands still */
    PASSING_RATE = 16   /* bytes a millisecond; what is slower is not excused for all of its time */
};

void patience_init(struct patience *patience)
{
    *patience = (struct patience){.is_excused = true};
}

static bool is_excusing(const struct patience *patience)
{
    return patience->attempts <= ATTEMPTS_MOST;
}

void patience_count(struct patience *patience, bool is_excused, uint64_t now_ms)
{
    uint64_t from_ms = patience->counted_ms;
    if (is_excusing(patience))
        from_ms = patience->is_excused ? now_ms : greatest(from_ms, patience->passing_ms);
    if (now_ms > from_ms)
        patience->spent_ms += least(now_ms - from_ms, PATIENCE_TURN_MS);
    patience->counted_ms = now_ms;
    patience->is_excused = is_excused;
}

void patience_skip(struct patience *patience, uint64_t now_ms)
{
    if (is_excusing(patience))
        patience->counted_ms = greatest(patience->counted_ms, now_ms);
}

bool patience_add(struct patience *patience, uint64_t done)
{
    bool is_more = done > patience->mark;
    if (is_more || is_excusing(patience))
        patience->mark = done;
    if (is_more)
        patience->spent_ms = 0;
    if (done > patience->record) {
        patience->record = done;
        patience->attempts = 0;
    }
    return is_more;
}

void patience_keep(struct patience *patience, uint64_t done)
{
    patience->record = patience->mark = done;
}

void patience_lose(struct patience *patience, uint64_t size)
{
    patience->record -= least(size, patience->record);
    patience->mark -= least(size, patience->mark);
}

void patience_expect_again(struct patience *patience)
{
    if (patience->attempts == 0 || patience->counted_ms - patience->attempted_ms >= TOGETHER_MS)
        patience_attempt(patience);
    if (is_excusing(patience))
        patience->spent_ms = 0;
}

void patience_attempt(struct patience *patience)
{
    patience->attempts++;
    patience->attempted_ms = patience->counted_ms;
}

void patience_pass(struct patience *patience, uint64_t size, uint64_t now_ms)
{
    uint64_t most_ms = now_ms + PASSING_MS;
    uint64_t from_ms = greatest(patience->passing_ms, now_ms);
    patience->passing_ms = least(from_ms + size / PASSING_RATE, most_ms);
}

uint64_t patience_spent_ms(const struct patience *patience)
{
    return patience->spent_ms;
}

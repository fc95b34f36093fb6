/*
 * How long a download has gone on without anything new, as far as that speaks against its sources.
 * Pure: times are milliseconds of any clock that does not go back.
 */
#ifndef CLIENT_PATIENCE_H
#define CLIENT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/* The longest turn of what counts time. One that took longer was stopped. */
enum { PATIENCE_TURN_MS = 1000 };

struct patience {
    /* private */
    uint64_t spent_ms;
    uint64_t counted_ms; /* until when it was counted */
    uint64_t excused_ms; /* until when it is not */
    uint64_t most;       /* bytes that were there at the same time; more is progress */
    unsigned lowered;    /* so many times, as what was there was taken back */
    unsigned attempts;   /* since there was progress */
    uint64_t passing_ms; /* until when one brings what is there already */
};

/* The time until the first count is not counted. */
void patience_init(struct patience *patience, uint64_t now_ms);

/* At each turn: counts the time since the last one. That until the next one will not be counted
 * where it is excused, nor as long as a stream passes; but nothing is excused after some attempts
 * that brought no progress. */
void patience_count(struct patience *patience, bool is_excused, uint64_t now_ms);

/* The time since the last count was taken by our own work, as by the disk: it is excused too. */
void patience_skip(struct patience *patience, uint64_t now_ms);

/* So many bytes of the file are there now. Returns whether that is progress: then nothing is spent
 * any more. */
bool patience_add(struct patience *patience, uint64_t done);

/* So many were there before it began. */
void patience_keep(struct patience *patience, uint64_t done);

/* So many of those are not: their coming is progress. */
void patience_lose(struct patience *patience, uint64_t size);

/* So many are left of what came, and what was taken back may come again: that is progress too, and
 * nothing is spent up to the next turn, as its file may have to be made anew. Not for ever, as the
 * same could happen to it. */
void patience_expect_again(struct patience *patience, uint64_t done);

/* A whole file begins to come from its start, or part of it was found wrong and is to come again.
 */
void patience_attempt(struct patience *patience);

/* A whole file's stream has brought something that is there already. */
void patience_pass(struct patience *patience, uint64_t now_ms);
/* It has ended. */
void patience_end_stream(struct patience *patience);

/* Milliseconds without progress that nothing excuses. */
uint64_t patience_spent_ms(const struct patience *patience);

#endif

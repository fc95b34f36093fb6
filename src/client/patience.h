/*
 * How long a download has gone on without progress, as far as that speaks against its sources.
 * Progress is more bytes of the file than before.
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
    uint64_t counted_ms;   /* the time before it was counted, or will never be */
    bool is_excused;       /* the time since then */
    uint64_t passing_ms;   /* until then a stream passes what is there */
    uint64_t attempted_ms; /* when the last attempt was counted */
    unsigned attempts;     /* since there were more bytes than ever */
    uint64_t record;       /* bytes: the most that there ever were */
    uint64_t mark;         /* bytes that there were at the last look; more is progress */
};

/* The time until the first count is not counted. */
void patience_init(struct patience *patience);

/* At each turn: counts the time since the last one. That until the next one will not be counted
 * where it is excused, nor as long as a stream passes; but nothing is excused after some attempts
 * that did not bring more than there ever was. */
void patience_count(struct patience *patience, bool is_excused, uint64_t now_ms);

/* The time since the last count was taken by our own work, as by the disk: it is excused too. */
void patience_skip(struct patience *patience, uint64_t now_ms);

/* So many bytes of the file are there now. Returns whether they are more than before: then nothing
 * is spent any more. Where they are less, as some were wrong, what comes in their place is more, as
 * long as anything is excused. */
bool patience_add(struct patience *patience, uint64_t done);

/* At the beginning: so many bytes were left by an earlier run. */
void patience_keep(struct patience *patience, uint64_t done);

/* So many of them are not right. Those that come in their place are more, at any time. */
void patience_lose(struct patience *patience, uint64_t size);

/* The file is begun anew, or comes once more from its start while some of it is there. */
void patience_attempt(struct patience *patience);

/* Bytes that came in this run were taken back, and are to come again: nothing is spent, as long as
 * anything is excused. It is an attempt, unless soon after one: what a liar has sent is taken back
 * chunk by chunk. */
void patience_expect_again(struct patience *patience);

/* A whole file's stream has brought so many bytes that are there already. */
void patience_pass(struct patience *patience, uint64_t size, uint64_t now_ms);

/* Milliseconds without progress that nothing excuses. */
uint64_t patience_spent_ms(const struct patience *patience);

#endif

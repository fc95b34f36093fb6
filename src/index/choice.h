/*
 * Which of a file's live holders a client is sent to. Pure.
 *
 * Holders whose sizes differ hold different files under one name: the choice is among those of
 * one size only, the one with most live holders, among equals the one registered last. Of them
 * the one with the least load is chosen, among equals the one whose last turn is longest ago.
 */
#ifndef INDEX_CHOICE_H
#define INDEX_CHOICE_H

#include <stddef.h>
#include <stdint.h>

struct choice_candidate {
    const void *holder;
    uint64_t size;       /* bytes of the file there */
    uint64_t registered; /* grows with each registration */
    uint64_t load;       /* requests it serves, and clients sent to it since that was told */
    uint64_t turn;       /* grows with each client that is sent anywhere */
};

struct choice {
    /* private */
    struct choice_candidate best; /* of the group at hand, with its latest registration */
    size_t count;                 /* of the group at hand; 0: none yet */
    uint64_t latest;
    struct choice_candidate winner; /* of the groups before it */
    size_t winner_count;
    uint64_t winner_latest;
};

#define CHOICE_INIT                                                                                \
    {                                                                                              \
        {NULL, 0, 0, 0, 0}, 0, 0, {NULL, 0, 0, 0, 0}, 0, 0                                         \
    }

/* Offers a live holder; those of one size one after the other. */
void choice_offer(struct choice *choice, const struct choice_candidate *candidate);

/* After all offers: the chosen one, or NULL if there was none; *holders is how many live holders
 * have that same file. */
const struct choice_candidate *choice_end(struct choice *choice, size_t *holders);

#endif

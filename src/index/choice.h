/*
 * Which of a file's live holders a client is sent to. Pure.
 *
 * Holders whose sizes or hashes differ hold different files under one name: the choice is among
 * one group of them only, the one with most live holders, among equals the one registered last.
 * Holders without a hash join those of their size that have one, if there is only one such hash;
 * beside several they are a group of their own. Within the group the one with the least load is
 * chosen, among equals the one whose last turn is longest ago.
 */
#ifndef INDEX_CHOICE_H
#define INDEX_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plat/hash.h"

struct choice_candidate {
    const void *holder;
    uint64_t size;         /* bytes of the file there */
    const uint8_t *sha256; /* PLAT_HASH_SIZE bytes, or NULL where it is not known */
    uint64_t registered;   /* grows with each registration */
    uint64_t load;         /* requests it serves, and clients sent to it since that was told */
    uint64_t turn;         /* grows with each client that is sent anywhere */
};

/* Holders of one and the same file. */
struct choice_group {
    struct choice_candidate best;
    size_t count;          /* 0: there is none, and nothing else here means anything */
    uint64_t latest;       /* registration */
    const uint8_t *sha256; /* NULL: no member's is known */
    bool mixed;            /* some have no hash, although sha256 is known */
};

struct choice {
    /* private */
    struct choice_group unknown; /* of the size at hand */
    struct choice_group known;   /* of the size and the hash at hand */
    bool several;                /* hashes of the size at hand */
    struct choice_group winner;  /* of those before */
};

/* Before the first offer. */
void choice_init(struct choice *choice);

/* Offers a live holder; those of one size one after the other, and of them those of one hash. */
void choice_offer(struct choice *choice, const struct choice_candidate *candidate);

/* After all offers: the chosen group with its best member, or NULL if there was none. */
const struct choice_group *choice_end(struct choice *choice);

/* Whether a holder of such a file belongs to the group. */
bool choice_is_member(const struct choice_group *group, uint64_t size, const uint8_t *sha256);

/* Whether a client is better sent to a than to b, of one group. Of equals, the one that was offered
 * first is chosen, those with a hash before those without. */
bool choice_is_better(const struct choice_candidate *a, const struct choice_candidate *b);

#endif

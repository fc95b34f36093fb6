#include "index/choice.h"

#include <string.h>

void choice_init(struct choice *choice)
{
    *choice = (struct choice){.several = false};
}

bool choice_is_better(const struct choice_candidate *a, const struct choice_candidate *b)
{
    if (a->load != b->load)
        return a->load < b->load;
    return a->turn < b->turn;
}

static bool is_same_hash(const uint8_t *a, const uint8_t *b)
{
    return a == b || (a && b && memcmp(a, b, PLAT_HASH_SIZE) == 0);
}

static void join(struct choice_group *group, const struct choice_candidate *candidate)
{
    if (group->count++ == 0) {
        group->best = *candidate;
        group->latest = candidate->registered;
        group->sha256 = candidate->sha256;
        return;
    }
    if (candidate->registered > group->latest)
        group->latest = candidate->registered;
    if (choice_is_better(candidate, &group->best))
        group->best = *candidate;
}

/* Puts those without a hash to those who have the only one. */
static void merge(struct choice_group *known, struct choice_group *unknown)
{
    if (unknown->latest > known->latest)
        known->latest = unknown->latest;
    if (choice_is_better(&unknown->best, &known->best))
        known->best = unknown->best;
    known->count += unknown->count;
    known->mixed = true;
    unknown->count = 0;
}

/* The group is complete: has it won over those before it? */
static void settle(struct choice *choice, struct choice_group *group)
{
    struct choice_group *winner = &choice->winner;
    if (group->count > winner->count ||
        (group->count > 0 && group->count == winner->count && group->latest > winner->latest))
        *winner = *group;
    *group = (struct choice_group){.count = 0};
}

/* All holders of the size at hand were offered. */
static void end_size(struct choice *choice)
{
    if (!choice->several && choice->known.count > 0 && choice->unknown.count > 0)
        merge(&choice->known, &choice->unknown);
    settle(choice, &choice->unknown);
    settle(choice, &choice->known);
    choice->several = false;
}

void choice_offer(struct choice *choice, const struct choice_candidate *candidate)
{
    struct choice_group *known = &choice->known, *unknown = &choice->unknown;
    if ((known->count > 0 && known->best.size != candidate->size) ||
        (unknown->count > 0 && unknown->best.size != candidate->size))
        end_size(choice);
    if (!candidate->sha256) {
        join(unknown, candidate);
        return;
    }
    if (known->count > 0 && !is_same_hash(known->sha256, candidate->sha256)) {
        choice->several = true;
        settle(choice, known);
    }
    join(known, candidate);
}

const struct choice_group *choice_end(struct choice *choice)
{
    end_size(choice);
    return choice->winner.count > 0 ? &choice->winner : NULL;
}

bool choice_is_member(const struct choice_group *group, uint64_t size, const uint8_t *sha256)
{
    if (size != group->best.size)
        return false;
    return is_same_hash(sha256, group->sha256) || (!sha256 && group->mixed);
}

#include "index/choice.h"

#include <stdbool.h>

static bool is_better(const struct choice_candidate *a, const struct choice_candidate *b)
{
    if (a->load != b->load)
        return a->load < b->load;
    return a->turn < b->turn;
}

static void end_group(struct choice *choice)
{
    if (choice->count > choice->winner_count ||
        (choice->count == choice->winner_count && choice->latest > choice->winner_latest)) {
        choice->winner = choice->best;
        choice->winner_count = choice->count;
        choice->winner_latest = choice->latest;
    }
    choice->count = 0;
}

void choice_offer(struct choice *choice, const struct choice_candidate *candidate)
{
    if (choice->count > 0 && choice->best.size != candidate->size)
        end_group(choice);
    if (choice->count++ == 0) {
        choice->best = *candidate;
        choice->latest = candidate->registered;
        return;
    }
    if (candidate->registered > choice->latest)
        choice->latest = candidate->registered;
    if (is_better(candidate, &choice->best))
        choice->best = *candidate;
}

const struct choice_candidate *choice_end(struct choice *choice, size_t *holders)
{
    if (choice->count > 0)
        end_group(choice);
    *holders = choice->winner_count;
    return choice->winner_count > 0 ? &choice->winner : NULL;
}

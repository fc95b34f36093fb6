/*
 * Whether lists of chunks are right. A list is one source's word, as the bytes are another's: where
 * they contradict each other the chunk is on trial. It is fetched once more, from another source if
 * there is one; if that agrees with the list the bytes were wrong, and if it agrees with the first
 * bytes the list is. Other chunks that contradict the list meanwhile are kept until then: no data
 * is fetched again for a list that lies, but for one chunk.
 */
#include "client/engine_parts.h"

#include <string.h>

/* What was said of them may be wrong only of sources that are known to have this very file. */
static bool are_trusted(const struct engine *e, uint64_t senders)
{
    for (unsigned i = 0; i < e->source_count; i++)
        if ((senders >> i & 1) != 0 && !engine_has_this_file(e, i))
            return false;
    return true;
}

bool engine_has_disputed(const struct engine *e)
{
    for (uint64_t i = 0; i < e->chunk_count; i++)
        if (e->digest_states[i] == DIGEST_DISPUTED)
            return true;
    return false;
}

/* The bytes that contradicted the list were wrong, and so are others that do. */
static void uphold_list(struct engine *e)
{
    struct trial *trial = &e->trial;
    trial->is_open = false;
    trial->doubted = 0;
    if (trial->accused >= 0) {
        struct source *s = &e->sources[trial->accused];
        engine_say_failed(e, (unsigned)trial->accused, "it sent wrong bytes");
        s->is_outvoted = s->has_other_list;
    }
    engine_reject_disputed(e);
    engine_judge(e);
}

static void pardon_senders(struct engine *e, uint64_t senders)
{
    for (unsigned i = 0; i < e->source_count; i++)
        if ((senders >> i & 1) != 0)
            planner_pardon(e->planner, i);
}

/* Twice it was contradicted: then more than its list is wrong, and it is left for good. */
static void blame_giver(struct engine *e, unsigned source)
{
    struct source *s = &e->sources[source];
    s->has_lost_list = true;
    s->is_liar = e->are_lists_final;
    engine_say_failed(e, source, "its hashes of chunks are not those of the file");
    planner_blame(e->planner, source, PLANNER_WRONG, loop_now(e->loop));
    if (s->is_liar)
        engine_reject_from(e, source);
}

void engine_drop_list(struct engine *e)
{
    e->trial.is_open = e->has_list = false;
    e->trial.doubted = 0;
    e->is_list_void = e->list_asker >= 0;
    for (uint64_t i = 0; i < e->chunk_count; i++)
        if (e->digest_states[i] == DIGEST_DISPUTED)
            e->digest_states[i] = DIGEST_FOUND;
    for (unsigned i = 0; i < e->source_count; i++) {
        struct source *s = &e->sources[i];
        s->has_same_list = s->has_other_list = s->is_outvoted = false;
        if (!s->has_lost_list)
            s->list_ms = 0;
    }
}

/* Two sources that know nothing of each other sent the same bytes. */
static void overrule_list(struct engine *e, uint64_t senders)
{
    uint64_t givers = 0;
    for (unsigned i = 0; i < e->source_count; i++)
        givers |= (uint64_t)e->sources[i].has_same_list << i;
    engine_drop_list(e);
    pardon_senders(e, senders | e->trial.senders);
    for (unsigned i = 0; i < e->source_count; i++)
        if ((givers >> i & 1) != 0)
            blame_giver(e, i);
    engine_judge(e);
}

/* The chunk on trial came again with the same bytes, which are not the list's. */
static enum chunk_word hear_again(struct engine *e, uint64_t senders)
{
    struct trial *trial = &e->trial;
    uint64_t both = trial->senders & senders;
    if (trial->senders != 0 && both == 0) {
        overrule_list(e, senders);
        return CHUNK_RIGHT;
    }
    if (senders == trial->senders && !e->are_lists_final) {
        /* There is nobody else to ask. The whole will tell, of what else he sends, too. */
        trial->is_open = false;
        trial->doubted |= senders;
        return CHUNK_DISPUTED;
    }
    trial->senders = both != 0 ? both : senders; /* wrong bytes are these ones' */
    return CHUNK_WRONG;
}

static void open_trial(struct engine *e, uint64_t chunk, const unsigned char *digest,
                       uint64_t senders)
{
    e->trial.is_open = true;
    e->trial.accused = -1;
    e->trial.chunk = chunk;
    e->trial.senders = senders;
    memcpy(e->trial.digest, digest, sizeof e->trial.digest);
}

enum chunk_word engine_compare(struct engine *e, uint64_t chunk, const unsigned char *digest)
{
    struct trial *trial = &e->trial;
    bool is_on_trial = trial->is_open && trial->chunk == chunk;
    uint64_t senders = coverage_senders(planner_coverage(e->planner), chunk);
    if (memcmp(e->list[chunk], digest, PLAT_HASH_SIZE) == 0) {
        if (is_on_trial)
            uphold_list(e);
        return CHUNK_RIGHT;
    }
    if (e->is_list_derived || !are_trusted(e, senders))
        return CHUNK_WRONG;
    if (is_on_trial && memcmp(trial->digest, digest, sizeof trial->digest) == 0)
        return hear_again(e, senders);
    bool is_doubted = trial->doubted != 0 && (senders & ~trial->doubted) == 0;
    if (!is_on_trial && !e->are_lists_final && (trial->is_open || is_doubted))
        return CHUNK_DISPUTED;
    if (!trial->is_open || is_on_trial)
        open_trial(e, chunk, digest, senders);
    return CHUNK_WRONG;
}

void engine_list_complete(struct engine *e)
{
    e->has_list = true;
    for (uint64_t i = 0; i < e->chunk_count && e->has_list; i++)
        if (e->digest_states[i] == DIGEST_FOUND)
            engine_settle_chunk(e, i, engine_compare(e, i, e->digests[i]));
}

/* The list of chunks was met and the whole was not: whoever has that list is wrong. One chunk is
 * asked for again, and with it another list, which shows what else is wrong. */
void engine_blame_list(struct engine *e)
{
    for (unsigned i = 0; i < e->source_count; i++) {
        struct source *s = &e->sources[i];
        s->is_liar = s->is_liar || s->has_same_list;
        if (s->has_same_list)
            engine_say_failed(e, i, "its hashes of chunks do not make up the file");
    }
    engine_drop_list(e);
    engine_judge(e);
    engine_refetch(e, 0);
}

/* They were contradicted by bytes that do not make up the file either. */
bool engine_restore_lists(struct engine *e)
{
    bool is_any = false;
    for (unsigned i = 0; i < e->source_count; i++) {
        struct source *s = &e->sources[i];
        if (!s->has_lost_list || s->is_liar)
            continue;
        s->has_lost_list = false;
        s->list_ms = 0;
        planner_pardon(e->planner, i);
        is_any = true;
    }
    if (is_any)
        engine_reject(e, e->trial.chunk);
    return is_any;
}

/*
 * Whether what was fetched is right: chunks by their list, the whole by its hash.
 */
#include "client/engine_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/least.h"

static uint64_t chunk_size(const struct engine *e, uint64_t chunk)
{
    const struct coverage *coverage = planner_coverage(e->planner);
    return coverage_chunk_from(coverage, chunk + 1) - coverage_chunk_from(coverage, chunk);
}

/* The whole is hashed as far as it is complete, where there is a hash to compare it with. */
void engine_extend(struct engine *e)
{
    const struct coverage *coverage = planner_coverage(e->planner);
    while (e->whole_at < e->chunk_count && coverage_is_complete(coverage, e->whole_at))
        e->whole_at++;
    if (e->file.sha256[0])
        verifier_extend(e->verifier, coverage_chunk_from(coverage, e->whole_at));
}

static bool is_kept(const struct engine *e, uint64_t chunk)
{
    return e->digest_states[chunk] == DIGEST_KEPT || e->digest_states[chunk] == DIGEST_CLAIMED;
}

/* Nothing of the chunk is there any more. Returns the source to blame, or -1. */
static int drop_chunk(struct engine *e, uint64_t chunk)
{
    const struct coverage *coverage = planner_coverage(e->planner);
    int source = planner_checked(e->planner, chunk, false, loop_now(e->loop));
    ledger_reject(&e->ledger, chunk);
    if (is_kept(e, chunk)) {
        uint64_t size = chunk_size(e, chunk);
        e->kept -= least(size, e->kept);
        patience_lose(&e->patience, size);
    } else {
        patience_expect_again(&e->patience);
    }
    e->digest_states[chunk] = DIGEST_NONE;
    (void)journal_forget_chunk(e->landing->journal, chunk);
    verifier_retract(e->verifier, coverage_chunk_from(coverage, chunk));
    e->has_whole = false;
    if (e->whole_at > chunk)
        e->whole_at = chunk;
    return source;
}

/* While a chunk is on trial nobody is accused in public, since it may be the list that is wrong. */
void engine_reject(struct engine *e, uint64_t chunk)
{
    static const char reason[] = "it sent wrong bytes";
    bool is_on_trial = e->trial.is_open && e->trial.chunk == chunk && !e->are_lists_final;
    int source = drop_chunk(e, chunk);
    if (is_on_trial)
        e->trial.accused = source;
    if (source < 0)
        return;
    if (is_on_trial)
        engine_accuse(e, (unsigned)source, reason);
    else
        engine_count_failure(e, (unsigned)source, reason);
}

void engine_reject_disputed(struct engine *e)
{
    for (uint64_t i = 0; i < e->chunk_count; i++)
        if (e->digest_states[i] == DIGEST_DISPUTED)
            engine_reject(e, i);
}

void engine_reject_from(struct engine *e, unsigned source)
{
    const struct coverage *coverage = planner_coverage(e->planner);
    for (uint64_t i = 0; i < e->chunk_count; i++)
        if (coverage_is_complete(coverage, i) && (coverage_senders(coverage, i) >> source & 1) != 0)
            (void)drop_chunk(e, i);
}

void engine_refetch(struct engine *e, uint64_t chunk)
{
    int source = drop_chunk(e, chunk);
    if (source >= 0)
        planner_pardon(e->planner, (unsigned)source);
}

/* A failure to write the journal costs another run, not this one. */
static void accept(struct engine *e, uint64_t chunk, const unsigned char *digest)
{
    memcpy(e->digests[chunk], digest, PLAT_HASH_SIZE);
    (void)journal_note_chunk(e->landing->journal, chunk, digest);
    (void)planner_checked(e->planner, chunk, true, loop_now(e->loop));
}

void engine_settle_chunk(struct engine *e, uint64_t chunk, enum chunk_word word)
{
    if (word == CHUNK_WRONG)
        engine_reject(e, chunk);
    else
        e->digest_states[chunk] = word == CHUNK_RIGHT ? DIGEST_FOUND : DIGEST_DISPUTED;
}

static enum chunk_word judge_chunk(struct engine *e, uint64_t chunk, const unsigned char *digest)
{
    bool is_damaged = e->digest_states[chunk] == DIGEST_KEPT &&
                      memcmp(e->digests[chunk], digest, PLAT_HASH_SIZE) != 0;
    bool is_listed = e->has_list && memcmp(e->list[chunk], digest, PLAT_HASH_SIZE) == 0;
    if (is_damaged && !is_listed)
        return CHUNK_WRONG; /* no list is to blame for it */
    return e->has_list ? engine_compare(e, chunk, digest) : CHUNK_RIGHT;
}

static void on_chunk(void *owner, uint64_t chunk, int error, const unsigned char *digest)
{
    struct engine *e = owner;
    bool is_old = is_kept(e, chunk);
    if (error < 0 && !is_old)
        e->error = error;
    if (e->error < 0 || !coverage_is_complete(planner_coverage(e->planner), chunk))
        return;
    enum chunk_word word = error < 0 ? CHUNK_WRONG : judge_chunk(e, chunk, digest);
    if (!coverage_is_complete(planner_coverage(e->planner), chunk))
        return; /* its source was found to be a liar by it */
    if (word != CHUNK_WRONG)
        accept(e, chunk, digest);
    engine_settle_chunk(e, chunk, word);
}

static bool has_old_checks(const struct engine *e)
{
    return verifier_waiting(e->verifier) > verifier_waiting_fresh(e->verifier);
}

/* What an earlier run left may be what cannot be read. Its own check finds that out. */
static void on_whole(void *owner, int error, const unsigned char *digest)
{
    struct engine *e = owner;
    e->has_lost_whole = error < 0 && has_old_checks(e);
    if (e->has_lost_whole)
        return;
    if (error < 0)
        e->error = error;
    e->has_whole = true;
    memcpy(e->whole, digest, sizeof e->whole);
}

int engine_open_checks(struct engine *e)
{
    struct verifier_events events = {on_chunk, on_whole, e};
    size_t count = (size_t)e->chunk_count;
    e->digests = calloc(count, sizeof *e->digests);
    e->digest_states = calloc(count, 1);
    e->list = calloc(count, sizeof *e->list);
    if (!e->digests || !e->digest_states || !e->list)
        return PLAT_ERR_NO_MEMORY;
    int rc = verifier_open(&e->verifier, e->loop, e->landing->file, e->file.size,
                           !e->file.sha256[0], &events);
    if (rc == 0 && e->file.sha256[0])
        engine_hash_known(e);
    return rc;
}

void engine_hash_known(struct engine *e)
{
    if (e->chunk_count == 1 && hex_decode(slice_text(e->file.sha256), e->list[0]) == 0) {
        e->is_list_derived = true;
        engine_list_complete(e);
    }
    engine_extend(e);
}

void engine_chunk_complete(struct engine *e, uint64_t chunk)
{
    int rc = verifier_check(e->verifier, chunk, false);
    (void)journal_claim_chunk(e->landing->journal, chunk);
    if (rc < 0)
        e->error = rc;
    engine_extend(e);
}

void engine_forget_checks(struct engine *e)
{
    verifier_reset(e->verifier);
    memset(e->digest_states, DIGEST_NONE, (size_t)e->chunk_count);
    e->whole_at = 0;
    e->trial.is_open = false;
    e->trial.doubted = 0;
    e->has_whole = e->has_lost_whole = e->has_ended = e->is_checking = false;
}

/* Without a list it was the only source, or it is not known which one: then they are tried one at a
 * time. */
static void blame_sources(struct engine *e)
{
    int only = -1;
    unsigned count = 0;
    for (unsigned i = 0; i < e->source_count; i++) {
        if (ledger_given(&e->ledger, i) == 0)
            continue;
        only = (int)i;
        count++;
    }
    if (count == 1 && e->kept == 0) {
        e->sources[only].is_liar = true;
        engine_say_failed(e, (unsigned)only, "its bytes are not those of the file");
    }
    e->is_alone = e->is_alone || count > 1;
    engine_restart(e, e->is_alone && count > 1 ? only : -1);
}

static void blame_somebody(struct engine *e)
{
    bool has_list = e->has_list && !e->is_list_derived;
    bool has_disputed = engine_has_disputed(e);
    e->are_lists_final = true;
    if (has_list && has_disputed)
        engine_reject_disputed(e);
    else if (has_list)
        engine_blame_list(e);
    else if (!engine_restore_lists(e))
        blame_sources(e);
}

/* After an error of reading, when all that an earlier run left was looked at. */
static void hash_again(struct engine *e)
{
    e->has_lost_whole = false;
    verifier_retract(e->verifier, 0);
    engine_extend(e);
}

static bool is_whole_right(struct engine *e)
{
    char sha256[HEX_DIGITS + 1];
    if (e->has_lost_whole && !has_old_checks(e))
        hash_again(e);
    if (!e->has_whole)
        return false;
    hex_encode(e->whole, sha256);
    if (strcmp(sha256, e->file.sha256) == 0)
        return true;
    if (verifier_waiting(e->verifier) > 0)
        return false; /* a chunk may be found wrong yet */
    blame_somebody(e);
    return false;
}

/* Asks the sole source whether its file is still the same, if it is connected. */
static void ask_sole(struct engine *e)
{
    for (unsigned i = 0; i < e->worker_count && !e->is_checking; i++) {
        struct engine_worker *w = &e->workers[i];
        if (w->is_open && (int)w->source == e->sole && engine_source(e, w)->peer == SOURCE_OURS &&
            fetch_is_idle(&w->fetch))
            e->is_checking = fetch_ask_stat(&w->fetch);
    }
    e->checking_ms = loop_now(e->loop);
    e->has_ended = !e->is_checking;
}

/* One that is silent then says no more than one that is gone. */
static void end_checking(struct engine *e)
{
    if (!e->is_checking || loop_now(e->loop) - e->checking_ms < e->options.stall_ms)
        return;
    e->is_checking = false;
    e->has_ended = true;
}

bool engine_is_proven(struct engine *e)
{
    if (e->file.sha256[0])
        return is_whole_right(e);
    end_checking(e);
    if (has_old_checks(e) || e->is_checking)
        return false; /* what an earlier run left has to be what it noted */
    if (!e->has_ended)
        ask_sole(e);
    return e->has_ended;
}

/*
 * Who may be used: whose file is known to be the one that is downloaded.
 */
#include "client/engine_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    FAILURES_MOST = 3, /* how often a source whose file only it has may fail in a row */
    TOGETHER_MS = 100,
    GRACE_MS = 3000 /* before what is there is given up for a source of unknown hash */
};

enum trust { TRUST_NO, TRUST_UNKNOWN, TRUST_SAME };

/* Whether its file is this one. The index may know its hash, or it has told itself. */
static enum trust trust(const struct engine *e, const struct source *s)
{
    const char *known = s->sha256[0] ? s->sha256 : s->at.sha256;
    if (s->is_other || s->is_liar)
        return TRUST_NO;
    if (!known[0] || !e->file.sha256[0])
        return TRUST_UNKNOWN;
    return strcmp(known, e->file.sha256) == 0 ? TRUST_SAME : TRUST_NO;
}

static bool may_be_used(const struct engine *e, unsigned number)
{
    const struct source *s = &e->sources[number];
    enum trust t = trust(e, s);
    if (t == TRUST_NO || s->is_outvoted)
        return false;
    if ((int)number == e->sole)
        return true;
    if (e->is_alone || !e->file.sha256[0])
        return false;
    /* One that was not asked yet may turn out to have the same; then each chunk shows it. A
     * guess may be of another file, and so is the list that a hash alone makes up. */
    bool has_list = e->has_list && !e->is_guess;
    return t == TRUST_SAME || has_list || !(s->has_stat || s->peer == SOURCE_BASE);
}

bool engine_has_this_file(const struct engine *e, unsigned source)
{
    return trust(e, &e->sources[source]) == TRUST_SAME;
}

bool engine_has_another_file(const struct engine *e, unsigned source)
{
    return trust(e, &e->sources[source]) == TRUST_NO;
}

void engine_judge(struct engine *e)
{
    for (unsigned i = 0; e->planner && i < e->source_count; i++) {
        if (may_be_used(e, i))
            planner_admit(e->planner, i,
                          e->sources[i].peer == SOURCE_BASE ? PLANNER_STREAM : PLANNER_RANGES);
        else
            planner_bar(e->planner, i);
    }
}

struct source *engine_source(struct engine *e, const struct engine_worker *worker)
{
    return &e->sources[worker->source];
}

static void set_reason(struct engine *e, unsigned source, const char *reason)
{
    snprintf(e->reason, sizeof e->reason, "%s: %s", e->sources[source].at.id, reason);
}

void engine_say_failed(struct engine *e, unsigned source, const char *reason)
{
    struct source *s = &e->sources[source];
    set_reason(e, source, reason);
    for (unsigned i = 0; i < s->said_count; i++)
        if (strcmp(s->said[i], reason) == 0)
            return;
    if (s->said_count == SAID_MOST)
        return;
    snprintf(s->said[s->said_count++], sizeof s->said[0], "%s", reason);
    ui_warn(e->ui, "Content Server %s at %s:%u failed: %s", s->at.id, s->at.host, s->at.port,
            reason);
}

/* Its connections often fail together; that counts once. */
void engine_accuse(struct engine *e, unsigned source, const char *reason)
{
    struct source *s = &e->sources[source];
    uint64_t now_ms = loop_now(e->loop);
    if (s->failures == 0 || now_ms - s->failed_ms >= TOGETHER_MS)
        s->failures++;
    s->failed_ms = now_ms;
    engine_look_soon(e);
    set_reason(e, source, reason);
}

void engine_count_failure(struct engine *e, unsigned source, const char *reason)
{
    engine_accuse(e, source, reason);
    engine_say_failed(e, source, reason);
}

void engine_note_other_size(struct engine *e, unsigned source, uint64_t size)
{
    if (e->other_source != (int)source || e->other_size != size)
        e->other_size_ms = loop_now(e->loop);
    e->other_source = (int)source;
    e->other_size = size;
}

static bool is_of_file(const struct engine *e, const struct holder *holder)
{
    return holder->size == e->file.size && (!holder->sha256[0] || !e->file.sha256[0] ||
                                            strcmp(holder->sha256, e->file.sha256) == 0);
}

/* Another file than before, by the index's word: what is known of it is not known any more. */
static void relist(struct source *s, const struct holder *holder)
{
    if (s->at.size == holder->size && strcmp(s->at.sha256, holder->sha256) == 0)
        return;
    s->at = *holder;
    s->has_stat = s->is_other = s->is_liar = s->has_other_list = s->has_same_list = false;
    s->is_outvoted = s->has_lost_list = false;
    s->sha256[0] = '\0';
    s->list_ms = 0;
}

/* Of another file by its own word, but not by the index's: it is asked once more, since that may
 * have been a file that was just being written. */
static void doubt_stat(struct engine *e, const struct holder *holder)
{
    for (unsigned i = 0; i < e->source_count; i++) {
        struct source *s = &e->sources[i];
        if (!holder_is_same(&s->at, holder) || !engine_has_another_file(e, i))
            continue;
        s->is_other = s->has_stat = false;
        s->sha256[0] = '\0';
    }
}

static void merge_one(struct engine *e, const struct holder *holder)
{
    unsigned at = 0;
    while (at < e->source_count && !holder_is_same(&e->sources[at].at, holder))
        at++;
    if (at == PLANNER_SOURCES_MAX)
        return;
    struct source *s = &e->sources[at];
    if (at == e->source_count) {
        *s = (struct source){.at = *holder};
        e->source_count++;
    } else {
        relist(s, holder);
    }
    s->is_listed = true;
    s->is_other = s->is_other || holder->size != e->file.size;
}

/* Nobody that the index knows has this file any more. */
static void look_for_another(struct engine *e, const struct holders *holders)
{
    for (size_t i = 0; i < holders->count; i++)
        if (is_of_file(e, &holders->items[i]))
            return;
    e->another = e->file;
    e->another.size = holders->items[0].size;
    memcpy(e->another.sha256, holders->items[0].sha256, sizeof e->another.sha256);
    e->has_another = holders->count > 0;
}

void engine_merge(struct engine *e, const struct holders *holders)
{
    e->is_by_get = holders->is_by_get;
    for (unsigned i = 0; i < e->source_count; i++)
        e->sources[i].is_listed = false;
    for (size_t i = 0; i < holders->count; i++) {
        merge_one(e, &holders->items[i]);
        if (is_of_file(e, &holders->items[i]))
            doubt_stat(e, &holders->items[i]);
    }
    if (!e->file.sha256[0] && e->sole < 0)
        e->sole = 0;
    look_for_another(e, holders);
    engine_judge(e);
}

void engine_join(struct engine *e, const struct holders *holders)
{
    for (size_t i = 0; i < holders->count; i++)
        if (is_of_file(e, &holders->items[i]))
            merge_one(e, &holders->items[i]);
    engine_judge(e);
}

/* An index that knows no hash does not tell of a change that leaves the size; the holders do. */
void engine_settle_hash(struct engine *e)
{
    const struct source *other = NULL;
    for (unsigned i = 0; i < e->source_count; i++) {
        const struct source *s = &e->sources[i];
        if (!s->is_listed)
            continue;
        if (!engine_has_another_file(e, i) || s->at.sha256[0])
            return;
        if (s->sha256[0] && !s->is_other && !s->is_liar)
            other = s;
    }
    if (!other)
        return;
    e->another = e->file;
    memcpy(e->another.sha256, other->sha256, sizeof e->another.sha256);
    e->has_another = true;
}

void engine_set_hash(struct engine *e, const char *sha256)
{
    memcpy(e->file.sha256, sha256, sizeof e->file.sha256);
    engine_hash_known(e);
    engine_identify_journal(e);
    engine_judge(e);
}

/* A source that sends whole files only is begun anew with each time that it breaks off. */
static void say_anew(struct engine *e, int sole)
{
    if (planner_coverage(e->planner)->done > 0 && (!e->is_anew_said || sole != e->sole))
        ui_warn(e->ui, "Beginning anew: what is there may be of another file than %s has",
                sole < 0 ? "the others" : e->sources[sole].at.id);
    e->is_anew_said = true;
}

void engine_restart(struct engine *e, int sole)
{
    say_anew(e, sole);
    if (planner_coverage(e->planner)->done > 0)
        patience_expect_again(&e->patience);
    planner_reset(e->planner);
    engine_forget_checks(e);
    ledger_reset(&e->ledger);
    e->sole = sole;
    e->kept = e->noted = 0;
    int rc = engine_begin(e);
    if (rc < 0)
        e->error = rc;
    engine_judge(e);
}

/* The best of those that may be used alone, and now: that the index lists, and failed the least. */
static int choose_alone(const struct engine *e, uint64_t now_ms)
{
    int chosen = -1;
    for (unsigned i = 0; i < e->source_count; i++) {
        const struct source *s = &e->sources[i];
        if ((int)i == e->sole || trust(e, s) == TRUST_NO || s->is_outvoted || !s->is_listed ||
            planner_is_aside(e->planner, i, now_ms))
            continue;
        if (chosen < 0 || s->failures < e->sources[chosen].failures)
            chosen = (int)i;
    }
    return chosen;
}

/* Whether what is there is not to be given up yet for a source that cannot add to it. Where the
 * index lists one that can, which may only be away for a moment, most of the time that may pass
 * without progress is for that one. */
static bool is_worth_waiting(const struct engine *e, uint64_t now_ms)
{
    if (planner_coverage(e->planner)->done == 0)
        return false;
    for (unsigned i = 0; i < e->source_count; i++)
        if (e->sources[i].is_listed && engine_has_this_file(e, i))
            return patience_spent_ms(&e->patience) < e->options.retry_ms / 3 * 2;
    return now_ms - e->stuck_ms < GRACE_MS;
}

/* Whether the sole source may still come back, with what is there being of use then. */
static bool may_return(const struct engine *e)
{
    const struct source *s = &e->sources[e->sole];
    return trust(e, s) != TRUST_NO && s->peer != SOURCE_BASE && s->failures < FAILURES_MOST;
}

bool engine_turn_to_another(struct engine *e, uint64_t now_ms)
{
    if (e->sole >= 0 ? may_return(e) : is_worth_waiting(e, now_ms))
        return false;
    int chosen = choose_alone(e, now_ms);
    if (chosen < 0 || may_be_used(e, (unsigned)chosen))
        return false;
    if (e->is_guess) /* nobody knows the hash that an earlier run has noted */
        e->file.sha256[0] = '\0';
    if (e->is_guess && e->is_list_derived)
        e->has_list = e->is_list_derived = false; /* from that hash */
    e->is_guess = false;
    e->is_alone = e->file.sha256[0] != '\0';
    engine_restart(e, chosen);
    return true;
}

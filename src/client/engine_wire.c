/*
 * What sources say, and what the engine makes of it.
 */
#include "client/engine_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/container.h"
#include "base/hex.h"

enum { LIST_PAUSE_MS = 2000 /* before a source is asked again for what it has not computed yet */ };

static struct engine_worker *worker_of(struct fetch *fetch)
{
    return CONTAINER_OF(fetch, struct engine_worker, fetch);
}

static uint64_t now(const struct engine *e)
{
    return loop_now(e->loop);
}

static void leave(struct engine_worker *w, enum planner_fault fault, const char *reason)
{
    struct engine *e = w->engine;
    planner_failed(e->planner, w->number, fault, now(e));
    engine_count_failure(e, w->source, reason);
    fetch_close(&w->fetch);
}

static void on_open(struct fetch *fetch)
{
    struct engine_worker *w = worker_of(fetch);
    struct source *s = engine_source(w->engine, w);
    if (!s->is_connected)
        ui_info(w->engine->ui, "Connected to Content Server %s at %s:%u", s->at.id, s->at.host,
                s->at.port);
    s->is_connected = true;
    if (w->engine->options.rate_max > 0)
        fetch_read_little(fetch);
    planner_ready(w->engine->planner, w->number, now(w->engine));
}

/* It is asked when it is connected, and sole sources once more at the end: whether its file is
 * still the same. */
static bool has_changed(const struct source *s, const struct reply_stat *stat)
{
    if (!s->has_stat)
        return false;
    bool is_rehashed = s->sha256[0] && stat->sha256.size > 0 && !slice_is(stat->sha256, s->sha256);
    return is_rehashed || s->mtime_s != (int64_t)stat->number;
}

/* Somebody knows the hash that was only an earlier run's word. */
static void settle_guess(struct engine *e, const struct source *s)
{
    if (!e->is_guess || !s->sha256[0])
        return;
    e->is_guess = false;
    if (strcmp(e->file.sha256, s->sha256) == 0)
        return;
    engine_restart(e, -1);
    engine_set_hash(e, s->sha256);
}

/* Such a source is not used and does not fail; without a word nobody would know why. */
static void say_other_hash(struct engine *e, unsigned source)
{
    const struct source *s = &e->sources[source];
    if (!s->is_other && s->sha256[0] && e->file.sha256[0] && strcmp(s->sha256, e->file.sha256) != 0)
        engine_say_failed(e, source, "it has another file of this name, by its SHA-256");
}

static void on_stat(struct fetch *fetch, const struct reply_stat *stat)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    struct source *s = engine_source(e, w);
    char reason[80];
    bool is_sole = (int)w->source == e->sole;
    if (is_sole && e->is_checking)
        e->has_ended = true;
    if (is_sole)
        e->is_checking = false;
    if (!stat)
        return;
    bool changed = has_changed(s, stat);
    s->peer = SOURCE_OURS;
    s->was_ours = true;
    s->has_stat = true;
    s->mtime_s = (int64_t)stat->number;
    slice_copy(stat->sha256, s->sha256, sizeof s->sha256);
    if (stat->size != e->file.size) {
        s->is_other = true;
        engine_note_other_size(e, w->source, stat->size);
        snprintf(reason, sizeof reason, "it has another size than the index said: %llu bytes",
                 (unsigned long long)stat->size);
        leave(w, PLANNER_WRONG, reason);
    }
    if (!s->is_other)
        settle_guess(e, s);
    if (is_sole && changed && (!e->file.sha256[0] || e->is_alone)) {
        patience_attempt(&e->patience);
        engine_restart(e, e->sole); /* otherwise the hash shows what is of another file */
    } else if (is_sole) {
        engine_identify_journal(e);
    }
    if (is_sole && s->sha256[0] && !e->file.sha256[0] && !s->is_other)
        engine_set_hash(e, s->sha256);
    say_other_hash(e, w->source);
    engine_judge(e);
}

/* The first list is the one in force; the others are compared with it. Which one is right where
 * they differ, bytes will tell. */
static bool on_chunk(struct fetch *fetch, uint64_t chunk, struct slice digits)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    unsigned char digest[PLAT_HASH_SIZE];
    if (chunk >= e->chunk_count || hex_decode(digits, digest) < 0)
        return false;
    planner_heard(e->planner, w->number, now(e));
    if (e->is_list_void)
        return true;
    if (!e->has_list)
        memcpy(e->list[chunk], digest, sizeof digest);
    else if (memcmp(e->list[chunk], digest, sizeof digest) != 0)
        engine_source(e, w)->has_other_list = true;
    return true;
}

static bool on_chunks_end(struct fetch *fetch, uint64_t count)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    struct source *s = engine_source(e, w);
    bool is_none = count == 0 || e->is_list_void;
    e->list_asker = -1;
    e->is_list_void = false;
    if (is_none)
        s->list_ms = now(e) + LIST_PAUSE_MS;
    if (is_none || count != e->chunk_count)
        return is_none;
    s->has_same_list = !s->has_other_list;
    if (!e->has_list)
        engine_list_complete(e);
    engine_judge(e);
    return true;
}

/* A source that sends whole files only, and whose hash nobody knows, may send another one now. It
 * is known for one by what it does not answer, as others do that are in trouble; so what is there
 * is given up only when it sends. */
static bool on_body(struct fetch *fetch, enum verb verb, uint64_t size)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    if (verb != VERB_GET) /* what the source is taken for may have changed since then */
        return true;
    if (size != e->file.size) {
        engine_note_other_size(e, w->source, size);
        return false;
    }
    if (planner_coverage(e->planner)->done == 0)
        return true;
    patience_attempt(&e->patience);
    if ((int)w->source == e->sole && !e->has_list)
        engine_restart(e, e->sole);
    return true;
}

void engine_show_progress(struct engine *e)
{
    struct ui_progress progress = {.done = planner_coverage(e->planner)->done,
                                   .size = e->file.size,
                                   .sources = planner_busy_sources(e->planner),
                                   .now_ms = now(e)};
    ui_progress(e->ui, &progress);
}

/* False: there was nothing new among them. */
static bool take(struct engine_worker *w, struct slice bytes)
{
    struct engine *e = w->engine;
    struct planner_taken taken;
    bool is_new = false;
    for (; bytes.size > 0 && e->error == 0; bytes.data += taken.size, bytes.size -= taken.size) {
        planner_take(e->planner, w->number, bytes.size, now(e), &taken);
        if (!taken.wanted)
            continue;
        is_new = true;
        e->error = landing_write(e->landing, slice_of(bytes.data, taken.size), taken.offset);
        ledger_add(&e->ledger, coverage_chunk_at(taken.offset), w->source, taken.size);
        if (taken.completes)
            engine_chunk_complete(e, coverage_chunk_at(taken.offset));
    }
    return is_new;
}

static void on_bytes(struct fetch *fetch, struct slice bytes)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    struct source *s = engine_source(e, w);
    e->fetched += bytes.size;
    limiter_take(e->limiter, &w->taken, bytes.size);
    s->failures = s->base_looks = 0;
    s->has_streamed = s->peer == SOURCE_BASE;
    if (!take(w, bytes) && s->peer == SOURCE_BASE)
        patience_pass(&e->patience, bytes.size, now(e));
    if (patience_add(&e->patience, planner_coverage(e->planner)->done))
        backoff_reset(&e->locate_backoff);
    engine_show_progress(e);
}

static char *on_space(struct fetch *fetch, size_t *size)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    *size = limiter_allow(e->limiter, &w->taken, ENGINE_SPACE_SIZE);
    if (*size == 0) {
        w->is_paused = true;
        planner_pause(e->planner, w->number, true, now(e));
        return NULL;
    }
    return e->space;
}

/* A server of ours that is just dying, or whose place somebody else keeps open for it, closes like
 * a base peer. Taking it for one would fetch the file from its start again. What its connections
 * meet together counts once. */
static bool is_base(struct source *source, uint64_t now_ms)
{
    enum { LOOKS_MOST = 5, TOGETHER_MS = 100 };
    if (!source->was_ours)
        return true;
    if (source->base_looks == 0 || now_ms - source->base_look_ms >= TOGETHER_MS)
        source->base_looks++;
    source->base_look_ms = now_ms;
    return source->base_looks >= LOOKS_MOST;
}

static void on_fault(struct fetch *fetch, enum fetch_fault fault, const char *reason)
{
    struct engine_worker *w = worker_of(fetch);
    struct source *s = engine_source(w->engine, w);
    if (fault == FETCH_BASE && is_base(s, now(w->engine))) {
        s->peer = SOURCE_BASE;
        engine_judge(w->engine);
        return;
    }
    if (s->peer == SOURCE_BASE && !s->has_streamed)
        s->peer = SOURCE_UNKNOWN; /* what made it seem one may have been the same trouble */
    leave(w, fault == FETCH_WRONG ? PLANNER_WRONG : PLANNER_BROKEN, reason);
}

static void on_closed(struct fetch *fetch)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    if (e->list_asker == (int)w->number) {
        e->list_asker = -1;
        e->is_list_void = false;
        engine_source(e, w)->list_ms = now(e) + LIST_PAUSE_MS;
    }
    if (e->is_checking && (int)w->source == e->sole) {
        e->is_checking = false;
        e->has_ended = true;
    }
    w->is_open = w->is_paused = false;
    planner_closed(e->planner, w->number);
}

const struct fetch_events engine_fetch_events = {
    .on_open = on_open,
    .on_stat = on_stat,
    .on_chunk = on_chunk,
    .on_chunks_end = on_chunks_end,
    .on_body = on_body,
    .on_bytes = on_bytes,
    .on_space = on_space,
    .on_fault = on_fault,
    .on_closed = on_closed,
};

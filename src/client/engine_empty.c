/*
 * An empty file: there is nothing to fetch, but a source has to say that it is empty, since an
 * index may not know of a change.
 */
#include "client/engine_parts.h"

#include <string.h>

#include "base/container.h"

enum { PAUSE_MS = 500 };

/* The SHA-256 of nothing. */
#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static struct engine_worker *worker_of(struct fetch *fetch)
{
    return CONTAINER_OF(fetch, struct engine_worker, fetch);
}

/* For the file's time; whether it is empty, its bytes tell. */
static void on_stat(struct fetch *fetch, const struct reply_stat *stat)
{
    struct engine_worker *w = worker_of(fetch);
    struct source *s = engine_source(w->engine, w);
    s->peer = SOURCE_OURS;
    s->has_stat = stat && stat->size == 0;
    s->mtime_s = s->has_stat ? (int64_t)stat->number : 0;
}

static void on_open(struct fetch *fetch)
{
    struct engine_worker *w = worker_of(fetch);
    const struct source *s = engine_source(w->engine, w);
    ui_info(w->engine->ui, "Connected to Content Server %s at %s:%u", s->at.id, s->at.host,
            s->at.port);
    (void)fetch_ask_all(fetch);
}

/* It is of no use now; another one is asked soon. */
static void count_failure(struct engine_worker *w, const char *reason)
{
    w->engine->turn_ms = loop_now(w->engine->loop) + PAUSE_MS;
    engine_count_failure(w->engine, w->source, reason);
}

static bool on_body(struct fetch *fetch, enum verb verb, uint64_t size)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    (void)verb;
    if (size > 0) {
        engine_note_other_size(e, w->source, size);
        return false;
    }
    e->is_confirmed = !e->file.sha256[0] || strcmp(e->file.sha256, NOTHING) == 0;
    if (!e->is_confirmed) {
        count_failure(w, "its bytes are not those of the file: it is empty");
        fetch_close(fetch);
    }
    return true;
}

/* One that knows no STAT is asked for its bytes alone. */
static void on_fault(struct fetch *fetch, enum fetch_fault fault, const char *reason)
{
    struct engine_worker *w = worker_of(fetch);
    struct engine *e = w->engine;
    if (fault != FETCH_BASE) {
        count_failure(w, reason);
        return;
    }
    engine_source(e, w)->peer = SOURCE_BASE;
    e->turn--;
    e->turn_ms = loop_now(e->loop);
}

static void on_closed(struct fetch *fetch)
{
    worker_of(fetch)->is_open = false;
}

static const struct fetch_events events = {.on_open = on_open,
                                           .on_stat = on_stat,
                                           .on_body = on_body,
                                           .on_fault = on_fault,
                                           .on_closed = on_closed};

uint64_t engine_act_empty(struct engine *e)
{
    struct engine_worker *w = &e->workers[0];
    uint64_t now_ms = loop_now(e->loop);
    if (w->is_open && now_ms >= e->turn_ms) {
        if (engine_source(e, w)->peer == SOURCE_UNKNOWN)
            engine_source(e, w)->peer = SOURCE_BASE; /* some are silent at what they do not know */
        engine_count_failure(e, w->source, "it says nothing");
        fetch_close(&w->fetch);
    }
    if (w->is_open || e->source_count == 0 || now_ms < e->turn_ms)
        return e->turn_ms;
    w->source = e->turn++ % e->source_count;
    w->is_open = true;
    e->turn_ms = now_ms + e->options.stall_ms;
    struct source *s = engine_source(e, w);
    const struct holder *at = &s->at;
    if (!s->is_located)
        ui_info(e->ui, "File located on server %s (%s:%u), size: 0 bytes", at->id, at->host,
                at->port);
    s->is_located = true;
    fetch_open(&w->fetch, e->loop, &events, at->host, at->port, e->file.name,
               s->peer == SOURCE_UNKNOWN);
    return e->turn_ms;
}
